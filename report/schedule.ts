import type { Step } from "../plan/types";

/** When a step runs, in seconds since the beginning. */
export interface Slot {
  from: number;
  to: number;
}

/** Begins each step as soon as all it waits for have ended: no run is faster. Steps must be in order. */
export function schedule(steps: Step[], seconds: (step: Step) => number): Map<string, Slot> {
  const slots = new Map<string, Slot>();
  for (const step of steps) {
    const from = Math.max(0, ...step.dependsOn.flatMap((id) => slots.get(id)?.to ?? []));
    slots.set(step.id, { from, to: from + seconds(step) });
  }
  return slots;
}

/** The chain of steps that the end waits for, first to last: of what each waits for, the one that ended last. */
export function criticalPath(steps: Pick<Step, "id" | "dependsOn">[], slots: Map<string, Slot>): string[] {
  const end = (id: string): number => slots.get(id)?.to ?? -1;
  const waits = new Map(steps.map(({ id, dependsOn }) => [id, dependsOn]));
  const last = (ids: string[]): string | undefined =>
    ids
      .filter((id) => slots.has(id))
      .reduce<string | undefined>((a, b) => (a !== undefined && end(a) >= end(b) ? a : b), undefined);
  const path: string[] = [];
  for (let at = last([...waits.keys()]); at !== undefined; at = last(waits.get(at) ?? [])) path.unshift(at);
  return path;
}
