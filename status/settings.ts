import { parseDocument } from "yaml";
import { z } from "zod";
import { jsonOf } from "../juju/json";

const projectSchema = z.object({
  name: z.string(),
  config: z.record(z.string(), z.object({ default: z.unknown().optional() })),
});
const fileSchema = z.object({ config: z.record(z.string(), z.unknown()).nullish() }).nullish();
const printedSchema = z.record(
  z.string(),
  z.object({ value: z.string().optional(), objectValue: z.unknown().optional(), secret: z.boolean().optional() }),
);

/** What this program's Pulumi.yaml says: its name, and its settings with their defaults. */
export type Project = z.infer<typeof projectSchema>;
/** Settings that a stack has, by "project:name". A secret has no value. */
export type Given = z.infer<typeof printedSchema>;

/** @throws naming the source and each place in it that is wrong; what stands there is never part of the message */
function checked<T>(source: string, schema: z.ZodType<T>, value: unknown, next: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw notUnderstood(
    source,
    result.error.issues.map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`).join("; "),
    next,
  );
}

const notUnderstood = (source: string, why: string, next: string): Error =>
  new Error(`${source} is not understood: ${why}. The settings of the stack cannot be told from it. ${next}`);

function yamlOf(file: string, text: string): unknown {
  const document = parseDocument(text);
  const [broken] = document.errors;
  const mend = "Mend the file";
  if (broken)
    throw notUnderstood(file, `no YAML at ${broken.linePos?.[0].line ?? "?"}:${broken.linePos?.[0].col ?? "?"}`, mend);
  try {
    // An alias without its anchor shows only here.
    return document.toJS();
  } catch (error) {
    throw notUnderstood(file, (error as Error).message, mend);
  }
}

/** Pulumi.yaml of this program. @throws naming the file */
export const parseProject = (text: string): Project =>
  checked("Pulumi.yaml", projectSchema, yamlOf("Pulumi.yaml", text), "Put it back as it came with this program");

/** Settings out of a stack's file. @throws naming the file */
export function parseSettingsFile(file: string, text: string): Given {
  const { config } = checked(file, fileSchema, yamlOf(file, text), "Mend the file") ?? {};
  // Pulumi writes a secret, or a part of one, as {secure: ...}.
  const given = (value: unknown): Given[string] =>
    /"secure":/.test(JSON.stringify(value)) ? { secret: true } : { objectValue: value };
  return Object.fromEntries(Object.entries(config ?? {}).map(([name, value]) => [name, given(value)]));
}

/** What `pulumi config --json` prints: https://www.pulumi.com/docs/iac/cli/commands/pulumi_config/. @throws naming the command */
export const parsePrinted = (text: string): Given =>
  checked("`pulumi config --json`", printedSchema, jsonOf(text), "Compare `pulumi version` with 3.x");

/**
 * Settings as texts by name, as a program is given them: those of the stack, else the defaults of Pulumi.yaml.
 * @throws naming each setting that is a secret: a default in its place would tell of another upgrade than the one that `up` runs
 */
export function textsOf(
  { name: own, config }: Project,
  given: Given,
  stack: string,
): Record<string, string | undefined> {
  const secret = Object.keys(config).filter((name) => given[`${own}:${name}`]?.secret);
  if (secret.length > 0) {
    throw new Error(
      `${secret.map((name) => `setting "${name}"`).join(", ")} of stack "${stack}" ${secret.length === 1 ? "is a secret" : "are secrets"}, whose value cannot be seen without the stack's passphrase: what \`pulumi up\` would do cannot be told. ` +
        `No setting of this program has to be one: \`pulumi config set ${secret[0]} VALUE --stack ${stack}\``,
    );
  }
  const text = (value: unknown): string | undefined =>
    value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  const prefix = `${own}:`;
  const defaults = Object.entries(config)
    .filter(([name]) => !name.includes(":"))
    .map(([name, setting]) => [name, text(setting.default)] as const);
  const set = Object.entries(given)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, { objectValue, value }]) => [name.slice(prefix.length), text(objectValue ?? value)] as const);
  return Object.fromEntries([...defaults, ...set]);
}
