import { readConfigMap, writeConfigMap } from "../kube/configmaps";
import { changesModel } from "../plan/action";
import { hopNames } from "../plan/names";
import type { StepAction } from "../plan/types";
import { type Context, type Outcome, StepError } from "./context";

const next = "Let it depend on prove-backup, as the program's own graph does";

/** Digests that were handed to this step as those of proven backups. */
function handed({ evidence }: Context): unknown[] {
  return Object.values(evidence).flatMap(({ kind, digest }) => (kind === "prove-backup" ? [digest] : []));
}

/**
 * Refuses a step that changes the model before a backup of it was proven. It looks into the cluster, not at the graph, so
 * it holds without any policy pack and for evidence that somebody made up.
 */
export async function requireProvenBackup(action: StepAction, context: Context): Promise<void> {
  if (!changesModel(action)) return;
  const { proof } = hopNames(context.hop);
  const where = `ConfigMap ${context.model}/${proof}`;
  const proven = (await readConfigMap(context.model, proof))?.digest;
  if (!proven)
    throw new StepError(
      `no backup of model "${context.model}" was proven: there is no ${where}`,
      `${action.kind} changes the model, so nothing was done`,
      next,
    );
  const digests = handed(context);
  if (digests.length === 0)
    throw new StepError(
      "no evidence of a proven backup was handed to this step",
      `${action.kind} changes the model, so nothing was done`,
      next,
    );
  if (digests.every((digest) => digest === proven)) return;
  throw new StepError(
    `the evidence handed to this step names another backup than the proven one of ${where}`,
    `${action.kind} changes the model, so nothing was done`,
    next,
  );
}

/** Writes down which backup was proven, for later steps and for the Jobs that copy. */
export async function recordProof(action: StepAction, { model, hop }: Context, { digest }: Outcome): Promise<void> {
  if (action.kind === "prove-backup") await writeConfigMap(model, hopNames(hop).proof, { digest: String(digest) });
}
