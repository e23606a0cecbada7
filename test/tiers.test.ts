import { readdirSync } from "node:fs";
import { join } from "node:path";
import { scripts } from "../package.json";

const config = jest.requireActual<{ projects: { displayName: string; testRegex: string[] }[] }>("../jest.config");
const root = join(__dirname, "..");
const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.test\.[a-z]+$/.test(file))
  .map((file) => join(root, "test", file));

test("every test file is in exactly one tier", () => {
  const tiersOfFile = (file: string): string[] =>
    config.projects
      .filter(({ testRegex }) => testRegex.some((regex) => new RegExp(regex).test(file)))
      .map(({ displayName }) => displayName);
  expect(files.filter((file) => tiersOfFile(file).length !== 1)).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});

/** The tiers that a script runs, those of the scripts that it calls included. */
function tiersOf(script: keyof typeof scripts): string[] {
  return scripts[script].split("&&").flatMap((command) => {
    const called = /npm (?:run (\S+)|(test))/.exec(command);
    if (called) return tiersOf((called[1] ?? called[2]) as keyof typeof scripts);
    return /--selectProjects ((?:[a-z]+ ?)+)/.exec(command)?.[1].trim().split(" ") ?? [];
  });
}

test("test:unit, test and test:all run their tiers, each once", () => {
  const [unit, contributor, release] = (["test:unit", "test", "test:all"] as const).map(tiersOf);
  expect(unit).toEqual(["unit"]);
  expect(contributor).toEqual(["unit", "engine", "rehearsal"]);
  expect(release).toEqual(config.projects.map(({ displayName }) => displayName));
});
