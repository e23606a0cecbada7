import { type Context, StepError } from "./context";

/**
 * The digest of the proven backup, out of the evidence that Pulumi hands on. This is the gate that holds without any
 * policy pack: nothing that destroys goes on without it.
 */
export function backupDigest({ evidence }: Context, about: string): string {
  for (const { kind, digest } of Object.values(evidence)) {
    if (kind === "prove-backup" && typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest)) return digest;
  }
  throw new StepError(
    `no evidence of a proven backup was handed to this step`,
    `${about} cannot be undone, so nothing was done`,
    "Let it depend on prove-backup, as the program's own graph does",
  );
}

/** The same for the verification of the whole upgrade. */
export function requireVerified({ evidence }: Context, about: string): void {
  if (Object.values(evidence).some(({ kind, verified }) => kind === "verify" && verified === true)) return;
  throw new StepError(
    "no evidence of a verified upgrade was handed to this step",
    `${about} cannot be undone, so nothing was done`,
    "Run `pulumi up` until the step verify is through",
  );
}
