import { type Draft, applicationOf, ids } from "../../planner/draft";
import { planRefresh } from "../refresh";
import { rungsAbove } from "../../plan/tracks";

/** Removes an application that cannot be refreshed, after the relations it has; returns the step that removed it. */
function planRemoval(draft: Draft, application: string, gone: string[], why: string): string {
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
function planReturn(draft: Draft, application: string, why: string, dependsOn: string[]): void {
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

/** Climbs a charm that must pass through every channel in turn; rungs at or below the live track are left out. */
function planLadder(draft: Draft, application: string, dependsOn: string[]): string[] {
  const ladder = draft.hop.hazards.ladders[application];
  const rungs = draft.atTarget(application) ? [] : rungsAbove(draft.live(application)!.channel, ladder.channels);
  const charm = draft.target(application).charm;
  let before = dependsOn;
  rungs.forEach((channel, index) => {
    const beyond = rungs.slice(index + 1);
    const step = draft.command(
      "refresh",
      `refresh-${application}-${channel.split("/")[0]}`,
      ladder.why,
      {
        kind: "refresh",
        application,
        charm,
        channel,
        revision: draft.revision(charm, channel),
        ...draft.base(),
        ...(ladder.awaiting && { awaiting: ladder.awaiting }),
        ...(beyond.length > 0 && { beyond }),
      },
      { dependsOn: before },
    );
    before = [step];
  });
  return before;
}

/** Applications that are climbed or deployed again, with whatever must be out of the way meanwhile. */
export function planRedeployments(draft: Draft): void {
  const { after, ladders, redeploy } = draft.hop.hazards;
  const changing = draft.changing();
  const missing = draft.removed();
  const makesRoom = (name: string, application: string): boolean => redeploy[name]?.around === application;
  const climbing = Object.keys(ladders).filter(
    (name) =>
      changing.includes(name) ||
      (draft.live(name) && draft.atTarget(name) && [...changing, ...missing].some((one) => makesRoom(one, name))),
  );
  for (const application of climbing.sort()) {
    const around = [...changing, ...missing].filter((name) => makesRoom(name, application));
    const removed = around.map((name) => planRemoval(draft, name, redeploy[name].gone, redeploy[name].why));
    const first = Object.keys(after[application] ?? {}).filter((name) => changing.includes(name));
    for (const name of first) planRefresh(draft, name);
    const waits = first.flatMap((name) => draft.throughWith(name));
    const top = planLadder(draft, application, [ids.backup, ...removed, ...waits]);
    draft.setThrough(application, top);
    for (const name of around) planReturn(draft, name, redeploy[name].why, top);
    // The climbed application is whole again only once what was out of its way is related to it again.
    draft.setThrough(application, [...top, ...around.flatMap((name) => draft.throughWith(name))]);
  }
  for (const application of changing.filter((name) => name in redeploy && !redeploy[name].around)) {
    const { gone, why } = redeploy[application];
    planReturn(draft, application, why, [planRemoval(draft, application, gone, why)]);
  }
}
