import * as pulumi from "@pulumi/pulumi";
import { planRollback } from "../baseline/rollback";
import type { Settings } from "../plan/settings";
import type { Hop } from "../releases/load";
import { lockModel, logOf } from "./run";
import { Upgrade } from "./upgrade";

/** Takes the model back: what that cannot undo is printed first. */
export async function takeBack(hop: Hop, settings: Settings): Promise<Record<string, unknown>> {
  const { plan, ...facts } = await planRollback(hop, settings);
  for (const { name, what, asks } of plan.irreversible ?? [])
    await (asks && !settings.acceptIrreversible.includes(name) ? pulumi.log.warn : pulumi.log.info)(
      `not undone: ${name}: ${what}`,
    );
  for (const note of plan.notes) await pulumi.log.info(note);
  await lockModel(plan, settings.model);
  const name = `${plan.from}-to-${plan.to}`;
  const { verification } = new Upgrade(name, { plan, ...facts, settings, look: logOf(settings) });
  return { hop: `${plan.to} back to ${plan.from}`, irreversible: plan.irreversible, notes: plan.notes, verification };
}
