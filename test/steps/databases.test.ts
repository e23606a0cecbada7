import { createHash } from "node:crypto";
import { type World, context, model, newWorld, refusal, verifiedEvidence } from "../support/fake-model";
import { checkDatabases } from "../../steps/checks/databases";
import { countRows, deleteRootPassword, proveDatabase, storeRootPassword } from "../../steps/databases";

const mockExec = jest.fn<Promise<string>, [string, string, string, string[]]>();
jest.mock("../../kube/exec", () => ({ execIn: (...given: [string, string, string, string[]]) => mockExec(...given) }));

const variables = ["MARIADB_ROOT_PASSWORD"];
const to = "ckf-upgrade-kfp-db-root";
const store = { kind: "store-root-password", application: "kfp-db", variables, to } as const;
const prove = {
  kind: "prove-database",
  application: "kfp-db",
  job: "kfp-db-dump",
  target: { claim: "ckf-upgrade-backup" },
  keep: "objects",
} as const;

let world: World;
beforeEach(() => {
  world = newWorld();
  mockExec.mockReset();
});

function serve(password: string): void {
  world.cluster.putPod(model, "kfp-db-0", { labels: { "app.kubernetes.io/name": "kfp-db" } });
  world.cluster.pods[`${model}/kfp-db-0`].spec!.containers = [
    { name: "kfp-db", env: [{ name: "MARIADB_ROOT_PASSWORD", value: password }] },
  ];
}

const kept = (): string => Buffer.from(world.cluster.secrets[`${model}/${to}`].data!.password, "base64").toString();

