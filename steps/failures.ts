import { z } from "zod";
import { jsonOf } from "../juju/json";
import { applyConfigMap, readConfigMap } from "../kube/configmaps";
import { hopNames } from "../plan/names";
import type { StepAction } from "../plan/types";
import type { Context } from "./context";

const schema = z.object({ at: z.string(), message: z.string() });

/** What each step said when it last failed, by step. It stays when the step succeeds later: whoever reads it looks at what is done first. */
export type Failures = Record<string, z.infer<typeof schema>>;

/** Long enough for a message with twenty names; all steps of a plan stay below the 1 MiB of a ConfigMap. */
const limit = 3000;

/**
 * Writes down what a step failed with, so that `npm run status` can tell it later and from elsewhere. Never fails itself:
 * the step's own error is what counts. What is refused before anything changes leaves no trace.
 */
export async function noteFailure(
  { model, hop }: Pick<Context, "model" | "hop">,
  id: string,
  kind: StepAction["kind"],
  { message }: Error,
): Promise<void> {
  if (kind === "preflight" || kind === "accept-irreversible") return;
  const note = JSON.stringify({ at: new Date().toISOString(), message: message.slice(0, limit) });
  await applyConfigMap(model, hopNames(hop).failures, { [id]: note }, `ckf-step-${id}`).catch(() => undefined);
}

/** A note that is not understood is none. */
export async function readFailures({ model, hop }: Pick<Context, "model" | "hop">): Promise<Failures> {
  const notes = Object.entries((await readConfigMap(model, hopNames(hop).failures)) ?? {}).flatMap(([id, text]) => {
    const note = schema.safeParse(jsonOf(text));
    return note.success ? [[id, note.data] as const] : [];
  });
  return Object.fromEntries(notes);
}
