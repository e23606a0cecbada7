import type { Step } from "./types";

/**
 * Sorts steps so that each comes after all it depends on; steps that are free to run keep the order they came in.
 * @throws naming a step twice defined, a dependency that is no step, evidence needed from a step not depended on, or the steps of a cycle.
 */
export function inOrder(steps: Step[]): Step[] {
  const byId = new Map<string, Step>();
  for (const step of steps) {
    if (byId.has(step.id)) throw new Error(`the plan has two steps "${step.id}"`);
    byId.set(step.id, step);
  }
  for (const { id, dependsOn, needs } of steps) {
    for (const dependency of dependsOn) {
      if (!byId.has(dependency)) throw new Error(`step "${id}" depends on "${dependency}", which is no step of the plan`);
    }
    for (const need of needs) {
      if (!dependsOn.includes(need)) throw new Error(`step "${id}" needs the evidence of "${need}" but does not depend on it`);
    }
  }
  const ordered: Step[] = [];
  const done = new Set<string>();
  let left = steps;
  while (left.length > 0) {
    const next = left.find((step) => step.dependsOn.every((id) => done.has(id)));
    if (!next) throw new Error(`steps wait for each other in a circle: ${left.map((step) => step.id).join(", ")}`);
    ordered.push(next);
    done.add(next.id);
    left = left.filter((step) => step !== next);
  }
  return ordered;
}
