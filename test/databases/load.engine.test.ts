import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import execa from "execa";
import { type Rows, surveyedRows } from "../../databases/held";
import { loadShell } from "../../databases/load";
import { surveyShell } from "../../databases/survey";
import { databasePath, type MariaDb, startMariaDb } from "../support/mariadb";
import { toolsTimeout } from "../support/tools";

jest.setTimeout(600_000);

let root: string;
let path: string;
let old: MariaDb;
let fresh: MariaDb;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "load-"));
  path = await databasePath(root, "new");
  [old, fresh] = [await startMariaDb(), await startMariaDb()];
  // A text that looks like what MySQL would not take must come over as it is.
  await old.sql(
    "CREATE DATABASE `odd ``db`; USE `odd ``db`; CREATE TABLE `t 1` (id int PRIMARY KEY, v text); INSERT INTO `t 1` VALUES (1, '\\n/*!50003 SET sql_mode = NO_AUTO_CREATE_USER,'), (2, NULL); CREATE VIEW v AS SELECT id FROM `t 1`; CREATE TRIGGER tr BEFORE INSERT ON `t 1` FOR EACH ROW SET NEW.v = 'x'",
  );
  await fresh.sql(
    "CREATE USER serverconfig@'%' IDENTIFIED BY 'new pass\\\\word'; GRANT ALL ON *.* TO serverconfig@'%' WITH GRANT OPTION",
  );
}, toolsTimeout);
afterAll(async () => {
  await Promise.all([old.stop(), fresh.stop()]);
  rmSync(root, { recursive: true, force: true });
});

/** The text has one port for both, and each server here one of its own; and it waits longer for a load that ends. */
const script = (task: string): string =>
  [
    surveyShell,
    loadShell
      .replaceAll('--host="$host"', `--host="$host" --port=${old.port}`)
      .replaceAll("--host=127.0.0.1 --user", `--host=127.0.0.1 --port=${fresh.port} --user`)
      // All are on one machine here: who comes by a port is from another.
      .replace("(:|$)'", () => "$'")
      .replace(", 30)", ", 1)"),
    task,
  ].join("\n");

function run(task: string, password = old.password): Promise<execa.ExecaReturnValue> {
  return execa(join(path, "sh"), ["-ceu", script(task), "load", "127.0.0.1"], {
    input: `${password}\nnew pass\\word\n`,
    reject: false,
    extendEnv: false,
    env: { PATH: path },
  });
}

const rows = async (side: "old" | "new"): Promise<Rows> => surveyedRows((await run(`rows ${side}`)).stdout, "kfp-db");

test("rows, views and triggers come over, again and again, and a proven load is marked", async () => {
  expect((await run("filled")).stdout).toBe("0");
  // The second time as after a loss of the connection.
  for (let time = 0; time < 2; time++) {
    expect((await run("load")).exitCode).toBe(0);
    expect(await rows("new")).toEqual(await rows("old"));
    expect(await fresh.sql("SELECT HEX(v) FROM `odd ``db`.`t 1`")).toBe(
      await old.sql("SELECT HEX(v) FROM `odd ``db`.`t 1`"),
    );
  }
  expect(await rows("old")).toEqual({ "odd `db": { "t 1": 2 } });
  expect(await fresh.sql("SELECT * FROM `odd ``db`.v")).toBe("1\n2");
  expect(
    await old.sql("SELECT trigger_name FROM information_schema.triggers WHERE sql_mode LIKE '%NO_AUTO_CREATE_USER%'"),
  ).toBe("tr");
  expect(
    await fresh.sql(
      "SELECT trigger_name FROM information_schema.triggers WHERE sql_mode NOT LIKE '%NO_AUTO_CREATE_USER%' AND sql_mode LIKE '%STRICT_TRANS_TABLES%'",
    ),
  ).toBe("tr");
  expect((await run("held")).stdout).toBe("");
  await run("mark 2");
  expect((await run("held")).stdout).toBe("2");
  expect((await run("filled")).stdout).toBe("1");
  await fresh.sql("DELETE FROM `odd ``db`.`t 1` WHERE id = 1");
  expect((await run("load")).stderr).toContain("the load is proven already");
  expect(await fresh.sql("SELECT id FROM `odd ``db`.`t 1`")).toBe("2");
});

test("a load whose run was killed goes on in its container: nothing is marked beside it, and it is ended before another begins", async () => {
  await fresh.sql("DROP DATABASE ckf_upgrade");
  const holding = (): execa.ExecaChildProcess =>
    execa(
      join(path, "mariadb"),
      [
        "--no-defaults",
        "--protocol=tcp",
        "--host=127.0.0.1",
        `--port=${fresh.port}`,
        "--user=serverconfig",
        "--execute",
        "SELECT GET_LOCK('ckf_upgrade', 0); SELECT SLEEP(300)",
      ],
      { reject: false, extendEnv: false, env: { PATH: path, MYSQL_PWD: "new pass\\word" } },
    );
  const held = async (): Promise<boolean> =>
    (await fresh.sql("SELECT IS_USED_LOCK('ckf_upgrade') IS NOT NULL")) === "1";
  const left = holding();
  while (!(await held())) await setTimeout(100);
  expect((await run("mark 2")).stderr).toContain("another load is under way");
  expect((await run("load")).exitCode).toBe(0);
  expect((await left).exitCode).not.toBe(0);
  expect(await rows("new")).toEqual(await rows("old"));
});

test("who is connected to the old server is told by user and host, the one who asks aside", async () => {
  expect((await run("sessions")).stdout).toBe("");
  const options = ["--no-defaults", "--protocol=tcp", "--host=127.0.0.1", `--port=${old.port}`, "--user=root"];
  const writer = execa(join(path, "mariadb"), [...options, "--execute", "SELECT SLEEP(300)"], {
    reject: false,
    extendEnv: false,
    env: { PATH: path, MYSQL_PWD: old.password },
  });
  let told = "";
  for (let tries = 0; told === "" && tries < 100; tries++) {
    await setTimeout(100);
    told = (await run("sessions")).stdout;
  }
  expect(told).toMatch(/^root@(localhost|127\.0\.0\.1):\d+$/);
  writer.kill("SIGKILL");
  await writer;
});

test("a dump that fails is a load that fails, and no password is in what is said of it", async () => {
  const { exitCode, stderr } = await run("load", "wrong");
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/Access denied for user 'root'/);
  expect(stderr).not.toMatch(/wrong|new pass/);
});
