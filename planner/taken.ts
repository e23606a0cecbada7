import { applicationOf } from "./draft";
import { closures } from "./reduce";
import type { Relation, Step } from "../plan/types";

/**
 * Tells each refresh and start of an application which of its relations the plan takes away, but not before it. Pulumi runs such a
 * step again where it has no state of the run that did: without the relation the application is not active, and only a
 * step that waits for this one restores it.
 * @param steps in order
 */
export function tellTaken(steps: Step[]): Step[] {
  const before = closures(steps);
  const removals = steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "remove-relation"
      ? [{ id: step.id, relation: step.action.relation }]
      : [],
  );
  const takenAfter = (id: string, application: string): Relation[] =>
    removals
      .filter(
        (removal) => !before.get(id)!.has(removal.id) && removal.relation.map(applicationOf).includes(application),
      )
      .map(({ relation }) => relation);
  return steps.map((step) => {
    if (
      step.type !== "command" ||
      !(step.action.kind === "refresh" || (step.action.kind === "scale" && step.action.units > 0))
    )
      return step;
    const taken = takenAfter(step.id, step.action.application);
    return taken.length > 0 ? { ...step, action: { ...step.action, taken } } : step;
  });
}
