import { existsSync, readFileSync } from "node:fs";
import { hops, withheldHops } from "../../releases/load";

const page = (from: string, to: string): string => `docs/hop-${from}-${to}.md`;

/** Cells of the rows of the table of constraints. */
const rows = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => /^\| (?!constraint|---)/.test(line))
    .map((line) =>
      line
        .slice(2, -2)
        .split(" | ")
        .map((cell) => cell.trim()),
    );

test("the page of a hop that is not offered says so first", () => {
  for (const { from, to } of withheldHops)
    expect(readFileSync(page(from, to), "utf8")).toMatch(/^# .*\n\n\*\*Not offered yet/);
  for (const { from, to } of hops)
    if (existsSync(page(from, to))) expect(readFileSync(page(from, to), "utf8")).not.toMatch(/Not offered/);
});

test.each(withheldHops)("each constraint of $from to $to names a test that is there", ({ from, to }) => {
  const table = rows(readFileSync(page(from, to), "utf8"));
  expect(table.length).toBeGreaterThan(10);
  for (const [constraint, why, held] of table) {
    expect([constraint, why.length > 10]).toEqual([constraint, true]);
    const [, file, title] = /^(?:.*: )?`(.*)`: (.*)$/.exec(held) ?? [];
    expect([constraint, readFileSync(file, "utf8").includes(title)]).toEqual([constraint, true]);
  }
});
