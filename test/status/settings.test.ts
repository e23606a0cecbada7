import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readSettings as readFor } from "../../plan/settings";
import { parsePrinted, parseProject, parseSettingsFile, textsOf } from "../../status/settings";
import { settings } from "../support/baseline";

const readSettings = (given: Record<string, string | undefined>) => readFor(given, ["1.7"]);

const project = parseProject(readFileSync(join(__dirname, "../../Pulumi.yaml"), "utf8"));
const own = (name: string): string => `charmed-kubeflow-upgrade:${name}`;
const file = "Pulumi.staging.yaml";
const read = (text: string): Record<string, string | undefined> =>
  textsOf(project, parseSettingsFile(file, text), "staging");

test("defaults are those of Pulumi.yaml; what a stack sets is taken, printed or out of its file, whatever its kind", () => {
  expect(readSettings(textsOf(project, {}, "staging"))).toEqual({ ...settings, jobTimeoutMinutes: 240 });
  const printed = {
    [own("finalize")]: { value: "true", secret: false },
    [own("ignorePreflight")]: { value: '["notebooks-running"]', objectValue: ["notebooks-running"], secret: false },
  };
  const texts = `config:\n  ${own("finalize")}: true\n  ${own("ignorePreflight")}:\n    - notebooks-running\n`;
  for (const text of [textsOf(project, parsePrinted(JSON.stringify(printed)), "staging"), read(texts)]) {
    expect(readSettings(text)).toMatchObject({
      finalize: true,
      ignorePreflight: ["notebooks-running"],
      rollback: false,
    });
  }
});

test.each([
  [
    "config: [",
    /^Pulumi\.staging\.yaml is not understood: no YAML at \d+:\d+\. The settings of the stack cannot be told from it\. Mend the file$/,
  ],
  ["config: *nowhere", /^Pulumi\.staging\.yaml is not understood: .*nowhere/],
  ["config: 7", /^Pulumi\.staging\.yaml is not understood: config: /],
  ["- hunter2", /^Pulumi\.staging\.yaml is not understood: the whole: /],
])("a settings file %j is refused by its name", (text, told) => {
  expect(() => read(text)).toThrow(told);
  expect(() => read(text)).not.toThrow(/hunter2/);
});

test.each(["", "config:\n", "encryptionsalt: v1:abc\n"])("a settings file %j sets nothing", (text) => {
  expect(read(text).model).toBe("kubeflow");
});

test("Pulumi.yaml and what pulumi prints are refused by name, and no value is shown", () => {
  expect(() => parseProject("config: {}")).toThrow(/^Pulumi\.yaml is not understood: name: /);
  expect(() => parseProject("name: [")).toThrow(/^Pulumi\.yaml is not understood: no YAML at /);
  for (const text of ["", "{", "[]", '{"a:b": "hunter2"}', '{"a:b": {"value": 7, "hunter2": 1}}']) {
    expect(() => parsePrinted(text)).toThrow(
      /^`pulumi config --json` is not understood: .* Compare `pulumi version` with 3\.x$/,
    );
    expect(() => parsePrinted(text)).not.toThrow(/hunter2/);
  }
});

test("a setting that is a secret is named, is not taken for its default, and other secrets do not matter", () => {
  const secret =
    /^setting "moverImage" of stack "staging" is a secret, whose value cannot be seen without the stack's passphrase: .*`pulumi config set moverImage VALUE --stack staging`$/;
  expect(() => textsOf(project, { [own("moverImage")]: { secret: true } }, "staging")).toThrow(secret);
  expect(() => read(`config:\n  ${own("moverImage")}:\n    secure: v1:hunter2\n`)).toThrow(secret);
  expect(() => read(`config:\n  ${own("moverImage")}:\n    secure: v1:hunter2\n`)).not.toThrow(/hunter2/);
  expect(() =>
    read(`config:\n  ${own("acceptIrreversible")}:\n    - secure: v1:hunter2\n  ${own("model")}:\n    secure: v1:x\n`),
  ).toThrow(/^setting "model", setting "acceptIrreversible" of stack "staging" are secrets/);
  expect(readSettings(textsOf(project, { "kubernetes:kubeconfig": { secret: true } }, "staging")).model).toBe(
    "kubeflow",
  );
  // As the program does it, which is refused one that it does not know.
  expect(() => readSettings(textsOf(project, { [own("unheard")]: { secret: true } }, "staging"))).toThrow(
    'setting "unheard" is not known',
  );
});

test("whatever stands in a settings file or is printed is read, or refused by name", () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom("config:", `  ${own("model")}: `, "  - ", "  secure: v1:a", "- [", "a: &x", "b: *y", "\t"),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(line).map((lines) => lines.join("\n")),
        fc.json(),
      ),
      (text) => {
        for (const [parse, named] of [
          [() => parseSettingsFile(file, text), /^Pulumi\.staging\.yaml is not understood: /],
          [() => parsePrinted(text), /^`pulumi config --json` is not understood: /],
        ] as const) {
          try {
            expect(textsOf(project, parse(), "staging")).toHaveProperty("model");
          } catch (error) {
            expect((error as Error).message).toMatch(
              /^setting "/.test((error as Error).message) ? /is a secret|are secrets/ : named,
            );
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});
