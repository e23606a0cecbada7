import { type Draft, applicationOf, ids } from "./draft";
import { names } from "./names";
import type { StorageChoice } from "./types";

/** The object store where it has to be deployed again: its relations, its volume, the copy and its check. Returns the last step. */
function planCopy(draft: Draft, { application, storage, source, sizeMiB = source.capacityMiB, reason }: StorageChoice): string {
  draft.refuseLostConfig(application, ["access-key", "secret-key"]);
  const superseded = { application, claimNot: source.claim };
  const live = draft.live(application);
  const { charm, channel, revision, trust, config } = draft.target(application);

  const retain = draft.add({
    type: "retain",
    phase: "storage",
    id: `retain-${application}`,
    volume: source.volume,
    why: `the StorageClass says ${source.reclaimPolicy}; Retain keeps the data when its claim goes`,
    dependsOn: [ids.backup],
    needs: [],
  });
  const retained = draft.command(
    "storage",
    `check-retain-${application}`,
    "a patch counts once it was read back",
    { kind: "check-retain", volumes: [{ volume: source.volume, claim: source.claim }] },
    { dependsOn: [retain] },
  );
  const unrelated = draft.relationsOf(application).map((relation) =>
    draft.command("detach", draft.relationId("unrelate", relation), `${application} is deployed again`, { kind: "remove-relation", relation, superseded }, {
      dependsOn: [retained, ...relation.map(applicationOf).flatMap((name) => draft.throughWith(name))],
    }),
  );
  const removed = draft.command(
    "storage",
    `remove-${application}`,
    reason,
    { kind: "remove-application", application, gone: [], storage: [source.claim], superseded },
    { dependsOn: [retained, ...unrelated], needs: [ids.backup] },
  );
  const deployed = draft.command(
    "storage",
    `deploy-${application}`,
    `with ${sizeMiB} MiB, so that all of the old volume fits`,
    { kind: "deploy", application, charm, channel, revision, trust: trust || live?.trust === true, config: { ...config, ...live?.config }, storage: { [storage]: sizeMiB } },
    { dependsOn: [removed] },
  );
  const found = draft.command(
    "storage",
    `find-${application}-claim`,
    "the claim's name has a random part, new with each deployment: it is looked up, never built",
    { kind: "find-claim", application, storage, source: source.claim, sizeMiB },
    { dependsOn: [deployed] },
  );
  const keyed = draft.command(
    "storage",
    `set-${application}-credentials`,
    "user namespaces hold the old key, so the new application gets it back",
    { kind: "set-credentials", application, from: names.credentials, secret: draft.hop.hazards.objectStore.secret },
    { dependsOn: [deployed, ids.credentials] },
  );
  const stopped = draft.command("storage", `stop-${application}`, "nothing may serve or rewrite the volume while it is filled", { kind: "scale", application, units: 0 }, { dependsOn: [found, keyed] });
  const migration = draft.add({
    type: "job",
    phase: "storage",
    id: "minio-migration",
    job: "minio-migration",
    why: "copies the source claim to the destination claim and compares every file",
    dependsOn: [stopped],
    needs: [found, ids.backup],
  });
  const proven = draft.command("storage", "prove-migration", "a copy counts once no file differs", { kind: "prove-migration", job: migration, source: source.claim }, { dependsOn: [migration] });
  const released = draft.command(
    "storage",
    "delete-migration-pod",
    "the finished Pod still refers to both claims",
    { kind: "delete-job-pods", job: migration, claims: [source.claim] },
    { dependsOn: [proven] },
  );
  return draft.command("storage", `start-${application}`, "serves the copied data", { kind: "scale", application, units: live?.scale ?? 1 }, { dependsOn: [released] });
}

/** Brings the object store to its target and reads every object back through S3; restores its relations after that. */
export function planObjectStore(draft: Draft): void {
  const { application } = draft.hop.hazards.objectStore;
  const copy = draft.choices.find((choice) => choice.application === application && choice.path === "copy");
  if (copy && draft.changing().includes(application)) draft.setThrough(application, [planCopy(draft, copy)]);
  const serving = draft.throughWith(application);
  if (serving.length === 0) return;
  const job = draft.add({
    type: "job",
    phase: "verify",
    id: "minio-verify",
    job: "minio-verify",
    why: "every object is read through S3 and held against the backup's manifest",
    dependsOn: [...serving, ids.backup],
    needs: [],
  });
  const proven = draft.command("verify", ids.objects, "the object store counts as moved once no object differs", { kind: "prove-objects", job }, { dependsOn: [job] });
  const relations = copy ? draft.relationsOf(application) : [];
  const related = relations.map((relation) =>
    draft.command("relate", draft.relationId("relate", relation), "restores a relation of the baseline", { kind: "add-relation", relation }, { dependsOn: [proven] }),
  );
  draft.setThrough(application, [proven, ...related]);
}
