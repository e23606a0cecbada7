import type { Step } from "../plan/types";

/**
 * Names in an order in which each comes after those of them that it waits for; those that are free keep the order they came in.
 * @throws with what `circle` says of names that wait for each other
 */
export function inTurn(
  names: string[],
  waitsFor: (name: string) => string[],
  circle: (names: string) => string,
): string[] {
  const ordered: string[] = [];
  const left = new Set(names);
  while (left.size > 0) {
    const next = [...left].find((name) => !waitsFor(name).some((other) => left.has(other)));
    if (next === undefined) throw new Error(circle([...left].join(", ")));
    left.delete(next);
    ordered.push(next);
  }
  return ordered;
}

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
      if (!byId.has(dependency))
        throw new Error(`step "${id}" depends on "${dependency}", which is no step of the plan`);
    }
    for (const need of needs) {
      if (!dependsOn.includes(need))
        throw new Error(`step "${id}" needs the evidence of "${need}" but does not depend on it`);
    }
  }
  return inTurn(
    [...byId.keys()],
    (id) => byId.get(id)!.dependsOn,
    (names) => `steps wait for each other in a circle: ${names}`,
  ).map((id) => byId.get(id)!);
}
