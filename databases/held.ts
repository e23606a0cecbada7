import { createHash } from "node:crypto";

/** How many rows each table of a server has: database -> table -> rows. */
export type Rows = Record<string, Record<string, number>>;

/** What a line of the Job's log starts with when the rest of it is one of tables.tsv (objectstore/mover/database.sh). */
const heldPrefix = "HOLDS ";

const escapes: Record<string, string> = { t: "\t", n: "\n", "0": "\0", "\\": "\\" };

/** A name out of the client's batch output: https://mariadb.com/kb/en/mariadb-command-line-client/#-b-batch */
const plain = (name: string): string => name.replace(/\\([tn0\\])/g, (_, letter: string) => escapes[letter]);

/** Rows of the tables out of lines "table <database> <name> <rows>..." with tabs between; other lines are of what has no rows. */
export function rowsOf(lines: string[]): Rows {
  const rows: Rows = {};
  for (const line of lines) {
    const [kind, database, name, number] = line.split("\t");
    if (kind === "table") (rows[plain(database)] ??= {})[plain(name)] = Number(number);
  }
  return rows;
}

/** Names of tables whose content no dump keeps to the bit, so that only their rows were counted, as "database.table". */
export function inexact(lines: string[]): string[] {
  return lines.map((line) => line.split("\t")).filter(([kind, , , , sum]) => kind === "table" && sum === "float").map(([, database, name]) => `${plain(database)}.${plain(name)}`);
}

/**
 * What a dumped server held, line by line, out of its Job's log.
 * @returns undefined when the lines are not all of those that the result's digest was made of
 */
export function heldIn(log: string, digest: string): string[] | undefined {
  const lines = log.split("\n").filter((line) => line.startsWith(heldPrefix)).map((line) => line.slice(heldPrefix.length));
  const found = createHash("sha256").update(lines.map((line) => `${line}\n`).join("")).digest("hex");
  return found === digest ? lines : undefined;
}

/** One sentence for each table that is gone or has fewer rows. More are no loss: people go on working. */
export function lostRows(before: Rows, after: Rows): string[] {
  return Object.entries(before).flatMap(([database, tables]) =>
    Object.entries(tables).flatMap(([table, was]) => {
      const now = after[database]?.[table];
      const name = `table ${JSON.stringify(`${database}.${table}`)}`;
      if (now === undefined) return [`${name} with ${was} rows is gone`];
      return now < was ? [`${name} has ${now} rows, had ${was}`] : [];
    }),
  );
}

/** All rows of all tables. */
export function total(rows: Rows): number {
  return Object.values(rows).flatMap((tables) => Object.values(tables)).reduce((sum, number) => sum + number, 0);
}

/** How many rows there are, and in how many tables. */
export function tally(rows: Rows): { rows: number; tables: number } {
  return { rows: total(rows), tables: Object.values(rows).flatMap(Object.keys).length };
}
