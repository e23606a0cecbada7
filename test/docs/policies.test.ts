import { readFileSync } from "node:fs";
import { docsFile, policiesDocument } from "../../docs/policies";
import { rules } from "../../policy/pack";

test("docs/policies.md is what the pack says now; if not, run `npm run docs:policies`", () => {
  expect(readFileSync(docsFile, "utf8")).toBe(policiesDocument());
});

test("it has every rule with its settings", () => {
  const text = policiesDocument();
  for (const { name, configSchema } of rules) {
    expect(text).toContain(`\n## ${name}\n`);
    for (const setting of Object.keys(configSchema?.properties ?? {})) expect(text).toContain(`| \`${setting}\` |`);
  }
});
