import type { Plan } from "../plan/types";
import { expectedSeconds, formatSeconds } from "./durations";
import { titles } from "./guide";
import { schedule } from "./schedule";

/** How far a run is, in one line: steps, the phase that is under way, and the time that the rest takes by a table of typical durations. */
export function progressLine(plan: Plan, done: ReadonlySet<string>): string {
  const left = plan.steps.filter(({ id }) => !done.has(id));
  const slots = schedule(left, (step) => expectedSeconds(plan, step));
  const seconds = Math.max(0, ...left.map(({ id }) => slots.get(id)!.to));
  const next = left.find(({ dependsOn }) => dependsOn.every((id) => done.has(id)));
  const count = `${plan.steps.length - left.length} of ${plan.steps.length} steps`;
  return next ? `${count}: ${titles[next.phase]}; about ${formatSeconds(seconds)} left` : count;
}
