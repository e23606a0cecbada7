import { type Phase, type Step, phases } from "../plan/types";

/** Steps of one phase that can be told in one go: all they wait for is in it or in a chapter before. */
export interface Chapter {
  phase: Phase;
  steps: Step[];
}

/** Steps of a phase that are free once `told` are behind, or once others of them are. */
function free(steps: Step[], phase: Phase, told: Set<string>): Step[] {
  const taken: Step[] = [];
  const behind = new Set(told);
  for (const step of steps) {
    if (step.phase !== phase || behind.has(step.id) || !step.dependsOn.every((id) => behind.has(id))) continue;
    taken.push(step);
    behind.add(step.id);
  }
  return taken;
}

/**
 * A plan as chapters that can be read one after the other: none tells of a step before all that the step waits for. A phase that
 * waits for a later one comes twice. Of the phases that can be told next, the first in the usual order is.
 */
export function chapters(steps: Step[]): Chapter[] {
  const told = new Set<string>();
  const all: Chapter[] = [];
  while (told.size < steps.length) {
    const next = phases
      .map((phase) => ({ phase, steps: free(steps, phase, told) }))
      .find((one) => one.steps.length > 0);
    if (!next) throw new Error("a plan whose steps are not in order cannot be told: sort it first (planner/order.ts)");
    all.push(next);
    for (const { id } of next.steps) told.add(id);
  }
  return all;
}
