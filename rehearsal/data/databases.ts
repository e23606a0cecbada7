import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { Exec, KubeConfig, type V1Status } from "@kubernetes/client-node";
import { clientsFor } from "./cluster";

/** Where a database is: the application whose first unit serves it. */
export type Databases = Record<string, string>;

/** Databases of a 1.6 model and the applications that serve them. */
export const seededDatabases: Databases = { mlpipeline: "kfp-db", katib: "katib-db" };

export interface TableFacts {
  rows: number;
  /** MariaDB's own sum over all rows and columns. */
  checksum: string;
}

/** What the databases hold: database -> table -> facts, and the names of what is no table. */
export interface DatabaseInventory {
  tables: Record<string, Record<string, TableFacts>>;
  /** "view mlpipeline.failed_runs" */
  others: string[];
}

async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** Who asks, where the server's own container does not say how root is let in. */
export interface Login {
  user: string;
  password: string;
}

/**
 * Runs SQL in the Pod of an application's first unit, as root from inside: no password leaves it. With a login, that one comes by
 * standard input. Rows are lines, columns have tabs between them.
 */
async function sql(
  kubeconfig: string,
  namespace: string,
  application: string,
  statements: string,
  login?: Login,
): Promise<string[]> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const password = login ? "IFS= read -r MYSQL_PWD" : "MYSQL_PWD=$MARIADB_ROOT_PASSWORD";
  const command = [
    "/bin/sh",
    "-c",
    `${password}; export MYSQL_PWD; exec mariadb --no-defaults --socket=/tmp/mysql.sock --user=${login?.user ?? "root"} --batch --skip-column-names --default-character-set=utf8mb4`,
  ];
  const pod = `${application}-0`;
  const { spec } = await clientsFor(kubeconfig).core.readNamespacedPod({ namespace, name: pod });
  // Juju's own container of a sidecar is called so.
  const container = spec!.containers.find(({ name }) => name !== "charm")!.name;
  const input = login ? `${login.password}\n${statements}` : statements;
  const [out, err] = [text(stdout), text(stderr)];
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config)
      .exec(namespace, pod, container, command, stdout, stderr, Readable.from([input]), false, resolve)
      .catch(reject);
  });
  stdout.end();
  stderr.end();
  const [rows, errors] = await Promise.all([out, err]);
  if (status.status !== "Success") throw new Error(`SQL in ${application} failed: ${errors.trim() || status.message}`);
  return rows.split("\n").filter((line) => line !== "");
}

/** Fills the databases of a model with some thousand rows: texts of many scripts, binary content, NULLs, a view, a trigger, a function. */
export async function seedDatabases(
  kubeconfig: string,
  namespace: string,
  databases: Databases = seededDatabases,
): Promise<void> {
  for (const [database, application] of Object.entries(databases)) {
    await sql(
      kubeconfig,
      namespace,
      application,
      `USE ${database};\n${readFileSync(join(__dirname, "sql", `${database}.sql`), "utf8")}`,
    );
  }
}

/** Empties some tables of the pipelines' database and drops another with its trigger. */
export async function spoilPipelines(kubeconfig: string, namespace: string): Promise<void> {
  await sql(
    kubeconfig,
    namespace,
    seededDatabases.mlpipeline,
    "USE mlpipeline; DELETE FROM pipelines; DELETE FROM run_details; DROP TABLE `team notes`;",
  );
}

const otherObjects = (database: string): string => `
  SELECT 'view', table_name FROM information_schema.views WHERE table_schema = '${database}'
  UNION SELECT 'trigger', trigger_name FROM information_schema.triggers WHERE trigger_schema = '${database}'
  UNION SELECT LOWER(routine_type), routine_name FROM information_schema.routines WHERE routine_schema = '${database}' ORDER BY 1, 2;`;

/**
 * Counts and sums up every table of some databases.
 * @throws when an application cannot be asked; a database that is not there has no tables.
 */
export async function databaseInventory(
  kubeconfig: string,
  namespace: string,
  databases: Databases = seededDatabases,
  loginOf: (application: string) => Promise<Login | undefined> = async () => undefined,
): Promise<DatabaseInventory> {
  const inventory: DatabaseInventory = { tables: {}, others: [] };
  for (const [database, application] of Object.entries(databases)) {
    const login = await loginOf(application);
    const ask = (statements: string): Promise<string[]> => sql(kubeconfig, namespace, application, statements, login);
    const names = await ask(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = '${database}' AND table_type = 'BASE TABLE' ORDER BY 1;`,
    );
    const answers = await ask(
      names
        .map(
          (name) =>
            `SELECT COUNT(*) FROM \`${database}\`.\`${name}\`; CHECKSUM TABLE \`${database}\`.\`${name}\` EXTENDED;`,
        )
        .join("\n"),
    );
    inventory.tables[database] = Object.fromEntries(
      names.map((name, index) => [
        name,
        { rows: Number(answers[2 * index]), checksum: answers[2 * index + 1].split("\t")[1] },
      ]),
    );
    inventory.others.push(...(await ask(otherObjects(database))).map((line) => line.replace("\t", ` ${database}.`)));
  }
  return inventory;
}

/** One sentence for each row, table or other object that was there before and is no longer, or has other content. What is new is no loss. */
export function compareDatabases(before: DatabaseInventory, after: DatabaseInventory): string[] {
  const losses: string[] = [];
  for (const [database, tables] of Object.entries(before.tables)) {
    for (const [table, was] of Object.entries(tables)) {
      const is = after.tables[database]?.[table];
      const name = `table "${database}.${table}"`;
      if (!is) losses.push(`${name} with ${was.rows} rows is gone`);
      else if (is.rows !== was.rows) losses.push(`${name} has ${is.rows} rows, had ${was.rows}`);
      else if (is.checksum !== was.checksum) losses.push(`rows of ${name} have changed`);
    }
  }
  return [...losses, ...before.others.filter((one) => !after.others.includes(one)).map((one) => `${one} is gone`)];
}
