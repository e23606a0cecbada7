import { makePlan } from "../../guide/plan";
import { makeRollback } from "../../guide/rollback/plan";
import type { Settings } from "../../plan/settings";
import type { Baseline, Plan } from "../../plan/types";
import { baselineChangedStorage, hop, settings } from "../../test/support/baseline";
import { copied, foundMoved } from "../../test/support/found";
import type { Kind } from "./cell";

/** Steps that faults strike, and what the world must be like that has them. */
export interface Stretch {
  /** In the ids of its faults; the upgrade itself has none. */
  name?: string;
  steps: string[];
  world?: Kind;
}

/** The model that faults strike. Deployed from its channel a moment ago, an application is at the revision that the channel has. */
export function struckModel(): Baseline {
  const found = baselineChangedStorage();
  for (const { charm, channel, revision } of Object.values(found.applications)) {
    if (found.available[charm]?.[channel] !== undefined) found.available[charm][channel] = revision;
  }
  return found;
}

/** Every step of each plan that is carried out on that model, in the first stretch that has it. */
export function stretches(): Stretch[] {
  const model = struckModel();
  const moved: Settings = { ...settings, databases: "mysql" };
  const finalized: Kind = { databases: "mysql", then: "finalize" };
  const all: (Omit<Stretch, "steps"> & { plan: Plan })[] = [
    { plan: makePlan(hop, model, settings) },
    { name: "mysql", plan: makePlan(hop, model, moved), world: finalized },
    { name: "finalize", plan: makePlan(hop, model, { ...moved, finalize: true }), world: finalized },
    {
      name: "rollback",
      plan: makeRollback({ hop, baseline: model, found: copied(foundMoved(model)) }, { ...moved, rollback: true }, []),
      world: { databases: "mysql", then: "rollback" },
    },
  ];
  const seen = new Set<string>();
  const first = (step: string): boolean => !seen.has(step) && seen.add(step) !== undefined;
  // The record of the baseline is in every graph, and in no plan.
  return all.map(({ plan, ...rest }) => ({
    ...rest,
    steps: ["baseline", ...plan.steps.map(({ id }) => id)].filter(first),
  }));
}
