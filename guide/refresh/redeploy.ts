import { type Draft, applicationOf } from "../../planner/draft";
import { ids } from "../../planner/ids";

/** Removes an application that cannot be refreshed, after the relations it has; returns the step that removed it. */
export function planRemoval(draft: Draft, application: string, gone: string[], why: string): string {
  draft.refuseLostConfig(application);
  const superseded = draft.reached(application);
  const live = draft.live(application) ? draft.relationsOf(application) : [];
  const relations = live.map((relation) =>
    draft.command(
      "detach",
      draft.relationId("unrelate", relation),
      why,
      { kind: "remove-relation", relation, superseded },
      { dependsOn: [ids.backup] },
    ),
  );
  return draft.command(
    "detach",
    `remove-${application}`,
    why,
    { kind: "remove-application", application, gone, storage: [], superseded },
    { dependsOn: relations },
  );
}

/** Deploys it again with the config it had, and restores its relations. */
export function planReturn(draft: Draft, application: string, why: string, dependsOn: string[]): void {
  const there = draft.command(
    "deploy",
    `deploy-${application}`,
    why,
    { kind: "deploy", application, ...draft.deployedAs(application), ...draft.base(), storage: {} },
    { dependsOn },
  );
  const deployed =
    draft.live(application)?.scale === 0
      ? draft.command(
          "deploy",
          `scale-${application}-to-0`,
          "it had no units, and Juju deploys one at least",
          { kind: "scale", application, units: 0 },
          { dependsOn: [there] },
        )
      : there;
  const restores = draft.live(application)
    ? "restores a relation of the baseline"
    : "restores a relation that went with it";
  const related = draft.relationsOf(application).map((relation) =>
    draft.command(
      "relate",
      draft.relationId("relate", relation),
      restores,
      { kind: "add-relation", relation },
      {
        dependsOn: [deployed, ...relation.map(applicationOf).flatMap((name) => draft.throughWith(name))],
      },
    ),
  );
  draft.setThrough(application, [deployed, ...related]);
}

/** Applications that the guide removes and deploys again, beside the gateway, which makes room for Istio. */
export function planRedeployments(draft: Draft): void {
  const { redeploy } = draft.hop.hazards;
  for (const application of draft.changing().filter((name) => name in redeploy && !redeploy[name].around)) {
    const { gone, why } = redeploy[application];
    planReturn(draft, application, why, [planRemoval(draft, application, gone, why)]);
  }
}
