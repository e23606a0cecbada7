import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

/** Evidence that a command step printed: one JSON object. */
export type Evidence = Record<string, unknown>;

/** The evidence of a step; unknown in a preview, where nothing ran. */
export function evidenceOf(id: string, step: command.local.Command): pulumi.Output<Evidence> {
  return step.stdout.apply((text) => {
    try {
      return JSON.parse(text) as Evidence;
    } catch {
      throw new Error(
        `step "${id}" left no evidence: its output is not one line of JSON but ${JSON.stringify(text.slice(0, 200))}`,
      );
    }
  });
}

/**
 * One text field out of a step's evidence.
 * @throws when it is missing: a step that depends on what was not proven must not be made.
 */
export function fact(id: string, evidence: Evidence, field: string): string {
  const value = evidence[field];
  if (typeof value !== "string" || value === "")
    throw new Error(`the evidence of step "${id}" has no "${field}"; nothing that needs it is made`);
  return value;
}
