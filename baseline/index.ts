import { readConfigMap } from "../kube/configmaps";
import { names } from "../plan/names";
import type { Baseline, Plan } from "../plan/types";
import type { Hop } from "../releases/load";
import { discoverBaseline, modelIds } from "./discover";
import { readBaseline } from "./recorded";

/**
 * The recorded baseline of a hop where an earlier run left one, else what the live model is now.
 * @throws when the recorded one is of another model than juju and the cluster mean here, or of the model under another controller
 */
export async function obtainBaseline(hop: Hop, model: string): Promise<Baseline> {
  const name = names.baseline(hop.source.release, hop.target.release);
  const recorded = await readBaseline(model, name);
  if (!recorded) return discoverBaseline(hop, model, "keep");
  const { uuid, controller } = await modelIds(model);
  if (uuid !== recorded.model.uuid) {
    throw new Error(
      `ConfigMap ${model}/${name} is of model ${recorded.model.uuid}, juju's "${model}" is ${uuid}: an upgrade of another model goes on nowhere. Check \`juju switch\` and \`kubectl config current-context\``,
    );
  }
  const before = recorded.model.controller;
  const done = (await readConfigMap(model, names.verified(hop.source.release, hop.target.release))) !== undefined;
  if (!done && before !== undefined && controller !== undefined && before !== controller) {
    throw new Error(
      `model "${model}" is at controller ${controller}, and this hop was begun at controller ${before} (ConfigMap ${model}/${name}): a model is migrated between two hops, never within one, since Juju wants a settled model for that. Migrate it back, run \`pulumi up\` until the hop is verified, then migrate it again`,
    );
  }
  return recorded;
}

/** @throws unless an earlier `up` ended verified: the run that moves data never deletes what it moved from. */
export async function refuseEarlyFinalize({ from, to, model }: Plan): Promise<void> {
  const name = names.verified(from, to);
  if ((await readConfigMap(model, name)) === undefined) {
    throw new Error(
      `setting "finalize" is true, but there is no ConfigMap ${model}/${name}: no earlier run ended verified, so the old volume is all there is to go back to. ` +
        `Set finalize to false, run \`pulumi up\`, look at your pipelines, then set it again`,
    );
  }
}
