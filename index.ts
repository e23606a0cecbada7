import * as pulumi from "@pulumi/pulumi";
import { obtainBaseline, refuseEarlyFinalize } from "./baseline";
import { obtainWay } from "./baseline/hop";
import { tellFindings } from "./baseline/findings";
import { planRollback, refuseAfterRollback } from "./baseline/rollback";
import { givenSettings } from "./components/given";
import { plainly } from "./components/plainly";
import { Upgrade } from "./components/upgrade";
import { nameModel } from "./juju/model-name";
import { runningLog } from "./kube/jobs";
import { makePlan } from "./guide/plan";
import { holdModel } from "./kube/lease";
import { names } from "./plan/names";
import { ageInDays, backupTarget, declaredBackup, describeDeclared, describeTarget } from "./guide/backup/target";
import { readSettings } from "./plan/settings";
import { targets } from "./releases/line";

const program = async (): Promise<Record<string, unknown>> => {
  const settings = readSettings(givenSettings(), targets);
  nameModel(settings.model, settings.jujuModel);
  const { hop, path } = await obtainWay(settings);
  for (const line of path ? [path.line, ...path.told] : []) await pulumi.log.info(line);
  const look = (job: string): ReturnType<typeof runningLog> => runningLog(settings.model, job, 50);
  const hold = async (): Promise<void> => {
    if (pulumi.runtime.isDryRun()) return;
    const release = await holdModel(settings.model);
    process.once("beforeExit", () => void release());
  };
  if (settings.rollback) {
    const { plan, ...facts } = await planRollback(hop, settings);
    for (const { name, what, asks } of plan.irreversible ?? [])
      await (asks && !settings.acceptIrreversible.includes(name) ? pulumi.log.warn : pulumi.log.info)(
        `not undone: ${name}: ${what}`,
      );
    for (const note of plan.notes) await pulumi.log.info(note);
    if (plan.steps.length > 0) await hold();
    const { verification } = new Upgrade(`${plan.from}-to-${plan.to}`, { plan, ...facts, settings, look });
    return { hop: `${plan.to} back to ${plan.from}`, irreversible: plan.irreversible, notes: plan.notes, verification };
  }
  await refuseAfterRollback(hop, settings.model);
  const baseline = await obtainBaseline(hop, settings.model);
  const tell = (): Promise<boolean> => tellFindings(hop, baseline, settings, pulumi.log);
  let plan;
  try {
    plan = makePlan(hop, baseline, settings);
  } catch (error) {
    await tell();
    throw error;
  }
  const resumed = plan.steps.length > 0 && (await tell());
  if (settings.finalize) await refuseEarlyFinalize(plan);

  for (const { application, storage, path, reason } of plan.storage) {
    await pulumi.log.info(`storage ${application}/${storage}: ${path}, because ${reason}`);
  }
  for (const note of plan.notes) await pulumi.log.info(note);

  const declared = declaredBackup(settings);
  if (declared && plan.steps.length > 0)
    await pulumi.log.warn(`the declared backup is ${ageInDays(declared.when)} days old`);

  if (plan.steps.length > 0) await hold();
  const upgrade = new Upgrade(`${plan.from}-to-${plan.to}`, {
    plan,
    baseline,
    settings,
    look,
    ...(!resumed && { anew: new Date().toISOString() }),
  });
  const id = `${plan.from}-${plan.to}`;
  return {
    hop: `${plan.from} to ${plan.to}`,
    ...(path && { path: path.line }),
    storage: plan.storage.map(({ application, storage, path, reason }) => ({ application, storage, path, reason })),
    backup: declared ? describeDeclared(declared) : "made and proven by this program",
    ...(plan.steps.length > 0 && {
      backupPlace: describeTarget(backupTarget(settings, id), plan.model, id),
      backupDigest: upgrade.backupDigest,
      baseline: `ConfigMap ${plan.model}/${names.baseline(plan.from, plan.to)}`,
    }),
    notes: plan.notes,
    downtimeSeconds: upgrade.downtimeSeconds,
    verification: upgrade.verification,
  };
};

export = (): Promise<Record<string, unknown>> => plainly(program);
