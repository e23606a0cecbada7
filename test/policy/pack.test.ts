import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { rules } from "../../policy/pack";

const folder = join(__dirname, "..", "..", "policy");
const json = (file: string): { dependencies: Record<string, string>; devDependencies: Record<string, string> } =>
  JSON.parse(readFileSync(file, "utf8"));

test("every rule is named and exported once, in the file of its name", () => {
  const files = readdirSync(join(folder, "rules")).map((file) => file.replace(/\.ts$/, ""));
  const names = rules.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(files.sort()).toEqual([...names].sort());
  for (const { name } of rules) {
    const exported = readFileSync(join(folder, "rules", `${name}.ts`), "utf8").match(/^export .*$/gm)!;
    expect(exported).toHaveLength(1);
    expect(exported[0]).toMatch(
      new RegExp(`^export const ${name.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase())}\\b`),
    );
  }
});

test("every rule is mandatory but the one that only tells", () => {
  const levels = rules.map(({ name, enforcementLevel }) => [name, enforcementLevel]);
  expect(levels.filter(([, level]) => level !== "mandatory")).toEqual([
    ["channels-of-the-release-risk", "advisory"],
    ["no-plaintext-secret", "remediate"],
  ]);
});

test("the pack needs nothing outside its folder, so it can be published by itself", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const outside = files.flatMap((file) => {
    const imported = [...readFileSync(join(folder, file), "utf8").matchAll(/from "(\.[^"]*)"/g)].map(
      ([, path]) => path,
    );
    return imported
      .filter((path) => relative(folder, join(folder, dirname(file), path)).startsWith(".."))
      .map((path) => `${file}: ${path}`);
  });
  expect(outside).toEqual([]);
});

test("its packages are those of the checkout, where they are found", () => {
  const [pack, root] = [json(join(folder, "package.json")), json(join(folder, "..", "package.json"))];
  const all = { ...root.dependencies, ...root.devDependencies };
  for (const [name, version] of Object.entries({ ...pack.dependencies, ...pack.devDependencies }))
    expect([name, version]).toEqual([name, all[name]]);
});
