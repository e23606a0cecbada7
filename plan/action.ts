import type { StepAction } from "./types";

/** Kinds that read, compare, or keep a copy of a key and delete that copy. */
export const readOnlyKinds: StepAction["kind"][] = [
  "preflight",
  "accept-irreversible",
  "store-credentials",
  "store-root-password",
  "delete-root-password",
  "export-resources",
  "prove-resources",
  "delete-export",
  "prove-database",
  "prove-backup",
  "prove-presync",
  "prove-migration",
  "prove-objects",
  "check-retain",
  "find-claim",
  "verify",
];

/** Whether an action changes the model. Every kind that is not listed does, so that a new one needs the proven backup. */
export function changesModel({ kind }: Pick<StepAction, "kind">): boolean {
  return !readOnlyKinds.includes(kind);
}

/**
 * Variable of a step's environment that holds its order: {"id", "model", "hop", "action": {"kind", ...}}. The command itself is the step's
 * name alone, because what fails is printed with its command before its message.
 */
export const orderVariable = "CKF_STEP";
