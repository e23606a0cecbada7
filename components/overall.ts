import { performance } from "node:perf_hooks";
import * as pulumi from "@pulumi/pulumi";
import type { Plan } from "../plan/types";
import { progressLine } from "../report/progress";

const everyMs = 5000;

/**
 * Tells how far the whole plan is each time a step has ended, at most once in `pauseMs`; the last of what came meanwhile is told then.
 * A display keeps no program alive.
 */
export function overallProgress(plan: Plan, tell: (line: string) => void, pauseMs = everyMs): (ended: string) => void {
  const done = new Set<string>();
  let nextAt = 0;
  let waiting = false;
  const now = (): void => {
    waiting = false;
    nextAt = performance.now() + pauseMs;
    tell(progressLine(plan, done));
  };
  return (ended) => {
    done.add(ended);
    if (waiting) return;
    const left = nextAt - performance.now();
    if (left <= 0) return now();
    waiting = true;
    setTimeout(now, left).unref();
  };
}

/** Shows the progress of the whole in the stack's own row of `pulumi up`; without an engine nobody reads it. */
export function showOverall(plan: Plan, made: Map<string, pulumi.Resource>): void {
  if (pulumi.runtime.isDryRun() || !pulumi.runtime.hasEngine()) return;
  const ended = overallProgress(plan, (line) => void pulumi.log.info(line, undefined, undefined, true));
  for (const [id, resource] of made) resource.urn.apply(() => ended(id));
}
