import { type World, backupEvidence, context, model, newWorld, refusal, verifiedEvidence } from "../support/fake-model";
import type { Action } from "../../steps/context";
import { finalizeDatabase, loadDatabase } from "../../steps/move-database";
import { checkDatabases } from "../../steps/checks/databases";

const answers: Record<string, string> = {};
const mockTasks: { command: string; input: string }[] = [];
jest.mock("../../kube/exec", () => ({
  execIn: async (_namespace: string, _pod: string, _container: string, command: string[], input: string) => {
    mockTasks.push({ command: command.join("\n"), input });
    return mockAnswer(command[2].split("\n").at(-1)!);
  },
}));
const mockAnswer = (task: string): string => answers[task] ?? "";
jest.mock("../../juju/actions", () => ({ getPassword: async () => "new-0815" }));

const load = {
  kind: "load-database",
  application: "kfp-db-mysql",
  from: "kfp-db",
  secret: "ckf-upgrade-kfp-db-root",
} as const;
const tasks = (): string[] => mockTasks.map(({ command }) => command.split("\n").at(-3)!);
const table = (rows: number): string => `table\tmlpipeline\trun_details\t${rows}\n`;

let world: World;
beforeEach(() => {
  world = newWorld();
  mockTasks.length = 0;
  for (const task of Object.keys(answers)) delete answers[task];
  Object.assign(answers, {
    filled: "0\n",
    "rows old": `${table(1500)}end\n`,
    "rows new": `${table(1500)}table\tmysql_innodb_cluster_metadata\tx\t1\nend\n`,
  });
  world.put("kfp-db");
  world.put("kfp-db-mysql");
  world.cluster.putSecret(model, "ckf-upgrade-kfp-db-root", { password: "old-0815" });
  world.cluster.putPod(model, "kfp-db-mysql-0", { labels: { "app.kubernetes.io/name": "kfp-db-mysql" } });
  world.cluster.pods[`${model}/kfp-db-mysql-0`].spec!.containers = [{ name: "charm" }, { name: "mysql" }];
});

describe("loading a new server", () => {
  test("is marked once the rows of every table are the same, and no password is a word of a command", async () => {
    const outcome = await loadDatabase(load, context());
    expect(outcome).toEqual({ changed: true, application: "kfp-db-mysql", from: "kfp-db", rows: 1500, tables: 1 });
    expect(tasks()).toEqual(["filled", "load", "rows old", "rows new", "mark"]);
    for (const { command, input } of mockTasks) {
      expect(command).not.toContain("0815");
      expect(input).toBe("old-0815\nnew-0815\n");
    }
    expect(JSON.stringify(outcome)).not.toContain("0815");
  });

  test.each([
    ["fewer", 1499],
    ["more", 1501],
  ])("is not marked where there are %s rows", async (_, rows) => {
    answers["rows new"] = `${table(rows)}end\n`;
    expect(await refusal(loadDatabase(load, context()))).toMatch(
      /^Kfp-db-mysql does not hold what kfp-db holds: table "mlpipeline\.run_details" has/,
    );
    expect(tasks()).not.toContain("mark");
  });

  test.each(["rows old", "rows new"])("is not marked where the answer to %s is not whole", async (task) => {
    answers[task] = table(1500);
    expect(await refusal(loadDatabase(load, context()))).toMatch(
      new RegExp(
        `^the list of what the databases of ${task === "rows old" ? "kfp-db" : "kfp-db-mysql"} hold is not understood: its last line`,
      ),
    );
    expect(tasks()).not.toContain("mark");
  });

  test("is never done over rows that people wrote since", async () => {
    Object.assign(answers, { filled: "1\n", "rows new": `${table(1600)}end\n` });
    world.relations = [["kfp-api:mysql", "kfp-db:mysql"]];
    expect(await loadDatabase(load, context())).toMatchObject({ changed: false, rows: 1600 });
    expect(tasks()).toEqual(["filled", "rows new"]);
  });

  test("waits for nobody who still writes to the old one", async () => {
    world.relations = [["kfp-api:mysql", "kfp-db:mysql"]];
    expect(await refusal(loadDatabase(load, context()))).toMatch(
      /^Kfp-db is related still: kfp-api:mysql kfp-db:mysql\./,
    );
    expect(tasks()).toEqual(["filled"]);
  });

  test("is refused over a server that somebody related by hand", async () => {
    world.relations = [["kfp-api:relational-db", "kfp-db-mysql:database"]];
    expect(await refusal(loadDatabase(load, context()))).toMatch(
      /^Kfp-db-mysql was not filled by this upgrade, and is related already: kfp-api:relational-db kfp-db-mysql:database\. What was written there would be loaded over/,
    );
    expect(tasks()).toEqual(["filled"]);
  });

  test("is refused without root's password of the old one", async () => {
    delete world.cluster.secrets[`${model}/ckf-upgrade-kfp-db-root`];
    expect(await refusal(loadDatabase(load, context()))).toMatch(
      /^There is no Secret "ckf-upgrade-kfp-db-root" with root's password of kfp-db/,
    );
    expect(tasks()).toEqual([]);
  });
});

describe("the end of the old server", () => {
  const finalize: Action<"finalize-database"> = {
    kind: "finalize-database",
    application: "kfp-db",
    volumes: [{ volume: "pvc-kfp", claim: "database-kfp-db-0" }],
  };
  const proven = { ...backupEvidence, ...verifiedEvidence };
  beforeEach(() => world.cluster.putBound(model, "database-kfp-db-0", "pvc-kfp"));

  test("takes the application away and leaves its volume", async () => {
    expect(await finalizeDatabase(finalize, context(proven))).toMatchObject({ changed: true, application: "kfp-db" });
    expect(world.changes).toEqual(["remove kfp-db"]);
    expect(Object.keys(world.cluster.volumes)).toContain("pvc-kfp");
    expect(await finalizeDatabase(finalize, context(proven))).toMatchObject({ changed: false });
  });

  test("does not come without a verified upgrade, while something uses it, or while its volume would go with it", async () => {
    expect(await refusal(finalizeDatabase(finalize, context(backupEvidence)))).toMatch(
      /^No evidence of a verified upgrade/,
    );
    world.relations = [["kfp-api:mysql", "kfp-db:mysql"]];
    expect(await refusal(finalizeDatabase(finalize, context(proven)))).toMatch(
      /^Kfp-db is related: kfp-api:mysql kfp-db:mysql\./,
    );
    world.relations = [];
    world.cluster.putBound(model, "database-kfp-db-0", "pvc-kfp", { policy: "Delete" });
    expect(await refusal(finalizeDatabase(finalize, context(proven)))).toMatch(/has reclaim policy Delete/);
    expect(world.changes).toEqual([]);
  });
});

test("invariant (f) counts the rows where they are now", async () => {
  const expected = {
    databases: { "kfp-db": ["MARIADB_ROOT_PASSWORD"] },
    movedDatabases: { "kfp-db": "kfp-db-mysql" },
  } as unknown as Parameters<typeof checkDatabases>[0];
  const proof = {
    "prove-kfp-db": { kind: "prove-database", application: "kfp-db", tables: { mlpipeline: { run_details: 1500 } } },
  };
  expect(await checkDatabases(expected, context(proof))).toMatchObject({
    outcome: "ok",
    detail: "kfp-db 1500 rows of 1 tables, 1501 now in kfp-db-mysql",
  });
});
