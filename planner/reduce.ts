import type { Step } from "../plan/types";

/** For each step everything it waits for, directly or not. Steps must be in order. */
export function closures(steps: Step[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const { id, dependsOn } of steps)
    all.set(id, new Set(dependsOn.flatMap((dependency) => [dependency, ...all.get(dependency)!])));
  return all;
}

/** For each step the dependencies that no other dependency of it implies: the order a reviewer has to agree with, and no more. */
export function directEdges(steps: Step[]): Map<string, string[]> {
  const implied = closures(steps);
  return new Map(
    steps.map(({ id, dependsOn }) => [
      id,
      dependsOn.filter((one) => !dependsOn.some((other) => implied.get(other)!.has(one))),
    ]),
  );
}