describe("root's password", () => {
  test("is kept in a Secret, once, and is no part of the evidence", async () => {
    serve("s3cret-0815");
    const outcome = await storeRootPassword(store, context());
    expect(outcome).toEqual({ changed: true, application: "kfp-db", secret: to });
    expect(kept()).toBe("s3cret-0815");
    expect(await storeRootPassword(store, context())).toEqual({ ...outcome, changed: false });
    expect(world.changes).toEqual([`create secret ${to}`]);
  });

  test("is deleted once the upgrade was verified, not before, and once only", async () => {
    world.cluster.putSecret(model, to, { password: "s3cret-0815" });
    const gone = { kind: "delete-root-password", application: "kfp-db" } as const;
    expect(await refusal(deleteRootPassword(gone, context()))).toMatch(
      /^No evidence of a verified upgrade was handed to this step/,
    );
    expect(kept()).toBe("s3cret-0815");
    expect(await deleteRootPassword(gone, context(verifiedEvidence))).toEqual({
      changed: true,
      application: "kfp-db",
      secret: to,
    });
    expect(world.cluster.secrets[`${model}/${to}`]).toBeUndefined();
    expect(await deleteRootPassword(gone, context(verifiedEvidence))).toMatchObject({ changed: false });
  });

  test("stays what it was while its Pod is away, and is refused when it is another one by now", async () => {
    serve("one");
    await storeRootPassword(store, context());
    serve("two");
    expect(await refusal(storeRootPassword(store, context()))).toMatch(
      /^Root's password of kfp-db is not the one kept in Secret "ckf-upgrade-kfp-db-root"\. It was changed since/,
    );
    delete world.cluster.pods[`${model}/kfp-db-0`];
    expect(await storeRootPassword(store, context())).toMatchObject({ changed: false });
  });

  test("that cannot be found, or not be handed on, stops the upgrade before anything changes", async () => {
    expect(await refusal(storeRootPassword(store, context()))).toMatch(
      /^No running Pod of kfp-db has root's password in MARIADB_ROOT_PASSWORD\. Its databases cannot be dumped\./,
    );
    serve("two\nlines");
    expect(await refusal(storeRootPassword(store, context()))).toMatch(/^Root's password of kfp-db has a line break\./);
    expect(world.changes).toEqual([]);
  });
});

const held = "table\tmlpipeline\trun_details\t1500\t77\ntable\tmlpipeline\tnotes\t2\tfloat\nview\tmlpipeline\tfailed\n";

function dumped(changed: object = {}, log = held.replace(/^(?=.)/gm, "HOLDS ")): void {
  const result = {
    job: "kfp-db-dump",
    mover: "database",
    resumed: "fresh",
    kept: "objects",
    objects: 3,
    bytes: 99,
    digest: "d".repeat(64),
    held: createHash("sha256").update(held).digest("hex"),
    rows: 1502,
    differing: 0,
    missing: 0,
    extra: 0,
    changed: 0,
    ...changed,
  };
  world.cluster.putPod(model, "kfp-db-dump-x", {
    labels: { "job-name": "kfp-db-dump" },
    phase: "Succeeded",
    message: JSON.stringify(result),
  });
  world.cluster.logs["kfp-db-dump-x"] = log;
}

describe("the proof of a dump", () => {
  test("has its digest and the rows of every table, and says what was only counted", async () => {
    dumped();
    const heard = context();
    expect(await proveDatabase(prove, heard)).toEqual({
      changed: false,
      application: "kfp-db",
      digest: "d".repeat(64),
      bytes: 99,
      resumed: "fresh",
      kept: "objects",
      rows: 1502,
      tables: { mlpipeline: { run_details: 1500, notes: 2 } },
      counted: ["mlpipeline.notes"],
    });
    expect(heard.said.join()).toContain("FLOAT columns: mlpipeline.notes");
  });

  test("is none where a table was restored otherwise, or the list is not whole", async () => {
    dumped({ differing: 1, changed: 1 }, "DIFFERS restored: table mlpipeline jobs\n");
    expect(await refusal(proveDatabase(prove, context()))).toMatch(
      /found 1 of 3 that differ:\n {2}restored: table mlpipeline jobs\n/,
    );
    dumped({}, "HOLDS table\tmlpipeline\trun_details\t1500\t77\n");
    expect(await refusal(proveDatabase(prove, context()))).toMatch(
      /^The log of Job "kfp-db-dump" does not hold the list of tables/,
    );
  });

  test("is none where a line of the list is not understood, though the digest is of it", async () => {
    const broken = "table\tmlpipeline\trun_details\n";
    dumped({ held: createHash("sha256").update(broken).digest("hex") }, `HOLDS ${broken}`);
    expect(await refusal(proveDatabase(prove, context()))).toMatch(
      /^the list of what the databases of kfp-db hold is not understood: line 1 is "table/,
    );
  });

  test("is none of a list where rows were to be kept, nor the other way round", async () => {
    dumped({ kept: "manifest" });
    expect(await refusal(proveDatabase(prove, context()))).toMatch(/^Job "kfp-db-dump" kept only a list of tables\./);
    expect(await proveDatabase({ ...prove, keep: "manifest" }, context())).toMatchObject({ kept: "manifest" });
  });

  test("of a server that was refused to the Job is that Job's own reason", async () => {
    world.cluster.putPod(model, "kfp-db-dump-x", {
      labels: { "job-name": "kfp-db-dump" },
      phase: "Failed",
    });
    world.cluster.pods[`${model}/kfp-db-dump-x`].status!.initContainerStatuses = [
      {
        name: "dump",
        image: "",
        imageID: "",
        ready: false,
        restartCount: 0,
        state: { terminated: { exitCode: 1, message: "Access denied" } },
      },
    ];
    expect(await refusal(proveDatabase(prove, context()))).toMatch(
      /^Job "kfp-db-dump" did not complete: Access denied\./,
    );
  });
});

describe("invariant (f)", () => {
  const expected = { databases: { "kfp-db": variables } } as unknown as Parameters<typeof checkDatabases>[0];
  const proof = {
    "prove-kfp-db": {
      kind: "prove-database",
      application: "kfp-db",
      tables: { mlpipeline: { run_details: 1500, jobs: 25 } },
    },
  };

  test("holds where no table has fewer rows, and tells how many there are", async () => {
    serve("root");
    mockExec.mockResolvedValue(
      "table\tmlpipeline\trun_details\t1501\ntable\tmlpipeline\tjobs\t25\ntable\tmlpipeline\tnew\t7\nend\n",
    );
    expect(await checkDatabases(expected, context(proof))).toEqual({
      invariant: "f",
      name: "databases",
      outcome: "ok",
      detail: "kfp-db 1525 rows of 2 tables, 1533 now",
    });
  });

  test("fails for each table that lost rows, and where nobody can be asked", async () => {
    serve("root");
    mockExec.mockResolvedValue("table\tmlpipeline\trun_details\t1499\nend\n");
    expect(await checkDatabases(expected, context(proof))).toMatchObject({
      outcome: "FAILED",
      detail:
        'kfp-db: table "mlpipeline.run_details" has 1499 rows, had 1500; kfp-db: table "mlpipeline.jobs" with 25 rows is gone',
    });
    mockExec.mockRejectedValue(new Error("Access denied"));
    expect(await checkDatabases(expected, context(proof))).toMatchObject({
      outcome: "FAILED",
      detail: "kfp-db cannot be read: Access denied",
    });
    delete world.cluster.pods[`${model}/kfp-db-0`];
    expect(await checkDatabases(expected, context(proof))).toMatchObject({
      outcome: "FAILED",
      detail: "kfp-db has no running Pod that tells how root is let in",
    });
  });

  test.each([
    "",
    "table\tmlpipeline\trun_details\t1500\n",
    "table\tmlpipeline\trun_details\t1500\ntable\tmlpipeline\tjobs\nend\n",
  ])("fails for an answer that is not whole: %j", async (answer) => {
    serve("root");
    mockExec.mockResolvedValue(answer);
    expect(await checkDatabases(expected, context(proof))).toMatchObject({
      outcome: "FAILED",
      detail: expect.stringMatching(
        /^kfp-db cannot be read: the list of what the databases of kfp-db hold is not understood: /,
      ),
    });
  });

  test("is not checked where nothing was dumped", async () => {
    expect(await checkDatabases(expected, context())).toMatchObject({ outcome: "not checked" });
    expect(mockExec).not.toHaveBeenCalled();
  });

  test("asks in the server's own container, where the password is: it is no word of the command", async () => {
    serve("s3cret-0815");
    mockExec.mockResolvedValue("end\n");
    await countRows(model, "kfp-db", variables);
    const [, pod, container, command] = mockExec.mock.calls[0];
    expect([pod, container, command.slice(0, 2)]).toEqual(["kfp-db-0", "kfp-db", ["/bin/sh", "-ceu"]]);
    expect(command[2]).toContain('MYSQL_PWD="$MARIADB_ROOT_PASSWORD"');
    expect(command.join()).not.toContain("s3cret");
  });
});
