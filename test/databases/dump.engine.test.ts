import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import execa from "execa";
import { type Rows, surveyedRows } from "../../databases/held";
import { dumpScript } from "../../objectstore/jobs";
import { parseResult } from "../../objectstore/result";
import { databasePath, type MariaDb, startMariaDb } from "../support/mariadb";
import { toolsTimeout } from "../support/tools";

jest.setTimeout(600_000);

/** Names with every sign that hurts a shell, SQL, or a list of lines. */
const odd = ["odd `db` – ünï", "--verbose", 'it\'s $(a) \\ "b"', "two  spaces\ttab"];
const oddTable = "new\nline `x` \\n 'q'";
const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

let server: MariaDb;
let root: string;
const paths = { old: "", new: "" };
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "dump-"));
  server = await startMariaDb();
  for (const era of ["old", "new"] as const) paths[era] = await databasePath(root, era);
  for (const name of odd)
    await server.sql(
      `CREATE DATABASE ${quoted(name)}; CREATE TABLE ${quoted(name)}.t (id int PRIMARY KEY, v double, at timestamp(6) NULL); INSERT INTO ${quoted(name)}.t VALUES (1, 1/3, '2024-03-31 02:30:00.123456'), (2, NULL, NULL)`,
    );
  const first = quoted(odd[0]);
  await server.sql(`USE ${first};
    CREATE TABLE ${quoted(oddTable)} (b longblob, t text, bits bit(9)) CHARACTER SET utf8mb4;
    INSERT INTO ${quoted(oddTable)} VALUES (UNHEX('000A0D1A2227FF5C'), 'line\\r\\n🚀\\0', b'101010101'), (NULL, '', NULL);
    CREATE TABLE empty (id int);
    CREATE TABLE inexact (f float); INSERT INTO inexact VALUES (0.123456789), (16777217);
    CREATE VIEW \`v w\` AS SELECT id FROM t;
    CREATE TRIGGER tr BEFORE INSERT ON empty FOR EACH ROW SET NEW.id = COALESCE(NEW.id, 1);
    CREATE PROCEDURE p() SELECT 1;
    CREATE FUNCTION f() RETURNS int RETURN 1;
    CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DO DELETE FROM empty;
    CREATE SEQUENCE sq;`);
}, toolsTimeout);
afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(root, "work-"));
});

/** Rows out of a survey that has sums as well. */
const rowsOf = (survey: string): Rows =>
  surveyedRows(
    survey
      .split("\n")
      .filter((line) => /^(table\t|end$)/.test(line))
      .join("\n"),
    "kfp-db",
  );

interface Dumped {
  exitCode: number;
  log: string;
  read: (name: string) => string;
  result: () => unknown;
}

async function run({
  era = "new",
  env = {},
}: { era?: "old" | "new"; env?: Record<string, string> } = {}): Promise<Dumped> {
  const result = join(work, "message");
  const { exitCode, all = "" } = await execa(join(paths[era], "sh"), ["-ceu", dumpScript("kfp-db-dump")], {
    all: true,
    reject: false,
    stdin: "ignore",
    extendEnv: false,
    env: {
      PATH: paths[era],
      WORK_DIR: work,
      RESULT_FILE: result,
      DATABASE: "kfp-db",
      DATABASE_HOST: "127.0.0.1",
      DATABASE_PORT: String(server.port),
      MYSQL_PWD: server.password,
      ...env,
    },
  });
  return {
    exitCode,
    log: all,
    read: (name) => readFileSync(join(work, "dump", name), "utf8"),
    result: () => parseResult(readFileSync(result, "utf8")),
  };
}

test.each(["old", "new"] as const)(
  "with the tools of an %s image everything is dumped and restored as it was, whatever its names",
  async (era) => {
    const { exitCode, log, read } = await run({ era });
    expect([exitCode, log]).toEqual([0, expect.stringContaining("dumping 4 databases")]);
    const live = read("live").split("\n");
    expect(read("restored").split("\n")).toEqual(live);
    expect(rowsOf(read("live"))).toEqual({
      [odd[0]]: { [oddTable]: 2, empty: 0, inexact: 2, t: 2 },
      ...Object.fromEntries(odd.slice(1).map((name) => [name, { t: 2 }])),
    });
    for (const kind of ["view", "trigger", "procedure", "function", "event", "sequence"])
      expect(live.filter((line) => line.startsWith(`${kind}\t`))).toHaveLength(1);
    expect(live).toContain("1\tfloat");
    expect(live.slice(-2)).toEqual(["end", ""]);
    expect(read("live")).not.toMatch(/^database\t(mysql|sys|information_schema|performance_schema)\t/m);
    expect(readdirSync(join(work, "dump"))).not.toContain("scratch");
  },
);

