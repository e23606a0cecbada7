/** One thing that an upgrade of a real model needs. */
export interface Row {
  what: string;
  found: string;
  /** What to do or type; only where something is wrong. */
  mend?: string;
}

/** A row of what was read; what could not be read is a problem with the reader's own words. */
export async function rowOf(what: string, read: () => Promise<Omit<Row, "what">>, mend: string): Promise<Row> {
  try {
    return { what, ...(await read()) };
  } catch (error) {
    return { what, found: (error as Error).message, mend };
  }
}

/** The rows as text, aligned, each problem with what mends it on a line of its own. */
export function renderRows(rows: Row[]): string {
  const width = Math.max(...rows.map(({ what }) => what.length));
  const indent = " ".repeat("PROBLEM  ".length + width + 2);
  const lines = rows.flatMap(({ what, found, mend }) => [
    `${mend === undefined ? "ok     " : "PROBLEM"}  ${what.padEnd(width)}  ${found}`,
    ...(mend === undefined ? [] : [`${indent}-> ${mend}`]),
  ]);
  const problems = rows.filter(({ mend }) => mend !== undefined).length;
  const end =
    problems === 0
      ? "Nothing stands in the way of the first preview. It asks the model itself: running work, space, storage."
      : `${problems} ${problems === 1 ? "problem" : "problems"}. Nothing was changed.`;
  return `${[...lines, "", end].join("\n")}\n`;
}
