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
const mockOn: Record<string, () => void> = {};
const mockAnswer = (task: string): string => {
  mockOn[task]?.();
  return answers[task] ?? "";
};
jest.mock("../../juju/actions", () => ({ getPassword: async () => "new-0815" }));

/** Last line of what counts the rows of an old server, in its own Pod. */
const counting =
  'export MYSQL_PWD="$MARIADB_ROOT_PASSWORD"; survey rows "$client" --no-defaults --protocol=tcp --host=127.0.0.1 --user=root --batch --skip-column-names --default-character-set=utf8mb4';

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
  for (const task of Object.keys(mockOn)) delete mockOn[task];
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
    expect(tasks()).toEqual(["filled", "sessions", "load", "rows old", "rows new", "sessions", "mark 1500"]);
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
    expect(tasks().join()).not.toContain("mark");
  });

  test("waits until a service that lost its relation, and goes on writing, is gone: its Pods are replaced", async () => {
    world.put("kfp-api");
    world.cluster.putPod(model, "kfp-api-0", { labels: { "app.kubernetes.io/name": "kfp-api" } });
    answers.sessions = "root@10.1.2.3:4711\n";
    mockOn.sessions = () => {
      if (world.changes.length > 0) delete answers.sessions;
    };
    expect(await loadDatabase({ ...load, consumers: ["kfp-api"] }, context())).toMatchObject({ changed: true });
    expect(world.changes).toEqual(["delete pod kfp-api-0"]);
    expect(tasks()).toEqual([
      "filled",
      "sessions",
      "sessions",
      "load",
      "rows old",
      "rows new",
      "sessions",
      "mark 1500",
    ]);
  });

  test("loads nothing while somebody is connected, who is named", async () => {
    answers.sessions = "root@10.1.2.3:4711\nexporter@10.1.2.4:1\n";
    expect(await refusal(loadDatabase(load, context()))).toMatch(
      /root@10\.1\.2\.3:4711, exporter@10\.1\.2\.4:1 are connected: what they write would stay in kfp-db/,
    );
    expect(tasks()).not.toContain("load");
  });

  test("is not marked where somebody came while it was read", async () => {
    mockOn.load = () => void (answers.sessions = "root@10.1.2.3:4711\n");
    expect(await refusal(loadDatabase(load, context()))).toMatch(
      /^Root@10\.1\.2\.3:4711 came to kfp-db while it was loaded/,
    );
    expect(tasks().join()).not.toContain("mark");
  });

  test.each(["rows old", "rows new"])("is not marked where the answer to %s is not whole", async (task) => {
    answers[task] = table(1500);
    expect(await refusal(loadDatabase(load, context()))).toMatch(
      new RegExp(
        `^the list of what the databases of ${task === "rows old" ? "kfp-db" : "kfp-db-mysql"} hold is not understood: its last line`,
      ),
    );
    expect(tasks().join()).not.toContain("mark");
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

describe("rows that came to the old server after it was loaded from", () => {
  const into = { application: "kfp-db-mysql", variables: ["MARIADB_ROOT_PASSWORD"] };
  const finalize: Action<"finalize-database"> = { kind: "finalize-database", application: "kfp-db", volumes: [], into };
  const proven = { ...backupEvidence, ...verifiedEvidence };
  const expected = {
    databases: { "kfp-db": into.variables },
    movedDatabases: { "kfp-db": "kfp-db-mysql" },
  } as unknown as Parameters<typeof checkDatabases>[0];
  const proof = {
    "prove-kfp-db": { kind: "prove-database", application: "kfp-db", tables: { mlpipeline: { run_details: 1500 } } },
  };
  const told = "kfp-db has 3 rows more than when it was loaded into kfp-db-mysql: they are nowhere else";
  beforeEach(() => {
    world.cluster.putPod(model, "kfp-db-0", { labels: { "app.kubernetes.io/name": "kfp-db" } });
    world.cluster.pods[`${model}/kfp-db-0`].spec!.containers = [
      { name: "mariadb", env: [{ name: "MARIADB_ROOT_PASSWORD", value: "old-0815" }] },
    ];
    answers.held = "1500\n";
  });
  const oldHas = (rows: number): void => void (answers[counting] = `${table(rows)}end\n`);

  test("fail the verification, and keep the old server", async () => {
    oldHas(1503);
    expect(await checkDatabases(expected, context(proof))).toMatchObject({ outcome: "FAILED" });
    expect(JSON.stringify(await checkDatabases(expected, context(proof)))).toContain(told);
    expect(await refusal(finalizeDatabase(finalize, context(proven)))).toMatch(/^Kfp-db has 3 rows more than when/);
    expect(world.changes).toEqual([]);
  });

  test("are none where it has what it had, or fewer, or where an earlier version marked the load", async () => {
    for (const [rows, held] of [
      [1500, "1500\n"],
      [1400, "1500\n"],
      [1600, ""],
    ] as [number, string][]) {
      oldHas(rows);
      answers.held = held;
      expect(await checkDatabases(expected, context(proof))).toMatchObject({ outcome: "ok" });
    }
    expect(await finalizeDatabase(finalize, context(proven))).toMatchObject({ changed: true });
  });

  test("cannot be told of a server that nobody can ask: it stays", async () => {
    delete world.cluster.pods[`${model}/kfp-db-0`];
    expect(await refusal(finalizeDatabase(finalize, context(proven)))).toMatch(
      /^Kfp-db has no running Pod to ask for its rows/,
    );
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
