import { readFileSync } from "node:fs";
import { z } from "zod";
import { canonicalJson } from "../components/canonical";
import { orderVariable } from "../plan/action";
import { askBeforeChanges } from "../juju/cli";
import { nameModel } from "../juju/model-name";
import { holderOf, requireHolder } from "../kube/lease";
import { noteFailure } from "./failures";
import { log } from "./log";
import { runStep } from "./run";
import { orderSchema } from "./schema";

/** Reads the order of a step and the evidence of those before it; exits with 2 and the name of what is wrong. */
function refuse(message: string): never {
  log(message);
  process.exit(2);
}

function parse<T>(name: string, schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse(`${name} is no JSON: ${JSON.stringify(text.slice(0, 200))}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  return refuse(result.error.issues.map((issue) => `${name}: ${issue.path.join(".")} ${issue.message}`).join("\n"));
}

/** What is on standard input; nothing where there is none. */
function standardInput(): string {
  try {
    return readFileSync(0, "utf8");
  } catch {
    return "";
  }
}

async function main(): Promise<void> {
  const [name] = process.argv.slice(2);
  const text = process.env[orderVariable];
  // Programs that the step starts have no need of it.
  delete process.env[orderVariable];
  if (name === undefined || text === undefined)
    refuse(
      `usage: ${orderVariable}='{"id": NAME, "model": ..., "action": {"kind": ...}}' step NAME, with the evidence of earlier steps on standard input`,
    );
  const { id, model, juju, hop, action } = parse("the step's order", orderSchema, text);
  if (id !== name) refuse(`the step's order is for "${id}", and step "${name}" was called. Nothing was done`);
  const evidence = parse(
    "the evidence on standard input",
    z.record(z.string(), z.record(z.string(), z.unknown())),
    standardInput() || "{}",
  );
  nameModel(model, juju);
  try {
    const holder = await holderOf(model);
    askBeforeChanges(() => requireHolder(model, holder));
    const outcome = await runStep(action, { model, hop, evidence, say: (line) => log(`${id}: ${line}`) });
    process.stdout.write(`${canonicalJson({ step: id, kind: action.kind, ...outcome })}\n`);
  } catch (error) {
    log(`${id}: ${(error as Error).message}`);
    process.exitCode = 1;
    await noteFailure({ model, hop }, id, action.kind, error as Error);
  }
}

void main();
