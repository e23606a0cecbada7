import type { Hazards, Hop } from "../../releases/load";
import { crosses, targetGeneration } from "../../plan/later";
import type { Obstacle } from "../preflight/finding";
import type { Settings } from "../../plan/settings";
import type {
  Baseline,
  BaselineApplication,
  BaselineVolume,
  Block,
  StorageChoice,
  StoragePath,
} from "../../plan/types";

/** Whether Juju takes a refresh from the one to the other. */
export function sameBlock(one: Block, other: Block): boolean {
  return (
    one.sizeMiB === other.sizeMiB &&
    one.location === other.location &&
    (one.type ?? "filesystem") === (other.type ?? "filesystem")
  );
}

/** A block as a reviewer reads it. */
export function told({ sizeMiB, location, type = "filesystem" }: Block): string {
  return `${sizeMiB} MiB${location === undefined ? "" : ` at ${location}`}${type === "filesystem" ? "" : ` of type ${type}`}`;
}

/** What the storage choice is made from. Sizes in MiB. */
export interface StorageQuestion {
  application: string;
  /** Revision of the deployed charm, what it declares, where that is known, and whether it is a podspec charm that becomes a sidecar. */
  deployed: { revision: number; crosses?: boolean; declared?: Record<string, Block> };
  /** What the target charm declares. */
  declared: Record<string, Block>;
  volumes: BaselineVolume[];
  /** The `storagePath` setting. */
  forced: StoragePath | "auto";
  /** Where a redeployment is needed, volumes up to this size are copied and larger ones bound again. */
  copyLimitMiB: number;
}

/**
 * Whether Juju will refresh, and why that is thought. It compares what both charms declare and looks at no claim
 * (apiserver/facades/client/application of juju 2.9; F1), so a size that an operator chose, or a claim that grew, says nothing
 * where the deployed declaration is known. Where it is not, the claim is all there is to go by, and the reason says so.
 */
function refreshable(
  { revision, crosses: becomes = false, declared }: StorageQuestion["deployed"],
  target: Block | undefined,
  { storage, requestedMiB }: BaselineVolume,
): { same: boolean; why: string } {
  if (target === undefined)
    return { same: false, why: `the target charm's declaration of storage ${storage} is not known` };
  const known = declared?.[storage];
  if (known !== undefined && sameBlock(known, target))
    return {
      same: true,
      why: `deployed charm (revision ${revision}) and target charm both declare ${told(target)}: no data moves`,
    };
  if (known !== undefined)
    return {
      same: false,
      why: `deployed charm (revision ${revision}) declares ${told(known)}, target charm ${told(target)}: Juju refuses such a refresh (F1)`,
    };
  if (becomes && target.location === undefined)
    return {
      same: false,
      why: `deployed charm (revision ${revision}) is a podspec charm, which declares where storage ${storage} is mounted, target charm ${told(target)} without a place: Juju refuses such a refresh (F44)`,
    };
  const inferred = `what revision ${revision} declares is not known, and inferred from its claim of ${requestedMiB} MiB`;
  if (requestedMiB === target.sizeMiB)
    return {
      same: true,
      why: `${inferred}: the same as the target charm, so no data moves; should Juju refuse the refresh all the same (F1), it changes nothing: set storagePath to copy then`,
    };
  return {
    same: false,
    why: `${inferred}: not the ${told(target)} of the target charm, and then Juju would refuse the refresh (F1); where both declare the same, set storagePath to refresh`,
  };
}

/**
 * Picks how the data of each volume comes through the upgrade, with the reason a reviewer reads.
 *
 * Juju refuses to refresh a StatefulSet to a charm whose storage declaration differs, the size included (F1), so an
 * equal declaration means "refresh" and moves nothing; any other means a new application. Its volume is a copy, which
 * leaves the old one untouched to go back to, unless there is so much data that copying takes hours. A claim never
 * shrinks: a copy is as large as the larger of the old volume and the new declaration.
 *
 * Of a revision that nobody knows, a claim of the target's size means "refresh": a refusal would stop the upgrade and change
 * nothing. Any other claim means a new application, which works whatever was declared; `storagePath: refresh` overrides it.
 */
export function chooseStorage({
  application,
  deployed,
  declared,
  volumes,
  forced,
  copyLimitMiB,
}: StorageQuestion): StorageChoice[] {
  return volumes.map((source) => {
    const target = declared[source.storage];
    const choice = { application, storage: source.storage, source };
    const copy = {
      ...choice,
      path: "copy" as const,
      sizeMiB: Math.max(source.capacityMiB, source.requestedMiB, target?.sizeMiB ?? 0),
    };
    const rebind = { ...choice, path: "rebind" as const, sizeMiB: Math.max(source.requestedMiB, target?.sizeMiB ?? 0) };
    const untouched = "no untouched copy of it remains but the backup";
    if (forced === "refresh") return { ...choice, path: "refresh", reason: "forced by the setting storagePath" };
    if (forced === "copy") return { ...copy, reason: "forced by the setting storagePath" };
    if (forced === "rebind") return { ...rebind, reason: `forced by the setting storagePath; ${untouched}` };
    const { same, why } = refreshable(deployed, target, source);
    if (same) return { ...choice, path: "refresh", reason: why };
    if (source.capacityMiB <= copyLimitMiB) return { ...copy, reason: why };
    const large = `its ${source.capacityMiB} MiB are more than copyLimitMiB, ${copyLimitMiB} MiB`;
    if (rebind.sizeMiB > source.capacityMiB)
      return { ...copy, reason: `${why}; ${large}, but the volume is smaller than that declaration` };
    return { ...rebind, reason: `${why}; ${large}, so the volume itself is taken over; ${untouched}` };
  });
}

