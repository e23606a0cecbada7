import { type Draft, ids } from "./draft";
import { names } from "./names";
import { preflightQuestion } from "./preflight/question";
import type { BaselineVolume } from "./types";

/** The volume that holds the object store's data. */
export function objectStoreVolume({ hop, baseline }: Draft): BaselineVolume {
  const { application, storage } = hop.hazards.objectStore;
  const volume = baseline.volumes[application]?.find((one) => one.storage === storage);
  if (!volume) {
    throw new Error(`application "${application}" has no volume for its storage "${storage}": without it there is nothing to back up. See \`juju storage\` and the claims of the namespace`);
  }
  return volume;
}

/** Preflight, then a backup of every bucket and its proof. Nothing that changes the model comes before the proof. */
export function planBackup(draft: Draft): void {
  const { hop, baseline, settings } = draft;
  const { application, secret } = hop.hazards.objectStore;
  const volume = objectStoreVolume(draft);
  const claim = names.backupClaim;
  const preflight = draft.command(
    "preflight",
    ids.preflight,
    "an upgrade that starts on a broken model cannot tell its own faults from old ones",
    { kind: "preflight", ...preflightQuestion(hop, baseline, settings) },
    {},
  );
  const credentials = draft.command(
    "preflight",
    ids.credentials,
    "the charm makes a new random key when it is deployed again; the old one is in user namespaces already",
    { kind: "store-credentials", application, from: secret, to: names.credentials },
    { dependsOn: [preflight] },
  );
  const target = draft.add({
    type: "claim",
    phase: "backup",
    id: "backup-claim",
    claim,
    sizeMiB: settings.backupSizeMiB || volume.capacityMiB,
    accessModes: ["ReadWriteOnce"],
    ...(settings.backupStorageClass && { storageClass: settings.backupStorageClass }),
    why: "the backup lies on a volume of its own, never on the one being upgraded",
    dependsOn: [preflight],
    needs: [],
  });
  const job = draft.add({
    type: "job",
    phase: "backup",
    id: "minio-backup",
    job: "minio-backup",
    why: "every bucket is read through S3, written to the backup claim, hashed and read back",
    dependsOn: [target, credentials],
    needs: [],
  });
  draft.command(
    "backup",
    ids.backup,
    "a backup counts once it was read back without a difference; its digest is what later steps ask for",
    { kind: "prove-backup", job, claim },
    { dependsOn: [job] },
  );
}
