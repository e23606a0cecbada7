import { marks } from "../kube/binding";
import { readConfigMap } from "../kube/configmaps";
import { getVolume } from "../kube/volumes";
import { names } from "../plan/names";
import { cleanUp } from "../guide/rollback/again";
import type { Recordings } from "../guide/rollback/compare";
import { makeRollback } from "../guide/rollback/plan";
import type { Settings } from "../plan/settings";
import type { Baseline, Plan } from "../plan/types";
import type { Hop } from "../releases/load";
import { discoverBaseline } from "./discover";
import { readBaseline } from "./recorded";

/** What a rollback is planned from: both recordings, and the volumes (application/storage) that finalize deleted. */
export interface RollbackFacts extends Recordings {
  volumesGone: string[];
}

/** Moves of volumes that began and did not end: the application was stopped and serves nothing that was checked. */
async function refuseHalfMoved({ volumes, model }: Baseline): Promise<void> {
  for (const [application, each] of Object.entries(volumes)) {
    for (const { volume } of each) {
      const annotations = (await getVolume(volume))?.metadata?.annotations ?? {};
      if (annotations[marks.stopped] === undefined || annotations[marks.serving] !== undefined) continue;
      throw new Error(
        `the volume of "${application}" (${volume}) is in the middle of its move: it was stopped at ${annotations[marks.stopped]} and does not serve yet, so which volume holds its data cannot be told from outside. ` +
          `Set rollback to false, run \`pulumi up\` in ${model.name}'s stack until ${application} serves again, then go back`,
      );
    }
  }
}

async function goneVolumes({ volumes }: Baseline): Promise<string[]> {
  const gone: string[] = [];
  for (const [application, each] of Object.entries(volumes)) {
    for (const { storage, volume } of each) if (!(await getVolume(volume))) gone.push(`${application}/${storage}`);
  }
  return gone.sort();
}

/** What the model must still have when it is back is what it has now, but for the definitions that only the upgrade brought. */
function within(baseline: Baseline, found: Baseline): Baseline {
  return { ...found, definitions: found.definitions?.filter((name) => baseline.definitions?.includes(name) ?? true) };
}

/**
 * Reads what a rollback is planned from: the model as it was found when an earlier run began it, else as it is now.
 * @throws where no upgrade of this program was recorded, or a volume is in the middle of its move
 */
export async function obtainRollback(hop: Hop, model: string): Promise<RollbackFacts> {
  const [from, to] = [hop.source.release, hop.target.release];
  const baseline = await readBaseline(model, names.baseline(from, to));
  if (!baseline)
    throw new Error(
      `setting "rollback" is true, but there is no ConfigMap ${model}/${names.baseline(from, to)}: no upgrade of this program was recorded there, so there is nothing to go back to. Set rollback to false`,
    );
  const recorded = await readBaseline(model, names.found(from, to));
  if (!recorded) await refuseHalfMoved(baseline);
  return {
    hop,
    baseline,
    found: recorded ?? within(baseline, await discoverBaseline(hop, model)),
    volumesGone: await goneVolumes(baseline),
  };
}

/** The way back as the settings ask for it, with what it was planned from. @throws where there is none */
export async function planRollback(hop: Hop, settings: Settings): Promise<RollbackFacts & { plan: Plan }> {
  const facts = await obtainRollback(hop, settings.model);
  return { ...facts, plan: makeRollback(facts, settings, facts.volumesGone) };
}

/** How far going back came; undefined where nobody began to. */
export async function wentBack({ source, target }: Hop, model: string): Promise<"begun" | "through" | undefined> {
  if ((await readConfigMap(model, names.found(source.release, target.release))) === undefined) return undefined;
  return (await readConfigMap(model, names.rolledBack(source.release, target.release))) === undefined
    ? "begun"
    : "through";
}

/** @throws when a rollback of the hop was begun: an upgrade that goes on from there would trust a baseline and a backup of before. */
export async function refuseAfterRollback(hop: Hop, model: string): Promise<void> {
  const [from, to] = [hop.source.release, hop.target.release];
  const far = await wentBack(hop, model);
  if (far === undefined) return;
  if (far === "begun") {
    throw new Error(
      `a rollback of model "${model}" was begun (ConfigMap ${names.found(from, to)}) and is not through. Set rollback to true and run \`pulumi up\` until it is`,
    );
  }
  throw new Error(
    `model "${model}" was taken back to release ${from} (ConfigMap ${names.rolledBack(from, to)}). Its baseline and its backup are of before, so nothing is upgraded from them. ` +
      `To upgrade it again, from a new baseline and with a new backup, see docs/rollback.md: \`pulumi destroy\` in this stack, which leaves the model alone, then ` +
      `${cleanUp(model, from, to)
        .map((command) => `\`${command}\``)
        .join(", ")}, and another place for the backup`,
  );
}
