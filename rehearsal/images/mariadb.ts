import { existsSync, readFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import execa from "execa";
import { toolPath, type Toolchain } from "../toolchain/ensure";
import type { Entry } from "./rootfs";

/** Executables of MariaDB that go into the image, each to the place where Debian has it. */
export const mariadbTools = [
  "mariadbd",
  "mariadb",
  "mariadb-dump",
  "mariadb-install-db",
  "my_print_defaults",
  "resolveip",
];

/** Texts that mariadb-install-db wants, after "mysql_" or, from MariaDB 11 on, "mariadb_". */
const texts = ["system_tables", "performance_tables", "system_tables_data", "test_db"];
/** What it wants, too, and no test needs: loading it takes longer than everything else. */
const leftOut = "sys_schema";

/** Shared libraries and the loader of an executable, as the machine's own loader finds them; none for a script. */
async function librariesOf(file: string): Promise<string[]> {
  const { stdout, exitCode } = await execa("ldd", [file], { reject: false, stdin: "ignore" });
  return exitCode === 0 ? [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, path]) => path) : [];
}

/** Starts the server as the official image does. Words after it are options of mariadbd. */
export const mariadbEntrypoint = [
  "/bin/sh",
  "-c",
  readFileSync(join(__dirname, "mariadb-entrypoint.sh"), "utf8"),
  "mariadb",
];

/** What is in the image of a MariaDB server, beside busybox: executables, libraries and messages, where this machine has them. */
export async function mariadbEntries(toolchain: Toolchain): Promise<Entry[]> {
  const share = toolPath(toolchain, "mariadb-share");
  const prefix = existsSync(join(share, "mariadb_system_tables.sql")) ? "mariadb" : "mysql";
  const shared = [
    ...texts.map((name) => `${prefix}_${name}.sql`),
    "maria_add_gis_sp_bootstrap.sql",
    "english/errmsg.sys",
  ];
  const empty = [`${prefix}_${leftOut}.sql`, "fill_help_tables.sql"];
  const tools = await Promise.all(
    mariadbTools.map(async (name) => ({ name, file: await realpath(toolPath(toolchain, name)) })),
  );
  const libraries = [...new Set((await Promise.all(tools.map(({ file }) => librariesOf(file)))).flat())].sort();
  const files = await Promise.all(libraries.map(async (path) => ({ path: path.slice(1), file: await realpath(path) })));
  const inShare = (name: string): string => join(share, name).slice(1);
  const folders = new Set<string>(["usr/sbin", "var/lib", "var/lib/mysql", "run"]);
  for (const path of [...files.map((file) => file.path), ...shared.map(inShare)])
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) folders.add(folder);
  return [
    ...[...folders].sort().map((path): Entry => ({ path, folder: true })),
    ...files,
    ...tools.map(({ name, file }): Entry => ({ path: `usr/${name === "mariadbd" ? "sbin" : "bin"}/${name}`, file })),
    { path: "usr/bin/mariadbd", link: "../sbin/mariadbd" },
    ...shared.map((name): Entry => ({ path: inShare(name), file: join(share, name), mode: 0o644 })),
    ...empty.map((name): Entry => ({ path: inShare(name), text: "" })),
  ];
}