test("the live server is left as it was, and the password is in no file and no line", async () => {
  const before = await server.sql("SHOW DATABASES; SELECT user, host FROM mysql.user ORDER BY 1, 2");
  const { log } = await run();
  expect(await server.sql("SHOW DATABASES; SELECT user, host FROM mysql.user ORDER BY 1, 2")).toBe(before);
  const texts = readdirSync(join(work, "dump")).map((name) => readFileSync(join(work, "dump", name)));
  for (const text of [
    log,
    ...texts.map(String),
    gunzipSync(readFileSync(join(work, "dump", "dump.sql.gz"))).toString(),
  ])
    expect(text).not.toContain(server.password);
});

test("a dump that the backup has already is not made again", async () => {
  writeFileSync(join(work, "known"), "{}");
  expect((await run({ env: { DATABASE_PORT: "1" } })).exitCode).toBe(0);
  expect(existsSync(join(work, "dump"))).toBe(false);
});

test("where somebody else has the copy, rows are counted and nothing is dumped", async () => {
  const { exitCode, read } = await run({ env: { KEEP: "manifest" } });
  expect(exitCode).toBe(0);
  expect(rowsOf(read("live"))[odd[1]]).toEqual({ t: 2 });
  expect(readdirSync(join(work, "dump")).filter((name) => /dump|restored/.test(name))).toEqual([]);
});

test("a server that is not there, another password and an image without a dumper are told apart", async () => {
  expect((await run({ env: { DATABASE_PORT: "1" } })).result).toThrow(
    /the server of kfp-db at 127\.0\.0\.1 cannot be read as root: .*Can't connect/,
  );
  expect((await run({ env: { MYSQL_PWD: "another" } })).result).toThrow(/cannot be read as root: .*Access denied/);
  const bare = join(root, "bare");
  if (!existsSync(bare)) await execa("cp", ["-a", paths.new, bare]);
  rmSync(join(bare, "mariadb-dump"));
  expect((await run({ env: { PATH: bare } })).result).toThrow(/the image of kfp-db has none of mariadb-dump mysqldump/);
});

/** A PATH in which the dumper is a script of its own; `$dumper` in it is the real one. */
async function dumping(script: string): Promise<string> {
  const path = join(work, "dumping");
  await execa("cp", ["-a", paths.new, path]);
  rmSync(join(path, "mariadb-dump"));
  writeFileSync(join(path, "mariadb-dump"), `#!${path}/sh\ndumper=${paths.new}/mariadb-dump\n${script}`, {
    mode: 0o755,
  });
  return path;
}

test("a row that the server quotes in an error is neither in the log nor in the result", async () => {
  const database = quoted(odd[2]);
  const twice = `CREATE TABLE ${database}.told (v varchar(99) UNIQUE); INSERT INTO ${database}.told VALUES ('hunter2\\nERROR hunter2'), ('hunter2\\nERROR hunter2');`;
  const { exitCode, log, result } = await run({
    env: { PATH: await dumping(`"$dumper" "$@"\ncat <<'END'\n${twice}\nEND\n`) },
  });
  expect(exitCode).toBe(1);
  const trial = Number(readFileSync(join(work, "dump", "scratch", "pid"), "utf8"));
  expect(() => process.kill(trial, 0)).toThrow("ESRCH");
  expect(result).toThrow(
    /the dump of kfp-db cannot be restored: ERROR 1062 \(23000\) at line \d+: Duplicate entry \.\.\.$/,
  );
  expect(`${log}${readFileSync(join(work, "message"), "utf8")}`).not.toContain("hunter2");
});

test("a database that cannot be dumped or restored is no backup", async () => {
  await server.sql(
    `USE ${quoted(odd[1])}; CREATE TABLE gone (id int); CREATE VIEW broken AS SELECT id FROM gone; DROP TABLE gone`,
  );
  const { exitCode, result } = await run();
  await server.sql(`DROP VIEW ${quoted(odd[1])}.broken`);
  expect(exitCode).toBe(1);
  expect(result).toThrow(/kfp-db cannot be dumped: .*broken/);
});

test("tables that are written to during the dump are dumped again, and refused when that goes on", async () => {
  // The dumper writes a row itself, through a wrapper, each time or only the first time.
  const writing = (times: number): Promise<string> =>
    dumping(
      `if [ "$(cat "$WORK_DIR/written" 2>/dev/null | wc -l)" -lt ${times} ]; then\n  echo >>"$WORK_DIR/written"\n  mariadb --no-defaults --protocol=tcp --host=127.0.0.1 --port=$DATABASE_PORT --user=root --execute 'INSERT INTO \`--verbose\`.t SELECT MAX(id) + 1, 0, NULL FROM \`--verbose\`.t'\nfi\nexec "$dumper" "$@"\n`,
    );
  const once = await run({ env: { PATH: await writing(1) } });
  expect([once.exitCode, once.log]).toEqual([0, expect.stringContaining("written to meanwhile: table --verbose t 3")]);
  expect(once.read("restored")).toBe(once.read("live"));
  work = mkdtempSync(join(root, "work-"));
  expect((await run({ env: { PATH: await writing(9) } })).result).toThrow(
    /kfp-db was written to during each of three dumps \(table --verbose t /,
  );
});
