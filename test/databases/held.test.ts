import { createHash } from "node:crypto";
import { heldIn, inexact, lostRows, rowsOf, total } from "../../databases/held";

const lines = ["table\ta\\tb\tc\\\\n\\n\t3\t99", "table\ta\\tb\td\t0\tfloat", "view\ta\\tb\tv", ""];
const before = { mlpipeline: { runs: 1500, jobs: 25 }, katib: { logs: 3000 } };

test("rows are read by their tables' own names, and what is no table has none", () => {
  expect(rowsOf(lines)).toEqual({ "a\tb": { "c\\n\n": 3, d: 0 } });
  expect(inexact(lines)).toEqual(["a\tb.d"]);
  expect(total(rowsOf(lines))).toBe(3);
});

test("a log counts only where it has every line that the digest was made of", () => {
  const digest = createHash("sha256").update("table\ta\tb\t1\t2\n").digest("hex");
  const log = "reading\nHOLDS table\ta\tb\t1\t2\nDIFFERS nothing\n";
  expect(heldIn(log, digest)).toEqual(["table\ta\tb\t1\t2"]);
  expect(heldIn(log.replace("\t1\t", "\t2\t"), digest)).toBeUndefined();
  expect(heldIn("", digest)).toBeUndefined();
});

test("more rows, tables and databases are no loss; fewer are told one by one", () => {
  expect(lostRows(before, { mlpipeline: { runs: 1501, jobs: 25, states: 1 }, katib: { logs: 3000 }, other: {} })).toEqual([]);
  expect(lostRows(before, { mlpipeline: { runs: 1499 } })).toEqual(['table "mlpipeline.runs" has 1499 rows, had 1500', 'table "mlpipeline.jobs" with 25 rows is gone', 'table "katib.logs" with 3000 rows is gone']);
});