/** A charm from a file has no channel, and revisions that it counted itself. */
export function deployedDeclaration(
  hazards: Hazards,
  { charm, channel, revision }: BaselineApplication,
): Record<string, Block> | undefined {
  return channel === ""
    ? undefined
    : hazards.declared[charm]?.find(({ revisions }) => revisions.includes(revision))?.storage;
}

/** The choices for the object store of a hop, and after it for the volumes that a setting names; `obstacles` gets what it names wrongly. */
export function chooseVolumes(
  hop: Hop,
  baseline: Baseline,
  settings: Settings,
  obstacles: Obstacle[] = [],
): StorageChoice[] {
  const { hazards } = hop;
  const { application } = hazards.objectStore;
  const live = baseline.applications[application];
  const stored = live
    ? chooseStorage({
        application,
        deployed: {
          revision: live.revision,
          crosses: crosses(hop, baseline, application),
          declared: deployedDeclaration(hazards, live),
        },
        declared: hazards.storage[live.charm] ?? {},
        volumes: baseline.volumes[application] ?? [],
        forced: settings.storagePath,
        copyLimitMiB: settings.copyLimitMiB,
      })
    : [];
  return [...stored, ...chosenVolumes(settings.volumes, baseline, application, obstacles)];
}

/** Volumes of other applications that the setting `volumes` names, with the path it gives them; `obstacles` gets those it names wrongly. */
export function chosenVolumes(
  named: { application: string; storage: string; path: "rebind" | "copy" }[],
  { applications, volumes }: Baseline,
  objectStore: string,
  obstacles: Obstacle[],
): StorageChoice[] {
  return named.flatMap(({ application, storage, path }) => {
    const refuse = (fact: string, next: string): never[] => {
      obstacles.push({
        name: "settings-unfit",
        subject: 'setting "volumes"',
        fact: `names ${application}/${storage}, ${fact}`,
        meaning: "that volume would not be moved as the setting says",
        next,
      });
      return [];
    };
    if (application === objectStore)
      return refuse("the object store's volume", 'Take it out: its path is the setting "storagePath"');
    const source = volumes[application]?.find((one) => one.storage === storage);
    if (!source) {
      const known = Object.entries(volumes).flatMap(([name, all]) => all.map((one) => `${name}/${one.storage}`));
      return refuse(
        `which the model does not have; it has ${known.sort().join(", ") || "none"}`,
        "Name one of those, or take it out",
      );
    }
    const [question] = chooseStorage({
      application,
      deployed: { revision: applications[application].revision },
      declared: {},
      volumes: [source],
      forced: path,
      copyLimitMiB: 0,
    });
    return { ...question, reason: question.reason.replace("storagePath", "volumes") };
  });
}

/** Why a volume cannot come along by its path, and what to do about it. */
function obstaclesOf(
  { application, storage, path, source, sizeMiB = 0 }: StorageChoice,
  hop: Hop,
  { applications, volumes, model }: Baseline,
): [why: string, next: string][] {
  const { volume, volumeMode, reclaimPolicy, accessModes, capacityMiB } = source;
  const others = (volumes[application] ?? []).filter((one) => one.storage !== storage);
  const units = applications[application]?.scale ?? 0;
  const found: [boolean, string, string][] = [
    [
      volumeMode !== "Filesystem",
      `volume ${volume} has the mode ${volumeMode}, and only file systems are moved`,
      "Move its data to a volume with a file system first",
    ],
    [
      reclaimPolicy === "Recycle",
      `volume ${volume} has the reclaim policy Recycle, which wipes a volume that loses its claim`,
      `\`kubectl patch pv ${volume} -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'\``,
    ],
    [
      path === "copy" && accessModes.includes("ReadWriteOncePod"),
      `volume ${volume} is ReadWriteOncePod, so nothing can read it beside its application`,
      'Bind it again: set "rebind"',
    ],
    [
      path === "rebind" && capacityMiB < sizeMiB,
      `volume ${volume} has ${capacityMiB} MiB and the new claim will ask for ${sizeMiB} MiB, which never binds`,
      'Copy it: set "copy"',
    ],
    [
      others.length > 0,
      `${application} has another volume, for ${others.map((one) => one.storage).join(", ")}, which its redeployment would leave behind`,
      "Bring the data of that one to safety and take it away first",
    ],
    [
      units === 0,
      `${application} has 0 units, and scaled up as it is Juju would destroy its volume`,
      'Start it as docs/storage.md tells under "Scaled to 0 by hand"',
    ],
    [
      units > 1,
      `${application} has ${units} units, and the move knows the volume of one`,
      `\`juju scale-application ${application} 1\``,
    ],
    [
      targetGeneration(hop, applications[application]?.charm ?? "") === "sidecar",
      `its application is deployed again as a sidecar, and what Juju makes of a volume that one of those is handed was never seen`,
      "Move it by its charm's published guide before this hop, then preview again",
    ],
    [
      !/^[23]\./.test(model.jujuVersion),
      `what Juju ${model.jujuVersion} makes of a claim that gets another volume was never seen`,
      "Move it by your own means, in a model of Juju 2.9 or 3",
    ],
  ];
  return found.flatMap(([stands, why, next]) => (stands ? [[why, next] as [string, string]] : []));
}

/** What the move of these volumes would lose or could not end. */
export function unmovable(choices: StorageChoice[], hop: Hop, baseline: Baseline): Obstacle[] {
  return choices.flatMap((choice) =>
    obstaclesOf(choice, hop, baseline).map(([why, next]) => ({
      name: "volumes-unmovable",
      subject: `storage ${choice.application}/${choice.storage}`,
      fact: `cannot come along by ${choice.path}: ${why}`,
      meaning: "its data would be lost, or the move would not end",
      next,
    })),
  );
}
