import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { withGuide } from "../../docs/guide";
import { contents } from "../../guide/contents";

const root = join(__dirname, "../..");

test("README.md has the table that the guide's folders make", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(withGuide(readme)).toBe(readme);
});

test("each folder of the guide is in it; rollback/ is the plan of the way back", () => {
  const folders = readdirSync(join(root, "guide"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(contents.map(([folder]) => folder).sort()).toEqual(
    folders.map(({ name }) => name).filter((name) => name !== "rollback"),
  );
});

test("a README without the markers is refused", () => {
  expect(() => withGuide("# Charmed Kubeflow")).toThrow("lacks the markers");
});
