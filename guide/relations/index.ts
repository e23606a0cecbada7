import { type Draft, applicationOf } from "../../planner/draft";

/** What the guide calls for here, for the table of contents. */
export const title = "Restore the relations of what was deployed again";

/** Live relations of the applications whose volumes move. */
export function relationsOfMoved(draft: Draft): Draft["baseline"]["relations"] {
  const moved = draft.moved().map(({ application }) => application);
  return draft.baseline.relations.filter((relation) =>
    relation.some((endpoint) => moved.includes(applicationOf(endpoint))),
  );
}

/** Gives moved applications their relations back, once both sides of each are through and what they serve is proven. */
export function planRestoredRelations(draft: Draft): void {
  const related = new Map<string, string[]>();
  for (const relation of relationsOfMoved(draft)) {
    const sides = relation.map(applicationOf);
    const step = draft.command(
      "relate",
      draft.relationId("relate", relation),
      "restores a relation of the baseline",
      { kind: "add-relation", relation },
      { dependsOn: sides.flatMap((name) => draft.throughWith(name)) },
    );
    for (const side of sides) related.set(side, [...(related.get(side) ?? []), step]);
  }
  for (const { application } of draft.moved())
    draft.setThrough(application, [...draft.throughWith(application), ...(related.get(application) ?? [])]);
}
