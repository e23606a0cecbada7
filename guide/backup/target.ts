import type { Draft } from "../../planner/draft";
import type { Settings } from "../../plan/settings";
import { hopNames } from "../../plan/names";
import type { BackupTarget, BaselineVolume, DeclaredBackup } from "../../plan/types";

/** Where the settings want the backup of a hop. @param hop such as "1.6-1.7" */
export function backupTarget(settings: Settings, hop: string): BackupTarget {
  if (settings.backupTarget === "claim") return { claim: hopNames(hop).backupClaim };
  const {
    backupEndpoint: endpoint,
    backupBucket: bucket,
    backupPrefix: prefix,
    backupRegion: region,
    backupSecret: secret,
  } = settings;
  return { endpoint, bucket, prefix, region, secret };
}

/** The backup that somebody else made and the settings declare instead; undefined where the program makes its own. */
export function declaredBackup({
  declaredBackupBy: by,
  declaredBackupWhen: when,
  declaredBackupWhat: what,
}: Settings): DeclaredBackup | undefined {
  return by === "" ? undefined : { by, when, what };
}

/** What a backup keeps: everything, or only a list of it with hashes and counts, where somebody else has the rest. */
export function backupKeeps(settings: Settings): "objects" | "manifest" {
  return declaredBackup(settings) ? "manifest" : "objects";
}

/** Where the backup of a hop lies, for people. @param hop such as "1.6-1.7", the backup's folder */
export function describeTarget(target: BackupTarget, model: string, hop: string): string {
  if ("claim" in target) return `folder ${hop} of claim ${model}/${target.claim}`;
  const { endpoint, bucket, prefix } = target;
  return `${[bucket, prefix, hop].filter((part) => part !== "").join("/")} at ${endpoint}`;
}

/** Room for the records of about a million objects, where only those are kept. */
const manifestMiB = 1024;

/** Size of the backup's claim, in MiB: room for all that is on the volumes of what is backed up. */
export function backupSizeMiB(settings: Settings, volumes: BaselineVolume[]): number {
  return (
    settings.backupSizeMiB ||
    (declaredBackup(settings) ? manifestMiB : volumes.reduce((sum, { capacityMiB }) => sum + capacityMiB, 0))
  );
}

/** Whole days from a date to `now`. */
export function ageInDays(when: string, now = new Date()): number {
  return Math.floor((now.getTime() - new Date(when).getTime()) / 86_400_000);
}

/** One sentence for previews and summaries, which says what nobody has proven. */
export function describeDeclared({ by, when, what }: DeclaredBackup): string {
  return `UNPROVEN backup, declared and not made by this program: ${what}, by ${by}, ${when}. Whether it is whole and can be restored was not checked; the objects are compared with a manifest taken now`;
}

/**
 * Refuses the object store's own Service as the backup's endpoint. Other names of the same store are found out by the Job, which
 * looks whether what it writes to one appears in the other.
 */
export function refuseOwnStore(draft: Draft, target: BackupTarget): void {
  if (!("endpoint" in target)) return;
  const { application } = draft.hop.hazards.objectStore;
  const model = draft.baseline.model.name;
  const host = new URL(target.endpoint).hostname;
  const own = [
    application,
    `${application}.${model}`,
    `${application}.${model}.svc`,
    `${application}.${model}.svc.cluster.local`,
  ];
  if (own.includes(host.replace(/\.$/, ""))) {
    draft.refuseSetting(
      "backupEndpoint",
      `is ${target.endpoint}, which is the object store that is upgraded ("${application}" in model "${model}")`,
      "a backup there is lost with it",
      "Set it to another store",
    );
  }
}
