import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { heldIn, heldRows } from "../../databases/held";
import { differingNames } from "../../objectstore/result";
import { flipBit } from "../../rehearsal/data/corrupt";
import { clientFor } from "../../rehearsal/data/store";
import { startMinio } from "../support/minio";
import { Lab, type Moved } from "../support/mover";
import { tools, toolsTimeout } from "../support/tools";

jest.setTimeout(60_000);

let lab: Lab;
beforeAll(async () => void (await tools()), toolsTimeout);
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

const live = [
  "table\todd `db`\tnew\\nline\t2",
  "odd `db`.new\\nline\t847380094",
  "table\todd `db`\tt\t40",
  "1\tfloat",
  "database\todd `db`\todd `db`",
  "view\todd `db`\tv w",
];
const end = "end\n";
const text = (lines: string[]): string => lines.map((line) => `${line}\n`).join("");
const folder = (): string => join(lab.backup, "1.6-1.7", "databases", "kfp-db");
const work = (): string => join(lab.root, "work");

/** What the container before leaves. */
function leave(restored = live): void {
  rmSync(work(), { recursive: true, force: true });
  mkdirSync(join(work(), "dump"), { recursive: true });
  for (const [name, content] of Object.entries({
    live: `${text(live)}${end}`,
    restored: `${text(restored)}${end}`,
    "dump.sql.gz": "a dump",
  }))
    writeFileSync(join(work(), "dump", name), content);
}

/** The containers that have rclone, in their order. */
async function store(env: Record<string, string> = {}): Promise<Moved> {
  const all = { DATABASE: "kfp-db", KEEP: "objects", ...env };
  await lab.run("known", { env: all });
  return lab.run("database", { env: all });
}

test("dump and list lie in the backup, hashed and read back, and the log tells what was held", async () => {
  leave();
  const { exitCode, log, result } = await store();
  expect(exitCode).toBe(0);
  const found = result() as { held: string };
  expect(found).toMatchObject({
    mover: "database",
    resumed: "fresh",
    kept: "objects",
    objects: 4,
    rows: 42,
    differing: 0,
  });
  expect(readFileSync(join(folder(), "tables.tsv"), "utf8")).toBe(
    text([
      "database\todd `db`\todd `db`",
      "table\todd `db`\tnew\\nline\t2\t847380094",
      "table\todd `db`\tt\t40\tfloat",
      "view\todd `db`\tv w",
    ]),
  );
  expect(readFileSync(join(folder(), "dump.sql.gz"), "utf8")).toBe("a dump");
  expect(readFileSync(join(folder(), "SHA256SUMS"), "utf8")).toMatch(
    /^[0-9a-f]{64} {2}(dump\.sql\.gz|tables\.tsv)\n[0-9a-f]{64} {2}(dump\.sql\.gz|tables\.tsv)\n$/,
  );
  expect(heldRows(heldIn(log, found.held)!, "kfp-db")).toEqual({ "odd `db`": { "new\nline": 2, t: 40 } });
  expect(readdirSync(lab.records)).toEqual(["database-kfp-db.json"]);
});

test("a later run reads the dump back, whatever its database is by then, and one that changed is found out", async () => {
  leave();
  const first = (await store()).result();
  rmSync(work(), { recursive: true });
  const again = await store();
  expect(existsSync(join(work(), "known"))).toBe(true);
  expect(again.result()).toEqual({ ...first, resumed: "complete" });
  await flipBit(join(folder(), "dump.sql.gz"));
  const { log, result } = await store();
  expect(result()).toMatchObject({ resumed: "complete", differing: 1, changed: 1 });
  expect(differingNames(log)).toEqual(["changed: dump.sql.gz"]);
  writeFileSync(join(folder(), "SHA256SUMS"), "");
  expect((await store()).result).toThrow(
    /SHA256SUMS of databases\/kfp-db in the backup claim was changed after the dump was proven/,
  );
});

test.each([
  ["has other content", live.map((line) => line.replace("847380094", "1")), "restored: table odd `db` new\\nline"],
  ["lost a view", live.slice(0, -1), "restored: view odd `db` v w"],
  [
    "lost a row of a table without a sum",
    live.map((line) => line.replace("t\t40", "t\t39")),
    "restored: table odd `db` t",
  ],
  ["has what was not there", [...live, "event\todd `db`\tev"], "restored: event odd `db` ev"],
])("what was restored and %s is named, and leaves no record", async (_, restored, named) => {
  leave(restored);
  const { log, result } = await store();
  expect(result()).toMatchObject({ differing: 1, changed: 1 });
  expect(differingNames(log)).toEqual([named]);
  expect(existsSync(join(lab.records, "database-kfp-db.json"))).toBe(false);
  leave();
  expect((await store()).result()).toMatchObject({ resumed: "fresh", differing: 0 });
});

test.each(["live", "restored"])(
  "a list of what was %s that was cut off is no proof, and leaves no record",
  async (name) => {
    leave();
    writeFileSync(join(work(), "dump", name), text(live.slice(0, -2)));
    const { exitCode, result } = await store();
    expect(exitCode).toBe(1);
    expect(result).toThrow(new RegExp(`the list of what kfp-db held \\(${name}\\) was cut off: it proves nothing`));
    expect(existsSync(join(lab.records, "database-kfp-db.json"))).toBe(false);
  },
);

test("where somebody else has the copy only the list is kept, and the one is not taken for the other", async () => {
  leave();
  expect((await store({ KEEP: "manifest" })).result()).toMatchObject({ kept: "manifest", rows: 42, differing: 0 });
  expect(readdirSync(folder()).sort()).toEqual(["SHA256SUMS", "tables.tsv"]);
  expect((await store()).result).toThrow(/is not one of KEEP=objects/);
});

test("a dump goes into a bucket as well", async () => {
  const server = await startMinio();
  try {
    await clientFor(server.store).send(new CreateBucketCommand({ Bucket: "backups" }));
    leave();
    const env = lab.into("backups", server.store);
    expect((await store(env)).result()).toMatchObject({ resumed: "fresh", differing: 0 });
    expect((await store(env)).result()).toMatchObject({ resumed: "complete", differing: 0 });
  } finally {
    await server.stop();
    server.remove();
  }
});
