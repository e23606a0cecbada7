import { applicationOf } from "../../planner/draft";
import { ids } from "../../planner/ids";
import { relationsBack } from "../rollback/compare";
import type { Return } from "../rollback/return";

/** Gives the model the relations that it shall have, each once both of its ends are back. */
export function planRelationsBack(plan: Return): void {
  const { draft, recordings } = plan;
  const now = new Set(recordings.found.relations.map((relation) => relation.join(" ")));
  const again = plan.of("redeploy");
  for (const relation of relationsBack(recordings).wanted) {
    const ends = relation.map(applicationOf);
    if (now.has(relation.join(" ")) && !ends.some((name) => again.includes(name))) continue;
    draft.command(
      "relate",
      draft.relationId("back-relate", relation),
      "a relation of the model as it was",
      { kind: "add-relation", relation },
      { dependsOn: [ids.found, ...plan.backWith(...ends)] },
    );
  }
}
