import * as pulumi from "@pulumi/pulumi";
import { obtainBaseline, refuseEarlyFinalize } from "../baseline";
import { tellFindings } from "../baseline/findings";
import { refuseAfterRollback } from "../baseline/rollback";
import { ageInDays, backupTarget, declaredBackup, describeDeclared, describeTarget } from "../guide/backup/target";
import { makePlan } from "../guide/plan";
import { names } from "../plan/names";
import type { Settings } from "../plan/settings";
import type { Baseline, Plan } from "../plan/types";
import type { Hop } from "../releases/load";
import { lockModel, logOf } from "./run";
import { Upgrade } from "./upgrade";

/** The plan, and whether a step has changed the model before; what preflight found is printed, also where no plan can be made. */
async function plan(hop: Hop, baseline: Baseline, settings: Settings): Promise<{ plan: Plan; resumed: boolean }> {
  const tell = (): Promise<boolean> => tellFindings(hop, baseline, settings, pulumi.log);
  let made: Plan;
  try {
    made = makePlan(hop, baseline, settings);
  } catch (error) {
    await tell();
    throw error;
  }
  return { plan: made, resumed: made.steps.length > 0 && (await tell()) };
}

/** What a reviewer of the plan has to know beside its steps. */
async function printNotes({ storage: choices, notes, steps }: Plan, settings: Settings): Promise<void> {
  for (const { application, storage, path, reason } of choices)
    await pulumi.log.info(`storage ${application}/${storage}: ${path}, because ${reason}`);
  for (const note of notes) await pulumi.log.info(note);
  const declared = declaredBackup(settings);
  if (declared && steps.length > 0)
    await pulumi.log.warn(`the declared backup is ${ageInDays(declared.when)} days old`);
}

function outputs(
  { from, to, model, storage, notes, steps }: Plan,
  settings: Settings,
  upgrade: Upgrade,
): Record<string, unknown> {
  const declared = declaredBackup(settings);
  const id = `${from}-${to}`;
  return {
    hop: `${from} to ${to}`,
    storage: storage.map(({ application, storage, path, reason }) => ({ application, storage, path, reason })),
    backup: declared ? describeDeclared(declared) : "made and proven by this program",
    ...(steps.length > 0 && {
      backupPlace: describeTarget(backupTarget(settings, id), model, id),
      backupDigest: upgrade.backupDigest,
      baseline: `ConfigMap ${model}/${names.baseline(from, to)}`,
    }),
    notes,
    downtimeSeconds: upgrade.downtimeSeconds,
    verification: upgrade.verification,
  };
}

/** Brings the model to the hop's target: live model, plan, lock, and the plan as resources. */
export async function goForward(hop: Hop, settings: Settings): Promise<Record<string, unknown>> {
  await refuseAfterRollback(hop, settings.model);
  const baseline = await obtainBaseline(hop, settings.model);
  const { plan: made, resumed } = await plan(hop, baseline, settings);
  if (settings.finalize) await refuseEarlyFinalize(made);
  await printNotes(made, settings);
  await lockModel(made, settings.model);
  const upgrade = new Upgrade(`${made.from}-to-${made.to}`, {
    plan: made,
    baseline,
    settings,
    look: logOf(settings),
    ...(!resumed && { anew: new Date().toISOString() }),
  });
  return outputs(made, settings, upgrade);
}
