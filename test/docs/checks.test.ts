import { readFileSync } from "node:fs";
import { type CheckName, checkNames, checks } from "../../guide/preflight/finding";

const text = readFileSync("docs/checks.md", "utf8");

test("docs/checks.md has each check of the preflight, and no other", () => {
  const row = (name: CheckName): string =>
    `| ${name} | ${checks[name].about} | ${checks[name].ignorable ? "yes" : "no"} | ${checks[name].counts} |`;
  const before = text.split("\n## ")[1];
  expect(before.split("\n").filter((line) => /^\| [a-z]+-/.test(line))).toEqual(checkNames.map(row));
});

test("docs/checks.md has each invariant from (a) to (j)", () => {
  const letters = text
    .split("\n## ")[2]
    .split("\n")
    .flatMap((line) => /^\| ([a-z]) \| /.exec(line)?.[1] ?? []);
  expect([...new Set(letters)].join("")).toBe("abcdefghij");
});
