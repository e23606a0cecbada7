import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import execa from "execa";

const project = resolve(__dirname, "..", "..");

let root: string;
const write = (file: string, text: string): void => {
  mkdirSync(join(root, file, ".."), { recursive: true });
  writeFileSync(join(root, file), text);
};
const step = async (): Promise<string> =>
  (await execa(process.execPath, ["bin/step.js", "one", "two"], { cwd: root })).stdout;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ckf-step-"));
  for (const folder of ["bin", "node_modules"]) mkdirSync(join(root, folder));
  for (const name of ["esbuild", "@esbuild"])
    symlinkSync(join(project, "node_modules", name), join(root, "node_modules", name));
  copyFileSync(join(project, "bin", "step.js"), join(root, "bin", "step.js"));
  write("package-lock.json", "");
  write("any/deep/script.sh", "the script");
  write(
    "any/deep/read.ts",
    'import { readFileSync } from "node:fs";\nimport { join } from "node:path";\nexport const text = (): string => readFileSync(join(__dirname, "script.sh"), "utf8");\n',
  );
  write(
    "steps/main.ts",
    'import { text } from "../any/deep/read";\nconsole.log([...process.argv.slice(2), text()].join(" "));\n',
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a step in the bundle reads what lies beside its source", async () => {
  expect(await step()).toBe("one two the script");
  expect(await step()).toBe("one two the script");
});

test("a change in any source that a step imports, whatever its folder, is in the next run", async () => {
  await step();
  write("any/deep/read.ts", 'export const text = (): string => "another";\n');
  utimesSync(join(root, "any/deep/read.ts"), 1, 1);
  expect(await step()).toBe("one two another");
});

test("steps that begin at once with no bundle there each do their work", async () => {
  expect(await Promise.all([step(), step(), step()])).toEqual(Array(3).fill("one two the script"));
});
