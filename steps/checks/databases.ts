import { type Rows, lostRows, tally, total } from "../../databases/held";
import { getStatus } from "../../juju/read";
import type { Expected } from "../../plan/types";
import type { Context } from "../context";
import { countRows, rowsAtBackup } from "../databases";
import { lateRows, movedRows } from "../move-database";
import { type Check, check, notChecked } from "./check";

/** Rows on the new server; what was written to the old one after it was loaded from is told as lost, as long as that server is there. */
async function movedHeld(
  model: string,
  application: string,
  moved: string,
  old: () => Promise<Rows | undefined>,
  wrong: string[],
): Promise<Rows> {
  const { rows, loaded } = await movedRows(model, moved);
  const before = application in (await getStatus(model)).applications ? await old() : undefined;
  const late = before && lateRows(application, before, moved, loaded);
  if (late) wrong.push(late);
  return rows;
}

/** (f) No table of a database has fewer rows than at the backup. What the upgrade does to their columns is its own affair. */
export async function checkDatabases(
  { databases, movedDatabases = {} }: Expected,
  { model, evidence }: Context,
): Promise<Check> {
  const before = Object.entries(rowsAtBackup(evidence));
  if (before.length === 0)
    return notChecked(
      "f",
      "databases",
      "no database was dumped by this upgrade, so that there is nothing to compare rows with",
    );
  const [wrong, good]: string[][] = [[], []];
  for (const [application, rows] of before) {
    const moved = movedDatabases[application];
    const server = (): Promise<Rows | undefined> => countRows(model, application, databases[application] ?? []);
    const now = await (moved ? movedHeld(model, application, moved, server, wrong) : server()).catch(
      (error: Error) => error,
    );
    if (now === undefined) wrong.push(`${application} has no running Pod that tells how root is let in`);
    else if (now instanceof Error) wrong.push(`${application} cannot be read: ${now.message}`);
    else {
      wrong.push(...lostRows(rows, now).map((one) => `${application}: ${one}`));
      const { rows: number, tables } = tally(rows);
      good.push(`${application} ${number} rows of ${tables} tables, ${total(now)} now${moved ? ` in ${moved}` : ""}`);
    }
  }
  return check("f", "databases", wrong, good.join("; "));
}
