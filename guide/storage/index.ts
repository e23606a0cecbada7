import { type Draft, applicationOf } from "../../planner/draft";
import { ids } from "../../planner/ids";
import { jobSteps } from "../../plan/names";
import { relationsOfMoved } from "../relations";
import type { BaselineVolume, StorageChoice } from "../../plan/types";

/** What the guide calls for here, for the table of contents. */
export const title = "Move MinIO's data where its storage changed, and read every object back";

/** Gives a volume the reclaim policy Retain, and reads it back. Returns the last step. */
export function planRetain(
  draft: Draft,
  phase: "storage" | "finalize",
  name: string,
  { volume, claim, reclaimPolicy }: BaselineVolume,
  before: string,
): string {
  const why = `the volume has the reclaim policy ${reclaimPolicy}; Retain keeps the data when its claim goes`;
  const retain = draft.add({
    type: "retain",
    phase,
    id: `retain-${name}`,
    volume,
    why,
    dependsOn: [before],
    needs: [],
  });
  return draft.command(
    phase,
    `check-retain-${name}`,
    "a patch counts once it was read back",
    { kind: "check-retain", volumes: [{ volume, claim }] },
    { dependsOn: [retain] },
  );
}

/** What comes before a volume's application may be removed: Retain, read back, and for a copy the first pass. Returns both. */
function planPreparation(
  draft: Draft,
  { application, storage, source, path, sizeMiB = source.capacityMiB }: StorageChoice,
): string[] {
  const retained = planRetain(draft, "storage", application, source, ids.backup);
  if (path !== "copy") return [retained];
  const { storageClass, accessModes } = source;
  const staging = draft.add({
    type: "claim",
    phase: "storage",
    id: `stage-${application}`,
    claim: draft.names.stagingClaim(application, storage),
    sizeMiB,
    accessModes,
    ...(storageClass && { storageClass }),
    why: "the copy gets a volume of its own; the old one stays untouched",
    dependsOn: [ids.backup],
    needs: [],
  });
  const presync = planPass(
    draft,
    "presync",
    { application, storage, source },
    "the long part of the copy, while the application still serves",
    [staging],
  );
  return [
    retained,
    draft.command(
      "storage",
      `prove-${presync}`,
      "the second pass must see no less, on the node where the volume is",
      { kind: "prove-presync", job: draft.names.job(presync), source: source.claim },
      { dependsOn: [presync] },
    ),
  ];
}

/** One pass of the copy from the source's claim to the staged one. */
function planPass(
  draft: Draft,
  pass: "presync" | "migration",
  { application, storage, source }: Pick<StorageChoice, "application" | "storage" | "source">,
  why: string,
  dependsOn: string[],
): string {
  return draft.add({
    type: "copy",
    phase: "storage",
    id: jobSteps[pass](application),
    pass,
    application,
    source: { claim: source.claim, volume: source.volume },
    destination: draft.names.stagingClaim(application, storage),
    objectStore: application === draft.hop.hazards.objectStore.application,
    why,
    dependsOn,
    needs: pass === "presync" ? [ids.backup] : [ids.backup, `prove-${jobSteps.presync(application)}`],
  });
}

/** The delta when the application is gone, its proof, and the end of the Pods that hold the claims. Returns the last step. */
function planCopy(draft: Draft, choice: StorageChoice, removed: string): string {
  const { application, source, storage } = choice;
  const staging = draft.names.stagingClaim(application, storage);
  const migration = planPass(
    draft,
    "migration",
    choice,
    "copies what changed since and compares every file, while nothing writes",
    [removed],
  );
  const proven = draft.command(
    "storage",
    `prove-${migration}`,
    "a copy counts once no file differs",
    { kind: "prove-migration", job: draft.names.job(migration), source: source.claim },
    { dependsOn: [migration] },
  );
  return draft.command(
    "storage",
    `delete-${migration}-pod`,
    "the finished Pod still refers to both claims",
    {
      kind: "delete-job-pods",
      jobs: [jobSteps.presync(application), migration].map(draft.names.job),
      claims: [source.claim, staging],
    },
    { dependsOn: [proven] },
  );
}

/**
 * Removes the application and deploys it anew on its data. It is never scaled to 0: Juju would destroy the claim when it comes
 * back, whatever the reclaim policy (docs/storage.md). Returns the step after which it serves.
 */
