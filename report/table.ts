import Table from "cli-table3";

/** Columns without frames, lined up; `widths` wraps cells at words. Heads are as the caller colours them. */
export function plainTable(head: string[], rows: string[][], widths: (number | null)[] = []): string {
  const none = Object.fromEntries(
    ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
      .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
      .map((part) => [part, ""]),
  );
  const table = new Table({
    head,
    chars: { ...none, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    wordWrap: true,
    ...(widths.length > 0 && { colWidths: widths }),
  });
  table.push(...rows);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
