import type { Hop } from "../releases/load";
import type { Settings } from "./settings";
import type { Baseline, BaselineVolume, StorageChoice, StoragePath } from "./types";

/** What the storage choice is made from. Sizes in MiB. */
export interface StorageQuestion {
  application: string;
  /** What the target charm declares: storage name -> minimum size. */
  declared: Record<string, number>;
  volumes: BaselineVolume[];
  /** The `storagePath` setting. */
  forced: StoragePath | "auto";
}

/**
 * Picks how the data of each volume comes through the upgrade, with the reason a reviewer reads.
 *
 * Juju refuses to refresh a StatefulSet to a charm whose storage declaration differs, the size included (F1), so an
 * equal declaration means "refresh" and moves nothing; any other means a new application and a copy. A claim never
 * shrinks: the new one is as large as the larger of the old volume and the new declaration.
 *
 * The deployed declaration is read from the claim's request, which is what Juju asked for. Where an operator chose
 * another size at deploy time this errs towards a copy, which is safe; `storagePath: refresh` overrides it.
 */
export function chooseStorage({ application, declared, volumes, forced }: StorageQuestion): StorageChoice[] {
  return volumes.map((source) => {
    const target = declared[source.storage];
    const choice = { application, storage: source.storage, source };
    const sizeMiB = Math.max(source.capacityMiB, source.requestedMiB, target ?? 0);
    if (forced === "refresh") return { ...choice, path: "refresh", reason: "forced by the setting storagePath" };
    if (forced === "copy") return { ...choice, path: "copy", sizeMiB, reason: "forced by the setting storagePath" };
    if (target === undefined) {
      return { ...choice, path: "copy", sizeMiB, reason: `the target charm's declaration of storage ${source.storage} is not known` };
    }
    if (target === source.requestedMiB) {
      return { ...choice, path: "refresh", reason: `deployed and target charm both declare ${target} MiB: no data moves` };
    }
    return {
      ...choice,
      path: "copy",
      sizeMiB,
      reason: `deployed with ${source.requestedMiB} MiB, target charm declares ${target} MiB: Juju refuses such a refresh (F1)`,
    };
  });
}

/** The choice for the object store of a hop. */
export function chooseObjectStore({ hazards }: Hop, { applications, volumes }: Baseline, { storagePath }: Settings): StorageChoice[] {
  const { application } = hazards.objectStore;
  return chooseStorage({ application, declared: hazards.storage[applications[application]?.charm] ?? {}, volumes: volumes[application] ?? [], forced: storagePath });
}
