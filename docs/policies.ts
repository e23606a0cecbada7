import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyConfigSchema } from "@pulumi/policy";
import { packName, rules } from "../policy/pack";
import type { Rule } from "../policy/rule";

export const docsFile = join(__dirname, "policies.md");

type Property = PolicyConfigSchema["properties"][string];

const introduction = `# Policies

<!-- Generated from policy/ by \`npm run docs:policies\`. Change the rules, not this file. -->

The pack \`${packName}\` in [policy/](../policy) judges what a preview would make, before anything runs:

\`\`\`
pulumi preview --policy-pack policy
pulumi up --policy-pack policy --policy-pack-config production.json
\`\`\`

Rules about order look at a whole graph: by the resources' types, names and inputs, and by everything that each resource waits for, directly or through others.
They need no value that only a run would give; what a preview cannot show is refused, or needs an approval by name. They stop a preview, and so an \`up\`, unless somebody skips its preview.
Rules about single resources also stop an \`up\` before that resource is made.
A Command that is none of the upgrade's steps is judged by its words: what it would change, remove or force. What a script does that it calls nobody can see here, and Pulumi shows no invoke to a pack.

Without pack and preview the steps still refuse: whatever changes the model wants the digest of a backup as an input, and asks the cluster first whether that is the one which was proven.

Settings of rules stand in a JSON file, by rule, that \`--policy-pack-config\` names; one file for each kind of stack:

\`\`\`json
{
  "channels-of-the-release": { "production": ["production"] },
  "no-force": { "approved": ["clear-gateway"] }
}
\`\`\`
`;

function typeOf({ type, items, additionalProperties }: Property): string {
  if (type === "array" && typeof items === "object" && !Array.isArray(items)) {
    return `list of ${items.enum ? items.enum.map((value) => `\`${String(value)}\``).join(", ") : `${String(items.type)}s`}`;
  }
  return type === "object" && typeof additionalProperties === "object"
    ? `map to ${typeOf(additionalProperties)}`
    : String(type);
}

function configuration(schema: PolicyConfigSchema | undefined): string[] {
  if (!schema) return [];
  const rows = Object.entries(schema.properties).map(
    ([name, property]) =>
      `| \`${name}\` | ${typeOf(property)} | \`${JSON.stringify(property.default)}\` | ${property.description ?? ""} |`,
  );
  return ["", "| setting | type | default | meaning |", "|---|---|---|---|", ...rows];
}

function levelOf({ enforcementLevel }: Rule): string {
  return enforcementLevel === "remediate" ? "mandatory (as `remediate`)" : String(enforcementLevel);
}

function section(rule: Rule): string {
  const judges = "validateStack" in rule ? "the whole graph" : "single resources";
  return [
    `## ${rule.name}`,
    "",
    rule.description,
    "",
    rule.reason,
    "",
    `Level: ${levelOf(rule)}. Judges ${judges}. A violation:`,
    "",
    `> ${rule.example}`,
    ...configuration(rule.configSchema),
    "",
  ].join("\n");
}

/** docs/policies.md, made from the pack. */
export function policiesDocument(): string {
  return [introduction, ...rules.map(section)].join("\n");
}

if (require.main === module) writeFileSync(docsFile, policiesDocument());
