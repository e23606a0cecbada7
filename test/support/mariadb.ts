import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { mariadbTools } from "../../rehearsal/images/mariadb";
import { ensureToolchain, toolPath } from "../../rehearsal/toolchain/ensure";
import { freePort } from "./minio";

/** Names that an image of MariaDB before 10.5 has, and those of one from 11 on. */
const eras = {
  old: {
    mariadb: "mysql",
    "mariadb-dump": "mysqldump",
    mariadbd: "mysqld",
    "mariadb-install-db": "mysql_install_db",
  } as Record<string, string>,
  new: {} as Record<string, string>,
};

/** A PATH with the applets of busybox, or with the machine's own tools, and the database's executables by the names of an era; nothing else. */
export async function databasePath(root: string, era: keyof typeof eras): Promise<string> {
  const toolchain = await ensureToolchain({ log: () => undefined, parts: ["images"] });
  const path = join(root, `path-${era}`);
  mkdirSync(path);
  if (era === "new") await execa(toolPath(toolchain, "busybox"), ["--install", "-s", path]);
  else
    for (const name of [
      "sh",
      "cat",
      "grep",
      "sed",
      "tr",
      "tail",
      "sleep",
      "rm",
      "mkdir",
      "cp",
      "id",
      "gzip",
      "gunzip",
      "dirname",
      "hostname",
    ])
      symlinkSync((await execa("which", [name])).stdout, join(path, name));
  for (const name of mariadbTools) {
    rmSync(join(path, eras[era][name] ?? name), { force: true });
    symlinkSync(realpathSync(toolPath(toolchain, name)), join(path, eras[era][name] ?? name));
  }
  return path;
}

export interface MariaDb {
  port: number;
  password: string;
  /** Runs SQL as root. */
  sql(statements: string): Promise<string>;
  stop(): Promise<void>;
}

/** A real MariaDB on loopback, with an empty data folder and a password for root. */
export async function startMariaDb(): Promise<MariaDb> {
  const toolchain = await ensureToolchain({ log: () => undefined, parts: ["images"] });
  const tool = (name: string): string => toolPath(toolchain, name);
  const root = mkdtempSync(join(tmpdir(), "mariadb-"));
  const [port, password, socket] = [await freePort(), "ро'ot \"pass\\word", join(root, "socket")];
  const small = [
    "--no-defaults",
    "--user=root",
    `--datadir=${join(root, "data")}`,
    "--innodb-use-native-aio=0",
    "--innodb-log-file-size=8M",
    "--innodb-flush-log-at-trx-commit=0",
  ];
  await execa(
    tool("mariadb-install-db"),
    [...small, "--skip-name-resolve", "--skip-test-db", "--auth-root-authentication-method=normal"],
    { stdin: "ignore" },
  );
  const log = openSync(join(root, "log"), "a");
  const child = spawn(
    tool("mariadbd"),
    [...small, `--socket=${socket}`, `--port=${port}`, "--bind-address=127.0.0.1", "--skip-name-resolve"],
    { stdio: ["ignore", log, log] },
  );
  const ended = once(child, "exit");
  const client = [
    "--no-defaults",
    `--socket=${socket}`,
    "--user=root",
    "--batch",
    "--skip-column-names",
    "--default-character-set=utf8mb4",
  ];
  let secret = "";
  const sql = async (statements: string): Promise<string> =>
    (await execa(tool("mariadb"), client, { input: statements, env: { MYSQL_PWD: secret } })).stdout;
  for (
    let tries = 0;
    await sql("SELECT 1").then(
      () => false,
      () => true,
    );
    tries++
  ) {
    if (tries > 300 || child.exitCode !== null) throw new Error(`MariaDB does not come up; see ${root}/log`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const quoted = `'${password.replace(/[\\']/g, "\\$&")}'`;
  // The installer makes roots without a password for names of this machine, too.
  await sql(
    `DELETE FROM mysql.global_priv WHERE user = 'root' AND host <> 'localhost'; FLUSH PRIVILEGES; CREATE USER root@'%' IDENTIFIED BY ${quoted}; GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION; ALTER USER root@localhost IDENTIFIED BY ${quoted}`,
  );
  secret = password;
  return {
    port,
    password,
    sql,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
      rmSync(root, { recursive: true, force: true });
    },
  };
}