function planMove(draft: Draft, choice: StorageChoice, prepared: string[], unrelated: string[]): string {
  const { application, storage, source, path, sizeMiB = source.capacityMiB, reason } = choice;
  const { objectStore } = draft.hop.hazards;
  const stored = application === objectStore.application;
  draft.refuseLostConfig(application, stored ? ["access-key", "secret-key"] : []);

  const removed = draft.command(
    "storage",
    `remove-${application}`,
    `${reason}; its claim stays, and from here on nothing writes to it`,
    {
      kind: "remove-application",
      application,
      gone: [],
      storage: [source.claim],
      superseded: { application, claimNot: source.claim },
      stops: source.volume,
    },
    { dependsOn: [...prepared, ...unrelated] },
  );
  const copied = path === "copy" ? planCopy(draft, choice, removed) : removed;
  const deployed = draft.command(
    "storage",
    `deploy-${application}`,
    path === "copy"
      ? `with ${sizeMiB} MiB, so that all of the old volume fits`
      : `with ${sizeMiB} MiB, which the old volume has`,
    { kind: "deploy", application, ...draft.deployedAs(application), storage: { [storage]: sizeMiB } },
    { dependsOn: [copied] },
  );
  const found = draft.command(
    "storage",
    `find-${application}-claim`,
    "the claim's name has a random part, new with each deployment: it is looked up, never built",
    { kind: "find-claim", application, storage, source: source.claim, sizeMiB },
    { dependsOn: [deployed] },
  );
  const adoption = {
    application,
    storage,
    from: path === "copy" ? draft.names.stagingClaim(application, storage) : source.claim,
    source,
  };
  const adopted = draft.command(
    "storage",
    `adopt-${application}-volume`,
    path === "copy"
      ? "the new application gets the volume that the copy filled"
      : "the new application gets the old volume itself: no data moves",
    { kind: "adopt-volume", ...adoption, ...(stored && { look: draft.settings.moverImage }) },
    { dependsOn: [found], needs: [found] },
  );
  const keyed = stored
    ? [
        draft.command(
          "storage",
          `set-${application}-credentials`,
          "user namespaces hold the old key, so the new application gets it back; nobody can use it before it has its data",
          { kind: "set-credentials", application, from: draft.names.credentials, secret: objectStore.secret },
          { dependsOn: [adopted, ids.credentials] },
        ),
      ]
    : [];
  return draft.command(
    "storage",
    `start-${application}`,
    "serves the data it had",
    { kind: "start-on-volume", ...adoption, units: draft.live(application)?.scale ?? 1 },
    { dependsOn: [adopted, ...keyed], needs: [found] },
  );
}

/** Moves volumes by deploying their applications anew: what has to be done while they serve first, then each application. */
export function planMoves(draft: Draft): void {
  const moved = draft.moved();
  const { ladders, redeploy } = draft.hop.hazards;
  for (const { application } of moved) {
    if (application in ladders || application in redeploy)
      draft.refuseSetting(
        "volumes",
        `names ${application}, which this hop takes another way`,
        "its volume is not moved",
        "Take it out",
      );
  }
  const prepared = new Map(moved.map((choice) => [choice.application, planPreparation(draft, choice)]));
  const unrelated = new Map<string, string[]>();
  for (const relation of relationsOfMoved(draft)) {
    const sides = relation.map(applicationOf);
    const movedSides = moved.filter(({ application }) => sides.includes(application));
    const { application, source } = movedSides[0];
    const step = draft.command(
      "detach",
      draft.relationId("unrelate", relation),
      `${movedSides.map((one) => one.application).join(" and ")} is deployed again`,
      { kind: "remove-relation", relation, superseded: { application, claimNot: source.claim } },
      {
        dependsOn: [
          ...sides.flatMap((name) => draft.throughWith(name)),
          ...movedSides.flatMap((one) => prepared.get(one.application)!),
        ],
      },
    );
    for (const side of movedSides) unrelated.set(side.application, [...(unrelated.get(side.application) ?? []), step]);
  }
  for (const choice of moved)
    draft.setThrough(choice.application, [
      planMove(draft, choice, prepared.get(choice.application)!, unrelated.get(choice.application) ?? []),
    ]);
}
