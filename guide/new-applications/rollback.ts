import { applicationOf } from "../../planner/draft";
import { inTurn } from "../../planner/order";
import { additions, relationsBack } from "../rollback/compare";
import { type Return, circle } from "../rollback/return";

/** Removes what the upgrade added, last added first. Returns the steps to wait for. */
export function planRemovals(plan: Return, begun: string[]): string[] {
  const { draft, recordings } = plan;
  const { removed } = additions(recordings);
  const gone = new Map<string, string>();
  const older = `release ${recordings.baseline.release} does not have it`;
  const later = (name: string): string[] => plan.broughtUpAfter(name, removed);
  for (const next of inTurn(removed, later, circle)) {
    const why =
      next in recordings.hop.source.applications ? "it had been removed by hand when the model was recorded" : older;
    const relations = plan.relationsOf(next).map((relation) => plan.unrelate(relation, why, next, begun));
    gone.set(
      next,
      draft.command(
        "detach",
        `back-remove-${next}`,
        why,
        {
          kind: "remove-application",
          application: next,
          gone: recordings.hop.hazards.redeploy[next]?.gone ?? [],
          storage: [],
          superseded: "never",
        },
        { dependsOn: [...begun, ...relations, ...later(next).map((other) => gone.get(other)!)] },
      ),
    );
  }
  const apart = relationsBack(recordings)
    .dropped.filter((relation) => !relation.map(applicationOf).some((name) => removed.includes(name)))
    .map((relation) => plan.unrelate(relation, older, "", begun));
  return [...gone.values(), ...apart];
}
