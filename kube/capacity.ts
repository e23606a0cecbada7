import { KubeError, cluster, find, request } from "./client";
import { mebibytes } from "./size";
import { podsThatUse } from "./volumes";

/** https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass */
const defaultMark = "storageclass.kubernetes.io/is-default-class";

/**
 * Provisioners whose volumes are folders of a node's disk, which take what they are filled with, whatever size a claim asks for:
 * https://github.com/canonical/microk8s-core-addons/blob/main/addons/hostpath-storage/storage.yaml
 * https://github.com/rancher/local-path-provisioner/blob/master/deploy/local-path-storage.yaml
 * https://minikube.sigs.k8s.io/docs/handbook/persistent_volumes/, Docker Desktop's class "hostpath",
 * https://github.com/openebs/dynamic-localpv-provisioner (its class "openebs-hostpath"; one of StorageType device is none),
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/hostpath/host_path.go
 */
const folders = [
  "microk8s.io/hostpath",
  "rancher.io/local-path",
  "k8s.io/minikube-hostpath",
  "docker.io/hostpath",
  "openebs.io/local",
  "kubernetes.io/host-path",
];

/** `folders`: whether its volumes are folders of the disk of a node. */
export async function storageClasses(): Promise<{ name: string; isDefault: boolean; folders: boolean }[]> {
  const { items } = await request("StorageClasses", () => cluster().storage.listStorageClass());
  const classes = items.map(({ metadata, provisioner }) => {
    const devices = /StorageType\W+value\W+device/.test(metadata?.annotations?.["cas.openebs.io/config"] ?? "");
    return {
      name: metadata!.name!,
      isDefault: metadata?.annotations?.[defaultMark] === "true",
      folders: folders.includes(provisioner) && !devices,
    };
  });
  return classes.sort((a, b) => (a.name < b.name ? -1 : 1));
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
    if (size !== undefined)
      largest.set(storageClassName, Math.max(largest.get(storageClassName) ?? 0, mebibytes(size)));
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
  const [pod] = await podsThatUse(namespace, [claim]);
  const found = pod && (await find(`pod ${pod}`, () => cluster().core.readNamespacedPod({ namespace, name: pod })));
  const node = found && found.spec?.nodeName;
  if (!node) return undefined;
  const text = await find(`figures of node ${node}`, () =>
    cluster().core.connectGetNodeProxyWithPath({ name: node, path: "stats/summary" }),
  ).catch((error: unknown) => {
    if (error instanceof KubeError && error.code !== undefined) return undefined;
    throw error;
  });
  const { pods = [] } = (typeof text === "string" ? JSON.parse(text) : (text ?? {})) as Summary;
  const volume = pods
    .flatMap(({ volume: volumes = [] }) => volumes)
    .find(({ pvcRef }) => pvcRef?.namespace === namespace && pvcRef.name === claim);
  return volume?.usedBytes === undefined ? undefined : Math.ceil(volume.usedBytes / 2 ** 20);
}
