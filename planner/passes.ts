import { changesModel } from "../plan/action";
import type { Step } from "../plan/types";
import { ids } from "./ids";
import { inOrder } from "./order";
import { tellTaken } from "./taken";

/** What a phase writes is what the plan has, but for these passes over the finished steps: no other edge is added anywhere. */

/** Whatever changes the model needs the evidence of the proven backup. */
export function proofFirst(steps: Step[]): Step[] {
  return steps.map((step) =>
    step.type === "command" && changesModel(step.action) && !step.needs.includes(ids.backup)
      ? { ...step, needs: [...step.needs, ids.backup] }
      : step,
  );
}

/** Evidence that is needed is waited for. */
export function evidenceFirst(steps: Step[]): Step[] {
  return steps.map((step) => ({ ...step, dependsOn: [...new Set([...step.needs, ...step.dependsOn])].sort() }));
}

/** What waits for the proof of the backup waits for the look at the model after it, too; the backup itself does not. */
export function lookAgain(steps: Step[]): Step[] {
  if (!steps.some(({ id }) => id === ids.again)) return steps;
  return steps.map((step) =>
    step.phase !== "preflight" && step.phase !== "backup" && step.dependsOn.includes(ids.backup)
      ? { ...step, dependsOn: [...new Set([...step.dependsOn, ids.again])].sort() }
      : step,
  );
}

/** A plan out of what its phases planned. */
export function finish(steps: Step[]): Step[] {
  return tellTaken(inOrder(lookAgain(evidenceFirst(proofFirst(steps)))));
}

/** Steps that nothing waits for yet. */
export function ends(steps: Step[]): string[] {
  const waitedFor = new Set(steps.flatMap(({ dependsOn, needs }) => [...dependsOn, ...needs]));
  return steps.map(({ id }) => id).filter((id) => !waitedFor.has(id));
}
