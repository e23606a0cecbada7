import { createHash } from "node:crypto";
import fc from "fast-check";
import { heldIn, heldRows, inexact, lostRows, surveyedRows, total } from "../../databases/held";

const lines = ["table\ta\\tb\tc\\\\n\\n\t3\t99", "table\ta\\tb\td\t0\tfloat", "view\ta\\tb\tv"];
const before = { mlpipeline: { runs: 1500, jobs: 25 }, katib: { logs: 3000 } };

test("rows are read by their tables' own names, and what is no table has none", () => {
  expect(heldRows(lines, "katib-db")).toEqual({ "a\tb": { "c\\n\n": 3, d: 0 } });
  expect(inexact(lines)).toEqual(["a\tb.d"]);
  expect(total(heldRows(lines, "katib-db"))).toBe(3);
  expect(surveyedRows("table\ta\\tb\tc\\\\n\\n\t3\nend\n", "katib-db")).toEqual({ "a\tb": { "c\\n\n": 3 } });
  expect(surveyedRows("end\n", "katib-db")).toEqual({});
});

const refused = /^the list of what the databases of katib-db hold is not understood: /;

test.each([
  "table\tkatib\tobs",
  "table\tkatib\tobs\t",
  "table\tkatib\tobs\t3x",
  "table\tkatib\tobs\t-3",
  "table\tkatib\tobs\t1e3",
  "table\tkatib\tobs\t0x10",
  "table\tkatib\tobs\t3\t4\t5",
  "table\tkatib\tobs\t9999999999999999",
  "table\tx",
  "tables\tkatib\tobs\t3",
  "",
  "ERROR 2013: Lost connection",
])("the line %j is refused by its number and the application, and is never a table without rows", (line) => {
  expect(() => surveyedRows(`table\tkatib\tfirst\t1\n${line}\nend\n`, "katib-db")).toThrow(refused);
  expect(() => surveyedRows(`table\tkatib\tfirst\t1\n${line}\nend\n`, "katib-db")).toThrow(
    `line 2 is ${JSON.stringify(line)}`,
  );
  expect(() => heldRows(["view\tkatib\tv", line], "katib-db")).toThrow(refused);
});

test("what has no sum is no line of a dump, what has one no line of a count, and no table comes twice", () => {
  expect(() => heldRows(["table\tkatib\tobs\t3"], "katib-db")).toThrow(refused);
  expect(() => surveyedRows("table\tkatib\tobs\t3\t99\nend\n", "katib-db")).toThrow(refused);
  expect(() => surveyedRows("view\tkatib\tv\nend\n", "katib-db")).toThrow(refused);
  expect(() => surveyedRows("table\tkatib\tobs\t3\ntable\tkatib\tobs\t2\nend\n", "katib-db")).toThrow(
    'line 2 tells of table "obs" again',
  );
});

const name = fc.oneof(
  fc.string({ minLength: 1, unit: "binary" }),
  fc.constantFrom("__proto__", "constructor", "a\tb", "a\nb", "\\n", "\0", "end", "toString"),
);
const servers = fc.dictionary(name, fc.dictionary(name, fc.nat(), { minKeys: 1 }), { minKeys: 1 });
/** As the client writes a name: the backslash first. */
const escaped = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n").replaceAll("\0", "\\0");
const written = (rows: Record<string, Record<string, number>>, after = ""): string[] =>
  Object.entries(rows).flatMap(([database, tables]) =>
    Object.entries(tables).map(
      ([table, number]) => `table\t${escaped(database)}\t${escaped(table)}\t${number}${after}`,
    ),
  );
const entries = (rows: Record<string, Record<string, number>>): [string, [string, number][]][] =>
  Object.entries(rows).map(([database, tables]) => [database, Object.entries(tables)]);

test("whatever databases and tables are called, their rows are read, none is taken for lost, and each that is gone is", () => {
  fc.assert(
    fc.property(servers, (rows) => {
      const read = surveyedRows([...written(rows), "end", ""].join("\n"), "katib-db");
      expect(entries(read)).toEqual(entries(rows));
      expect(entries(heldRows(written(rows, "\t77"), "katib-db"))).toEqual(entries(rows));
      expect(lostRows(rows, read)).toEqual([]);
      expect(lostRows(rows, {})).toHaveLength(written(rows).length);
    }),
  );
});

test("a list that was cut off anywhere is refused", () => {
  fc.assert(
    fc.property(servers, fc.nat(), (rows, at) => {
      const whole = [...written(rows), "end"].join("\n");
      expect(() => surveyedRows(whole.slice(0, at % whole.length), "katib-db")).toThrow(refused);
    }),
  );
});

test("any text at all is rows or is refused by name", () => {
  const line = fc
    .array(fc.oneof(fc.constantFrom("table", "view", "end", "", "3", "3x", "__proto__"), fc.string()), { maxLength: 6 })
    .map((fields) => fields.join("\t"));
  fc.assert(
    fc.property(fc.array(line), (all) => {
      for (const read of [
        () => surveyedRows([...all, "end"].join("\n"), "katib-db"),
        () => heldRows(all, "katib-db"),
      ]) {
        try {
          for (const number of Object.values(read()).flatMap((tables) => Object.values(tables)))
            expect(Number.isSafeInteger(number)).toBe(true);
        } catch (error) {
          expect((error as Error).message).toMatch(refused);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("a log counts only where it has every line that the digest was made of", () => {
  const digest = createHash("sha256").update("table\ta\tb\t1\t2\n").digest("hex");
  const log = "reading\nHOLDS table\ta\tb\t1\t2\nDIFFERS nothing\n";
  expect(heldIn(log, digest)).toEqual(["table\ta\tb\t1\t2"]);
  expect(heldIn(log.replace("\t1\t", "\t2\t"), digest)).toBeUndefined();
  expect(heldIn("", digest)).toBeUndefined();
});

test("more rows, tables and databases are no loss; fewer are told one by one", () => {
  expect(
    lostRows(before, { mlpipeline: { runs: 1501, jobs: 25, states: 1 }, katib: { logs: 3000 }, other: {} }),
  ).toEqual([]);
  expect(lostRows(before, { mlpipeline: { runs: 1499 } })).toEqual([
    'table "mlpipeline.runs" has 1499 rows, had 1500',
    'table "mlpipeline.jobs" with 25 rows is gone',
    'table "katib.logs" with 3000 rows is gone',
  ]);
});

test("a number that is none is a loss, never a match", () => {
  expect(lostRows({ katib: { obs: 3000 } }, { katib: { obs: NaN } })).toEqual([
    'table "katib.obs" has NaN rows, had 3000',
  ]);
});
