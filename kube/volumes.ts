import type { V1PersistentVolume, V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import type { BaselineVolume } from "../plan/types";
import type { MarkedData } from "../guide/preflight/marked";
import { marks } from "./binding";
import { cluster, find, request } from "./client";
import { everyPage } from "./pages";
import { mebibytes } from "./size";
import { hasEnded } from "./workloads";

export async function getClaim(namespace: string, name: string): Promise<V1PersistentVolumeClaim | undefined> {
  return find(`claim ${namespace}/${name}`, () =>
    cluster().core.readNamespacedPersistentVolumeClaim({ namespace, name }),
  );
}

export async function getVolume(name: string): Promise<V1PersistentVolume | undefined> {
  return find(`volume ${name}`, () => cluster().core.readPersistentVolume({ name }));
}

/** Deletes a claim, if it is still the one of that uid. */
export async function deleteClaim(namespace: string, name: string, uid: string): Promise<void> {
  const body = { preconditions: { uid } };
  await find(`deleting claim ${namespace}/${name}`, () =>
    cluster().core.deleteNamespacedPersistentVolumeClaim({ namespace, name, body }),
  );
}

/** Deletes a volume's object, if it is still the one of that uid. */
export async function deleteVolume(name: string, uid: string): Promise<void> {
  await find(`deleting volume ${name}`, () =>
    cluster().core.deletePersistentVolume({ name, body: { preconditions: { uid } } }),
  );
}

/** Whether a provisioner made the volume, and so removes its data with it; a volume made by hand has none. */
export function provisioned(volume: V1PersistentVolume): boolean {
  return volume.metadata?.annotations?.["pv.kubernetes.io/provisioned-by"] !== undefined;
}

/** Changes a volume's reclaim policy, guarded by the claim it must belong to. */
export async function setReclaimPolicy(name: string, claimUid: string, policy: "Delete" | "Retain"): Promise<void> {
  const body = [
    { op: "test", path: "/spec/claimRef/uid", value: claimUid },
    { op: "replace", path: "/spec/persistentVolumeReclaimPolicy", value: policy },
  ];
  await request(`reclaim policy of volume ${name}`, () => cluster().core.patchPersistentVolume({ name, body }));
}

async function mounting(namespace: string, claims: string[]): Promise<V1Pod[]> {
  const { items } = await request(`pods of ${namespace}`, () => cluster().core.listNamespacedPod({ namespace }));
  return items.filter((pod) =>
    pod.spec?.volumes?.some((volume) => claims.includes(volume.persistentVolumeClaim?.claimName ?? "")),
  );
}

const namesOf = (pods: V1Pod[]): string[] => pods.map(({ metadata }) => metadata!.name!).sort();

/** Names of Pods that mount any of the claims, those that have ended too: these keep a claim from being deleted as well. */
export async function podsThatMount(namespace: string, claims: string[]): Promise<string[]> {
  return namesOf(await mounting(namespace, claims));
}

/** Names of Pods that use any of the claims: an evicted one, say, does not any more. */
export async function podsThatUse(namespace: string, claims: string[]): Promise<string[]> {
  return namesOf((await mounting(namespace, claims)).filter((pod) => !hasEnded(pod)));
}

/** Claims of a namespace that are being deleted, or whose volume is, each with the Pods that still hold it. */
export async function markedData(namespace: string): Promise<MarkedData[]> {
  const claims = await everyPage(
    `claims of ${namespace}`,
    (paging) => cluster().core.listNamespacedPersistentVolumeClaim({ namespace, ...paging }),
    (claim) => [claim],
  );
  const found: MarkedData[] = [];
  for (const { metadata, spec } of claims) {
    const name = metadata!.name!;
    const volume = spec?.volumeName ? await getVolume(spec.volumeName) : undefined;
    const [claimGoes, volumeGoes] = [metadata, volume?.metadata].map((one) => one?.deletionTimestamp !== undefined);
    if (!claimGoes && !volumeGoes) continue;
    // Given up on purpose by adopt-volume: the volume that takes its place is reserved for its name.
    if (!volumeGoes && volume?.metadata?.annotations?.[marks.replacedIn] === `${namespace}/${name}`) continue;
    found.push({
      namespace,
      claim: name,
      volume: volume?.metadata?.name ?? "",
      what: claimGoes && volumeGoes ? "claim and volume" : claimGoes ? "claim" : "volume",
      reclaimPolicy: volume?.spec?.persistentVolumeReclaimPolicy ?? "",
      pods: await podsThatUse(namespace, [name]),
    });
  }
  return found;
}

/** Names of Pods that have not ended and can write to any of the claims. */
export async function writersOf(namespace: string, claims: string[]): Promise<string[]> {
  const { items } = await request(`pods of ${namespace}`, () => cluster().core.listNamespacedPod({ namespace }));
  return items
    .filter(({ spec, status }) => {
      const ended = status?.phase === "Succeeded" || status?.phase === "Failed";
      const mounts = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].flatMap(
        ({ volumeMounts }) => volumeMounts ?? [],
      );
      return (
        !ended &&
        spec?.volumes?.some(({ name, persistentVolumeClaim: claim }) => {
          const of = mounts.filter((mount) => mount.name === name);
          const readOnly = claim?.readOnly === true || (of.length > 0 && of.every((mount) => mount.readOnly === true));
          return claims.includes(claim?.claimName ?? "") && !readOnly;
        })
      );
    })
    .map(({ metadata }) => metadata!.name!)
    .sort();
}

