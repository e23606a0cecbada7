import type { StepRecord } from "../events";
import type { Moment } from "./cell";

/** Seconds that steps usually take at time scale 0.3 on two cores, by kind; others take `otherwise`. */
const usual: Record<string, number> = {
  refresh: 6,
  scale: 5,
  "remove-application": 6,
  deploy: 5,
  verify: 8,
  "export-resources": 4,
  Job: 5,
};
const otherwise = 2.5;

export function usualSeconds(kind: string): number {
  return usual[kind] ?? otherwise;
}

/** For how long a step counts as being at its start, and after its end as being at its end. */
const edgeSeconds = 1;

/**
 * Whether a step is at this moment now.
 * @param fraction of the step's usual time that has to be over for its middle
 */
export function isNow({ step: id, at }: Moment, steps: StepRecord[], now: number, fraction: number): boolean {
  const step = steps.find((one) => one.id === id);
  if (!step) return false;
  const elapsed = (now - Date.parse(step.startedAt)) / 1000;
  switch (at) {
    case "start":
      return step.status === "running" && elapsed < edgeSeconds;
    case "middle":
      return step.status === "running" && elapsed >= fraction * usualSeconds(step.kind);
    case "end":
      return step.status === "done" && elapsed - step.seconds < edgeSeconds;
  }
}
