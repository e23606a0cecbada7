import { KubeError, cluster, find, request } from "./client";
import { mebibytes } from "./size";
import { podsThatMount } from "./volumes";

/** https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass */
const defaultMark = "storageclass.kubernetes.io/is-default-class";

export async function storageClasses(): Promise<{ name: string; isDefault: boolean }[]> {
  const { items } = await request("StorageClasses", () => cluster().storage.listStorageClass());
  return items.map(({ metadata }) => ({ name: metadata!.name!, isDefault: metadata?.annotations?.[defaultMark] === "true" })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Largest claim, in MiB, that a StorageClass can still make anywhere, where its driver publishes that.
 * https://kubernetes.io/docs/concepts/storage/storage-capacity/
 */
export async function publishedCapacities(): Promise<Record<string, number>> {
  const list = await find("CSIStorageCapacities", () => cluster().storage.listCSIStorageCapacityForAllNamespaces());
  const largest = new Map<string, number>();
  for (const { storageClassName, maximumVolumeSize, capacity } of list?.items ?? []) {
    const size = maximumVolumeSize ?? capacity;
    if (size !== undefined) largest.set(storageClassName, Math.max(largest.get(storageClassName) ?? 0, mebibytes(size)));
  }
  return Object.fromEntries(largest);
}

interface Summary {
  pods?: { volume?: { usedBytes?: number; pvcRef?: { namespace: string; name: string } }[] }[];
}

/**
 * What a claim's volume holds, in MiB, as the kubelet of a node that mounts it tells; undefined where nothing mounts it, the
 * kind of volume has no figures (hostPath), or this user may not ask.
 */
export async function usedMiB(namespace: string, claim: string): Promise<number | undefined> {
  const [pod] = await podsThatMount(namespace, [claim]);
  const found = pod && (await find(`pod ${pod}`, () => cluster().core.readNamespacedPod({ namespace, name: pod })));
  const node = found && found.spec?.nodeName;
  if (!node) return undefined;
  const text = await find(`figures of node ${node}`, () => cluster().core.connectGetNodeProxyWithPath({ name: node, path: "stats/summary" })).catch((error: unknown) => {
    if (error instanceof KubeError && error.code !== undefined) return undefined;
    throw error;
  });
  const { pods = [] } = (typeof text === "string" ? JSON.parse(text) : (text ?? {})) as Summary;
  const volume = pods.flatMap(({ volume: volumes = [] }) => volumes).find(({ pvcRef }) => pvcRef?.namespace === namespace && pvcRef.name === claim);
  return volume?.usedBytes === undefined ? undefined : Math.ceil(volume.usedBytes / 2 ** 20);
}
