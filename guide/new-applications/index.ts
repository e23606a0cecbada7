import { type Draft, applicationOf } from "../../planner/draft";
import { ids } from "../../planner/ids";
import type { Relation } from "../../plan/types";

/** What the guide calls for here, for the table of contents. */
export const title = "Deploy the applications that are new in the release, and relate them";

/** Applications that the target release has and the source release had not. What a model left out of its own release stays out. */
function added(draft: Draft): string[] {
  const { source, target } = draft.hop;
  return Object.keys(target.applications)
    .filter((name) => !(name in source.applications) && !draft.live(name))
    .sort();
}

/** Relations of the target bundle that the model lacks, can have, and that no kept application stands in the way of. */
function addedRelations(draft: Draft, deployed: string[]): Relation[] {
  const live = new Set(draft.baseline.relations.map((relation) => relation.join(" ")));
  const present = (name: string): boolean => draft.live(name) !== undefined || deployed.includes(name);
  return draft.hop.target.relations
    .filter(
      (relation) =>
        !live.has(relation.join(" ")) && !relation.map(applicationOf).some((name) => draft.removed().includes(name)),
    )
    .filter((relation) => relation.map(applicationOf).every((name) => present(name) && !draft.kept(name)));
}

/** Deploys the applications that are new in the target release and relates what the target bundle relates. */
export function planAdditions(draft: Draft): void {
  const { after } = draft.hop.hazards;
  const deployed = added(draft);
  for (const application of deployed) {
    const target = draft.target(application);
    const before = Object.keys(after[application] ?? {});
    const step = `deploy-${application}`;
    draft.setThrough(application, [step]);
    draft.command(
      "deploy",
      step,
      Object.values(after[application] ?? {})[0] ?? `new in release ${draft.hop.target.release}`,
      { kind: "deploy", application, ...target, ...draft.base(), storage: {} },
      {
        dependsOn: [
          ids.backup,
          ...before.flatMap((name) => (deployed.includes(name) ? [`deploy-${name}`] : draft.throughWith(name))),
        ],
      },
    );
  }
  for (const relation of addedRelations(draft, deployed)) {
    draft.command(
      "relate",
      draft.relationId("relate", relation),
      `new in release ${draft.hop.target.release}`,
      { kind: "add-relation", relation },
      {
        dependsOn: [ids.backup, ...relation.map(applicationOf).flatMap((name) => draft.throughWith(name))],
      },
    );
  }
}
