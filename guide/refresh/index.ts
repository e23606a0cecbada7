import { type Draft } from "../../planner/draft";
import { ids } from "../../planner/ids";
import { crosses } from "../../plan/later";

/** What the guide calls for here, for the table of contents. */
export const title = "Refresh the other applications, and deploy again those that the guide removes";

/** Applications that are neither climbed nor deployed again: trusted, scaled to 0 and refreshed as each of them needs. */
export function planRefreshes(draft: Draft): void {
  const { hazards } = draft.hop;
  const apart = new Set([
    ...Object.keys(hazards.ladders),
    ...Object.keys(hazards.redeploy),
    ...draft.moved().map(({ application }) => application),
  ]);
  const refreshed = draft.changing().filter((name) => !apart.has(name) && draft.throughWith(name).length === 0);
  const waiting = new Set(refreshed);
  // An application is planned after those it waits for, whatever the alphabet says.
  while (waiting.size > 0) {
    const next = [...waiting].find((name) =>
      Object.keys(hazards.after[name] ?? {}).every((other) => !waiting.has(other)),
    );
    if (!next)
      throw new Error(`the hazards file lets these applications wait for each other: ${[...waiting].join(", ")}`);
    waiting.delete(next);
    planRefresh(draft, next);
  }
}

/** One of them, after those of the others that are planned already. */
export function planRefresh(draft: Draft, application: string): void {
  const { hazards } = draft.hop;
  const live = draft.live(application);
  const { charm, channel, revision, trust } = draft.target(application);
  const superseded = draft.reached(application);
  const awaiting = draft.asBefore(application);
  const awaited = awaiting && { awaiting };
  const before = [
    ids.backup,
    ...Object.keys(hazards.after[application] ?? {}).flatMap((other) => draft.throughWith(other)),
  ];

  if (trust && !live?.trust) {
    before.push(
      draft.command(
        "refresh",
        `trust-${application}`,
        "the new charm's hooks fail with 403 without cluster access (F40)",
        { kind: "trust", application },
        { dependsOn: [ids.backup] },
      ),
    );
  }
  const { application: store, pinned } = hazards.objectStore;
  if (application === store && pinned !== undefined) {
    before.push(
      draft.command(
        "refresh",
        `pin-${application}-credentials`,
        pinned,
        { kind: "set-credentials", application, from: draft.names.credentials },
        { dependsOn: [ids.backup, ids.credentials] },
      ),
    );
  }
  const crossing = crosses(draft.hop, draft.baseline, application);
  const why =
    Object.values(hazards.after[application] ?? {})[0] ?? `release ${draft.hop.target.release} has ${channel}`;
  const refresh = (dependsOn: string[], needs: string[] = []): string =>
    draft.command(
      "refresh",
      `refresh-${application}`,
      why,
      {
        kind: "refresh",
        application,
        charm,
        channel,
        revision,
        ...draft.base(),
        ...awaited,
        ...(crossing && { crossing }),
      },
      { dependsOn, needs },
    );
  if (!crossing) {
    draft.setThrough(application, [refresh(before)]);
    return;
  }
  const reason = "a podspec charm becomes a sidecar charm only at 0 units (F3)";
  const down = draft.command(
    "refresh",
    `scale-down-${application}`,
    reason,
    { kind: "scale", application, units: 0, superseded },
    { dependsOn: before },
  );
  const guard = draft.command(
    "refresh",
    `guard-crossing-${application}`,
    "Juju deletes every definition and object with the labels of a podspec charm that becomes a sidecar charm, users' objects too",
    { kind: "guard-crossing", application, superseded },
    { dependsOn: [down] },
  );
  const up = draft.command(
    "refresh",
    `scale-up-${application}`,
    reason,
    { kind: "scale", application, units: live!.scale, ...awaited },
    { dependsOn: [refresh([], [guard])] },
  );
  draft.setThrough(application, [up]);
}
