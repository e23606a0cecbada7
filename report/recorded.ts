import { z } from "zod";
import { jsonOf } from "../juju/json";
import { isOf } from "../status/stack";
import type { Check } from "../steps/checks/check";

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().default(false),
  created: z.string().optional(),
  modified: z.string().optional(),
  outputs: z.object({ stdout: z.unknown() }).partial().optional(),
});
const exported = z.object({ deployment: z.object({ resources: z.array(resource).nullish() }).nullish() });

const backup = z.object({
  kind: z.literal("prove-backup"),
  proven: z.boolean(),
  digest: z.string(),
  objects: z.number(),
  bytes: z.number(),
  restored: z.number(),
  restoredBytes: z.number(),
});
const verification = z.object({
  kind: z.literal("verify"),
  checks: z.array(
    z.object({
      invariant: z.string(),
      name: z.string(),
      outcome: z.enum(["ok", "FAILED", "not checked"]),
      detail: z.string(),
    }),
  ),
});
const clock = z.object({ kind: z.literal("start-on-volume"), downtimeSeconds: z.number() });

export type BackupEvidence = z.infer<typeof backup>;

/** What a stack's state has of a run beside what is done: when steps ended, and evidence that people look at. */
export interface Recorded {
  /** Milliseconds since 1970, by step. */
  ended: Record<string, number>;
  backup?: BackupEvidence;
  checks: Pick<Check, "name" | "outcome" | "detail" | "invariant">[];
  /** Downtime that the program's own clock measured, by the step that ended it. Seconds. */
  measured: Record<string, number>;
}

const nameOf = (urn: string): string => urn.split("::").at(-1)!;

/**
 * Reads `pulumi stack export` (status/stack.ts says where its shape is from). Of outputs only the evidence of these kinds of steps is looked
 * at, which holds no secret. What is of another shape is left out, and what is of another hop than `hop`.
 */
export function parseRecorded(text: string, hop: string): Recorded {
  const recorded: Recorded = { ended: {}, checks: [], measured: {} };
  const state = exported.safeParse(jsonOf(text));
  for (const { urn, custom, created, modified, outputs } of state.data?.deployment?.resources ?? []) {
    if (!isOf(hop, urn)) continue;
    const ended = Date.parse(modified ?? created ?? "");
    if (custom && !Number.isNaN(ended)) recorded.ended[nameOf(urn)] = ended;
    const evidence = typeof outputs?.stdout === "string" ? jsonOf(outputs.stdout) : undefined;
    recorded.backup = backup.safeParse(evidence).data ?? recorded.backup;
    recorded.checks =
      (verification.safeParse(evidence).data?.checks as Recorded["checks"] | undefined) ?? recorded.checks;
    const measured = clock.safeParse(evidence).data;
    if (measured) recorded.measured[nameOf(urn)] = measured.downtimeSeconds;
  }
  return recorded;
}
