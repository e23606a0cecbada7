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