/** Claim templates of an application's StatefulSet, by the storage name Juju wrote on them; empty without StatefulSet or claims. */
export async function claimTemplates(namespace: string, application: string): Promise<Record<string, string>> {
  const set = await find(`StatefulSet ${namespace}/${application}`, () =>
    cluster().apps.readNamespacedStatefulSet({ namespace, name: application }),
  );
  const templates = set?.spec?.volumeClaimTemplates ?? [];
  return Object.fromEntries(
    templates.map(({ metadata }) => {
      const storage = metadata?.labels?.["storage.juju.is/name"] ?? metadata?.annotations?.["storage.juju.is/name"];
      if (!storage || !metadata?.name)
        throw new Error(
          `StatefulSet ${namespace}/${application} has a claim template "${metadata?.name}" that does not say which of Juju's storages it is for`,
        );
      return [storage, metadata.name];
    }),
  );
}

/**
 * Volumes of an application's first unit, as its StatefulSet claims them.
 * @throws for a claim that is not bound: there is no telling where its data is.
 */
export async function volumesOf(namespace: string, application: string): Promise<BaselineVolume[]> {
  const templates = Object.entries(await claimTemplates(namespace, application)).sort();
  return Promise.all(
    templates.map(async ([storage, template]) => {
      const name = `${template}-${application}-0`;
      const claim = await getClaim(namespace, name);
      const volume = claim?.spec?.volumeName ? await getVolume(claim.spec.volumeName) : undefined;
      if (!claim || claim.status?.phase !== "Bound" || !volume) {
        throw new Error(
          `claim ${namespace}/${name} of application "${application}" is not bound to a volume; see \`kubectl describe pvc ${name} -n ${namespace}\``,
        );
      }
      return {
        storage,
        claim: name,
        volume: volume.metadata!.name!,
        requestedMiB: mebibytes(claim.spec!.resources!.requests!.storage),
        capacityMiB: mebibytes(volume.spec!.capacity!.storage),
        storageClass: volume.spec!.storageClassName ?? "",
        reclaimPolicy: volume.spec!.persistentVolumeReclaimPolicy as BaselineVolume["reclaimPolicy"],
        accessModes: [...(volume.spec!.accessModes ?? [])].sort(),
        volumeMode: volume.spec!.volumeMode ?? "Filesystem",
      };
    }),
  );
}
