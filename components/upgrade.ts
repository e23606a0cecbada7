import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { ids } from "../planner/ids";
import { names, upgradeType } from "../plan/names";
import type { Settings } from "../plan/settings";
import type { Baseline, Phase, Plan } from "../plan/types";
import { clusterOf } from "./cluster";
import { type Evidence, evidenceOf } from "./evidence";
import { showOverall } from "./overall";
import { UpgradePhase } from "./phase";
import type { Look } from "./progress";
import { type Made, makeStep, recordModel } from "./steps";

export interface UpgradeArgs {
  plan: Plan;
  baseline: Baseline;
  settings: Settings;
  /** With it the row of each Job tells how far the Job is. */
  look?: Look;
  /** The model before it goes back, for the plan of a rollback. */
  found?: Baseline;
  /** Of a model that no step has changed yet: something that is new in each run. */
  anew?: string;
}

/** What the steps that end a downtime measured, by application. */
function downtimes(plan: Plan, made: Map<string, Made>): pulumi.Output<Record<string, unknown>> {
  const measured = plan.steps.flatMap((step) => {
    const resource = made.get(step.id);
    if (
      step.type !== "command" ||
      step.action.kind !== "start-on-volume" ||
      !(resource instanceof command.local.Command)
    )
      return [];
    const { application } = step.action;
    return [evidenceOf(step.id, resource).apply(({ downtimeSeconds }) => [application, downtimeSeconds] as const)];
  });
  return pulumi.all(measured).apply((all) => Object.fromEntries<unknown>(all));
}

/**
 * Declares a whole plan: preflight, the baseline's ConfigMap, then each step as a child of its phase, with one dependsOn
 * per edge of the plan. A plan without steps declares nothing.
 */
export class Upgrade extends pulumi.ComponentResource {
  /** What the final verification found; undefined where there was nothing to do. */
  readonly verification: pulumi.Output<Evidence> | undefined;
  /** Seconds that each application which was deployed again was down for, as its own steps measured them. */
  readonly downtimeSeconds: pulumi.Output<Record<string, unknown>>;

  /** Digest of the proven backup; undefined where there was nothing to do. */
  readonly backupDigest: pulumi.Output<unknown> | undefined;

  constructor(
    name: string,
    { plan, baseline, settings, found, look, anew }: UpgradeArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const cluster = plan.steps.length > 0 ? clusterOf(baseline.model.uuid) : {};
    super(
      upgradeType(`${plan.from}-${plan.to}`),
      name,
      { from: plan.from, to: plan.to, model: plan.model },
      { ...opts, ...cluster },
    );
    const made = new Map<string, Made>();
    const phases = new Map<Phase, UpgradePhase>();
    let recorded: Made | undefined;
    for (const step of plan.steps) {
      const parent = phases.get(step.phase) ?? new UpgradePhase(step.phase, { parent: this });
      phases.set(step.phase, parent);
      const dependsOn = step.dependsOn.map((id) => made.get(id)!);
      if (recorded && step.dependsOn.includes(ids.preflight)) dependsOn.push(recorded);
      made.set(step.id, makeStep(step, { plan, baseline, settings, found, made, look, anew }, { parent, dependsOn }));
      if (step.id === ids.preflight) recorded = this.record(plan, baseline, made.get(step.id)!);
    }
    showOverall(plan, made);
    const verify = made.get("verify");
    this.verification = verify instanceof command.local.Command ? evidenceOf("verify", verify) : undefined;
    this.downtimeSeconds = downtimes(plan, made);
    const backup = made.get(ids.backup);
    this.backupDigest =
      backup instanceof command.local.Command
        ? evidenceOf(ids.backup, backup).apply(({ digest }) => digest)
        : undefined;
    this.registerOutputs({
      verification: this.verification,
      downtimeSeconds: this.downtimeSeconds,
      backupDigest: this.backupDigest,
    });
  }

  /** Made once preflight let the upgrade through: what was refused leaves nothing behind that a later run would plan from. */
  private record({ from, to }: Plan, baseline: Baseline, preflight: Made): Made {
    return recordModel("baseline", names.baseline(from, to), baseline, { parent: this, dependsOn: [preflight] });
  }
}
