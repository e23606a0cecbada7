import { createHash } from "node:crypto";
import { surveyEnd } from "./survey";

/** How many rows each table of a server has: database -> table -> rows. */
export type Rows = Record<string, Record<string, number>>;

/** What a line of the Job's log starts with when the rest of it is one of tables.tsv. */
const heldPrefix = "HOLDS ";

const escapes: Record<string, string> = { t: "\t", n: "\n", "0": "\0", "\\": "\\" };

/** A name out of the client's batch output: https://mariadb.com/kb/en/mariadb-command-line-client/#-b-batch */
const plain = (name: string): string => name.replace(/\\([tn0\\])/g, (_, letter: string) => escapes[letter]);

/** "table <database> <name> <rows>", as a survey of rows writes it; safe integers only. */
const counted = /^table\t([^\t]+)\t([^\t]+)\t(\d{1,15})$/;
/** The same with the sum over its content, and what has no rows: lines of tables.tsv (objectstore/mover/database.sh). */
const summed =
  /^(?:table\t([^\t]+)\t([^\t]+)\t(\d{1,15})\t[^\t]+|(?:database|view|sequence|trigger|procedure|function|event)\t[^\t]+\t[^\t]+)$/;

const notUnderstood = (application: string, why: string): Error =>
  new Error(
    `the list of what the databases of ${application} hold is not understood: ${why}. Rows that are not known cannot be compared, so nothing goes on from it. Run again; should it say the same, look at what its server answers`,
  );

/** Rows by tables, whatever a table is called: "__proto__" is a name like any other. @throws naming application and line */
function rowsOf(lines: string[], pattern: RegExp, application: string): Rows {
  const tables = new Map<string, Map<string, number>>();
  for (const [index, line] of lines.entries()) {
    const found = pattern.exec(line);
    if (!found) throw notUnderstood(application, `line ${index + 1} is ${JSON.stringify(line.slice(0, 200))}`);
    const [, database, name, number] = found as (string | undefined)[];
    if (database === undefined || name === undefined) continue;
    const own = tables.get(plain(database)) ?? new Map<string, number>();
    if (own.has(plain(name)))
      throw notUnderstood(application, `line ${index + 1} tells of table ${JSON.stringify(plain(name))} again`);
    tables.set(plain(database), own.set(plain(name), Number(number)));
  }
  return Object.fromEntries([...tables].map(([database, own]) => [database, Object.fromEntries(own)]));
}

/**
 * Rows out of what `survey rows` wrote (databases/survey.ts).
 * @throws naming application and line where it is not whole, or anything else than tables is in it
 */
export function surveyedRows(output: string, application: string): Rows {
  const lines = output.replace(/\n$/, "").split("\n");
  if (lines.pop() !== surveyEnd)
    throw notUnderstood(application, `its last line is not "${surveyEnd}", so it was cut off`);
  return rowsOf(lines, counted, application);
}

/**
 * Rows of the tables out of lines of tables.tsv; what has no rows is in it, too.
 * @throws naming application and line
 */
export const heldRows = (lines: string[], application: string): Rows => rowsOf(lines, summed, application);

/** Names of tables whose content no dump keeps to the bit, so that only their rows were counted, as "database.table". */
export function inexact(lines: string[]): string[] {
  return lines
    .map((line) => line.split("\t"))
    .filter(([kind, , , , sum]) => kind === "table" && sum === "float")
    .map(([, database, name]) => `${plain(database)}.${plain(name)}`);
}

/**
 * What a dumped server held, line by line, out of its Job's log.
 * @returns undefined when the lines are not all of those that the result's digest was made of
 */
export function heldIn(log: string, digest: string): string[] | undefined {
  const lines = log
    .split("\n")
    .filter((line) => line.startsWith(heldPrefix))
    .map((line) => line.slice(heldPrefix.length));
  const found = createHash("sha256")
    .update(lines.map((line) => `${line}\n`).join(""))
    .digest("hex");
  return found === digest ? lines : undefined;
}

/** Rows of one table; undefined where there is none of that name. */
export function rowsIn(rows: Rows, database: string, table: string): number | undefined {
  return Object.hasOwn(rows, database) && Object.hasOwn(rows[database], table) ? rows[database][table] : undefined;
}

/** One sentence for each table that is gone or has fewer rows. More are no loss: people go on working. */
export function lostRows(before: Rows, after: Rows): string[] {
  return Object.entries(before).flatMap(([database, tables]) =>
    Object.entries(tables).flatMap(([table, was]) => {
      const now = rowsIn(after, database, table);
      const name = `table ${JSON.stringify(`${database}.${table}`)}`;
      if (now === undefined) return [`${name} with ${was} rows is gone`];
      return now >= was ? [] : [`${name} has ${now} rows, had ${was}`];
    }),
  );
}

/** All rows of all tables. */
export function total(rows: Rows): number {
  return Object.values(rows)
    .flatMap((tables) => Object.values(tables))
    .reduce((sum, number) => sum + number, 0);
}

/** How many rows there are, and in how many tables. */
export function tally(rows: Rows): { rows: number; tables: number } {
  return { rows: total(rows), tables: Object.values(rows).flatMap(Object.keys).length };
}
