import { readFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import execa from "execa";
import { toolPath, type Toolchain } from "../toolchain/ensure";
import type { Entry } from "./rootfs";

/** Executables of MariaDB that go into the image, each to the place where Debian has it. */
export const mariadbTools = ["mariadbd", "mariadb", "mariadb-dump", "mariadb-install-db", "my_print_defaults", "resolveip"];

/** Texts of mariadb-install-db that no test needs; loading them takes longer than everything else. */
const leftOut = ["fill_help_tables.sql", "mysql_sys_schema.sql"];
const texts = ["mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql", "maria_add_gis_sp_bootstrap.sql", "mysql_test_db.sql"];

/** Shared libraries and the loader of an executable, as the machine's own loader finds them; none for a script. */
async function librariesOf(file: string): Promise<string[]> {
  const { stdout, exitCode } = await execa("ldd", [file], { reject: false, stdin: "ignore" });
  return exitCode === 0 ? [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, path]) => path) : [];
}

/** Starts the server as the official image does. Words after it are options of mariadbd. */
export const mariadbEntrypoint = ["/bin/sh", "-c", readFileSync(join(__dirname, "mariadb-entrypoint.sh"), "utf8"), "mariadb"];

/** What is in the image of a MariaDB server, beside busybox: executables, libraries and messages. */
export async function mariadbEntries(toolchain: Toolchain): Promise<Entry[]> {
  const share = toolPath(toolchain, "mariadb-share");
  const tools = await Promise.all(mariadbTools.map(async (name) => ({ name, file: await realpath(toolPath(toolchain, name)) })));
  const libraries = [...new Set((await Promise.all(tools.map(({ file }) => librariesOf(file)))).flat())].sort();
  const files = await Promise.all(libraries.map(async (path) => ({ path: path.slice(1), file: await realpath(path) })));
  const folders = new Set<string>(["usr/sbin", "usr/share", "usr/share/mysql", "usr/share/mysql/english", "var/lib", "var/lib/mysql", "run"]);
  for (const { path } of files) for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) folders.add(folder);
  return [
    ...[...folders].sort().map((path): Entry => ({ path, folder: true })),
    ...files,
    ...tools.map(({ name, file }): Entry => ({ path: `usr/${name === "mariadbd" ? "sbin" : "bin"}/${name}`, file })),
    { path: "usr/bin/mariadbd", link: "../sbin/mariadbd" },
    { path: "usr/share/mysql/english/errmsg.sys", file: join(share, "english/errmsg.sys"), mode: 0o644 },
    ...texts.map((name): Entry => ({ path: `usr/share/mysql/${name}`, file: join(share, name), mode: 0o644 })),
    ...leftOut.map((name): Entry => ({ path: `usr/share/mysql/${name}`, text: "" })),
  ];
}
