import { backedUp, planDumps } from "./databases";
import { type Draft } from "../../planner/draft";
import { ids } from "../../planner/ids";
import { names } from "../../plan/names";
import { preflightQuestion } from "../preflight/question";
import { backupSizeMiB, backupTarget, declaredBackup, describeDeclared, refuseOwnStore } from "./target";
import type { BaselineVolume } from "../../plan/types";

/** What the guide calls for here, for the table of contents. */
export const title = "Back up objects, databases and users' resources, and prove the backup";

/** The volume that holds the object store's data. */
function objectStoreVolume({ hop, baseline, obstacles }: Draft): BaselineVolume | undefined {
  const { application, storage } = hop.hazards.objectStore;
  const volume = baseline.volumes[application]?.find((one) => one.storage === storage);
  if (!volume) {
    obstacles.push({
      name: "object-store-volume",
      subject: `application "${application}"`,
      fact: `has no volume for its storage "${storage}"`,
      meaning: "without it there is nothing to back up",
      next: "See `juju storage` and the claims of the namespace",
    });
  }
  return volume;
}

/** Preflight, then a backup of every bucket, database and custom resource, its proof, and preflight once more: nothing that changes the model comes before that. */
export function planBackup(draft: Draft): void {
  const { hop, baseline, settings } = draft;
  const { application, secret } = hop.hazards.objectStore;
  const volume = objectStoreVolume(draft);
  const target = backupTarget(settings, draft.id);
  const declared = declaredBackup(settings);
  refuseOwnStore(draft, target);
  if (!volume) return;
  if (declared) draft.notes.push(describeDeclared(declared));
  const look = { kind: "preflight" as const, ...preflightQuestion(hop, baseline, settings) };
  const preflight = draft.command(
    "preflight",
    ids.preflight,
    "an upgrade that starts on a broken model cannot tell its own faults from old ones",
    look,
    {},
  );
  const credentials = draft.command(
    "preflight",
    ids.credentials,
    "the charm makes a new random key when it is deployed again; the old one is in user namespaces already",
    { kind: "store-credentials", application, from: secret, to: draft.names.credentials },
    { dependsOn: [preflight] },
  );
  const places =
    "claim" in target
      ? [
          draft.add({
            type: "claim",
            phase: "backup",
            id: "backup-claim",
            claim: target.claim,
            sizeMiB: backupSizeMiB(settings, backedUp(hop, baseline, volume)),
            accessModes: ["ReadWriteOnce"],
            ...(settings.backupStorageClass && { storageClass: settings.backupStorageClass }),
            why: "the backup lies on a volume of its own, never on the one being upgraded",
            dependsOn: [preflight],
            needs: [],
          }),
        ]
      : [];
  const { apply, runs } = hop.hazards.customResources;
  const exported = draft.command(
    "backup",
    ids.exported,
    "what users made in the cluster, while nothing has changed yet",
    { kind: "export-resources", baseline: names.baseline(hop.source.release, hop.target.release), apply, runs },
    { dependsOn: [preflight] },
  );
  const resources = draft.add({
    type: "job",
    phase: "backup",
    id: "resources-backup",
    job: "resources-backup",
    why: "config, revisions and custom resources are written to the backup and read back",
    dependsOn: places,
    needs: [exported],
  });
  const resourcesProven = draft.command(
    "backup",
    ids.resources,
    "a sample of each kind is applied on trial: what the cluster would not take back is not backed up",
    { kind: "prove-resources", job: draft.names.job(resources), exported, target },
    { dependsOn: [resources], needs: [exported] },
  );
  const dumps = planDumps(draft, [...places, resources]);
  const job = draft.add({
    type: "job",
    phase: "backup",
    id: "minio-backup",
    job: "minio-backup",
    why: declared
      ? "every bucket is read through S3 and hashed; nobody here copies it"
      : "every bucket is read through S3, written to the backup, hashed and read back",
    dependsOn: [...places, credentials, resources, ...dumps.jobs],
    needs: [],
  });
  draft.command(
    "backup",
    ids.backup,
    declared
      ? describeDeclared(declared)
      : "a backup counts once it was read back without a difference; its digest is what later steps ask for",
    {
      kind: "prove-backup",
      job: draft.names.job(job),
      target,
      parts: [resourcesProven, ...dumps.proven],
      ...(declared && { declared }),
    },
    { dependsOn: [job], needs: [resourcesProven, ...dumps.proven] },
  );
  draft.command(
    "backup",
    ids.cleared,
    "what users made lies in the backup; the Secrets that carried it there are of no more use",
    { kind: "delete-export", proven: resourcesProven },
    { needs: [ids.backup, resourcesProven] },
  );
  draft.command(
    "preflight",
    ids.again,
    "a backup may take hours: what began since is found before anything changes",
    look,
    { dependsOn: [ids.backup] },
  );
}
