import { rungsAbove } from "../../plan/tracks";
import { type Draft } from "../../planner/draft";
import { ids } from "../../planner/ids";
import { planRefresh } from "../refresh";
import { planRemoval, planReturn } from "../refresh/redeploy";

/** What the guide calls for here, for the table of contents. */
export const title = "Remove the gateway, climb Istio one minor at a time, deploy the gateway again";

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

/** Istio's control plane climbs one minor at a time, its gateway out of the way meanwhile. */
export function planIstio(draft: Draft): void {
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
}
