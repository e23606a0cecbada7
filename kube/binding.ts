import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StatefulSet } from "@kubernetes/client-node";
import { KubeError, cluster, find, request } from "./client";

/*
 * Binding is two pointers, the claim's volumeName and the volume's claimRef. A claimRef without uid reserves a volume for
 * one claim name; the cluster's controller adds the uid when that claim is there, and gives the volume to nobody else.
 * https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume
 */

const own = "charmed-kubeflow-upgrade";

/** What is written down on volumes, each once: what a volume's reclaim policy was, which claim held it, whose unused first volume it is, and moments. */
export const marks = {
  policy: `${own}/reclaim-policy`,
  heldBy: `${own}/held-by`,
  replacedIn: `${own}/replaced-in`,
  stopped: `${own}/stopped-at`,
  serving: `${own}/serving-at`,
};

type Operation = { op: "test" | "add" | "replace" | "remove"; path: string; value?: unknown };

const pointer = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** Annotations that a volume does not have yet; one that is there is never written over. */
function annotate({ metadata }: V1PersistentVolume, given: Record<string, string>): Operation[] {
  const present = metadata?.annotations;
  const missing = Object.entries(given).filter(([key]) => present?.[key] === undefined);
  if (missing.length === 0) return [];
  if (!present) return [{ op: "add", path: "/metadata/annotations", value: Object.fromEntries(missing) }];
  return missing.map(([key, value]) => ({ op: "add", path: `/metadata/annotations/${pointer(key)}`, value }));
}

/**
 * Patches a volume if it is still the one that was looked at.
 * @returns false when somebody changed it since: look again
 */
async function patch(what: string, { metadata }: V1PersistentVolume, operations: Operation[]): Promise<boolean> {
  if (operations.length === 0) return true;
  const body = [{ op: "test", path: "/metadata/resourceVersion", value: metadata!.resourceVersion }, ...operations];
  try {
    await request(`${what} of volume ${metadata!.name}`, () =>
      cluster().core.patchPersistentVolume({ name: metadata!.name!, body }),
    );
    return true;
  } catch (error) {
    if (error instanceof KubeError && (error.code === 409 || error.code === 422)) return false;
    throw error;
  }
}

/** Whether a volume is Retain and carries all of the marks. */
export function isKept({ metadata, spec }: V1PersistentVolume, given: Record<string, string>): boolean {
  return (
    spec?.persistentVolumeReclaimPolicy === "Retain" &&
    Object.keys(given).every((key) => metadata?.annotations?.[key] !== undefined)
  );
}

/** Sets Retain and writes the marks down, in one patch. */
export function keepVolume(volume: V1PersistentVolume, given: Record<string, string>): Promise<boolean> {
  return patch("reclaim policy", volume, [
    ...annotate(volume, given),
    { op: "replace", path: "/spec/persistentVolumeReclaimPolicy", value: "Retain" },
  ]);
}

/** Writes marks down on a volume. */
export function markVolume(volume: V1PersistentVolume, given: Record<string, string>): Promise<boolean> {
  return patch("marks", volume, annotate(volume, given));
}

/**
 * Moves the reservation of a volume from the claim of that uid to a claim name, in one guarded patch: at no moment is it
 * free for a claim that waits for a volume.
 */
export function reserveVolume(
  volume: V1PersistentVolume,
  fromUid: string,
  namespace: string,
  claim: string,
): Promise<boolean> {
  const boundByController = "pv.kubernetes.io/bound-by-controller";
  return patch("claim", volume, [
    { op: "test", path: "/spec/claimRef/uid", value: fromUid },
    {
      op: "replace",
      path: "/spec/claimRef",
      value: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name: claim },
    },
    // With it, the controller would empty a claimRef that it cannot make sense of, instead of leaving the reservation.
    ...(volume.metadata?.annotations?.[boundByController] === undefined
      ? []
      : [{ op: "remove" as const, path: `/metadata/annotations/${pointer(boundByController)}` }]),
  ]);
}

export async function getStatefulSet(namespace: string, name: string): Promise<V1StatefulSet | undefined> {
  return find(`StatefulSet ${namespace}/${name}`, () => cluster().apps.readNamespacedStatefulSet({ namespace, name }));
}

/** The claim of a StatefulSet's first Pod as its controller makes it, but for one volume. */
export function claimFor(
  { metadata, spec }: V1StatefulSet,
  template: V1PersistentVolumeClaim,
  volume: V1PersistentVolume,
): V1PersistentVolumeClaim {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: `${template.metadata!.name}-${metadata!.name}-0`,
      namespace: metadata!.namespace,
      labels: { ...template.metadata?.labels, ...spec!.selector.matchLabels },
      annotations: template.metadata?.annotations,
    },
    spec: {
      ...template.spec,
      storageClassName: volume.spec?.storageClassName ?? "",
      volumeName: volume.metadata!.name,
    },
  };
}

/** Makes a claim. @returns false when one of that name is there already */
export async function createClaim(namespace: string, body: V1PersistentVolumeClaim): Promise<boolean> {
  try {
    await request(`making claim ${namespace}/${body.metadata!.name}`, () =>
      cluster().core.createNamespacedPersistentVolumeClaim({ namespace, body }),
    );
    return true;
  } catch (error) {
    if (error instanceof KubeError && error.code === 409) return false;
    throw error;
  }
}

/** The volume that is reserved for a claim which is not there. */
export async function volumeReservedFor(namespace: string, claim: string): Promise<V1PersistentVolume | undefined> {
  const { items } = await request("volumes", () => cluster().core.listPersistentVolume());
  return items.find(
    ({ spec }) =>
      spec?.claimRef?.namespace === namespace && spec.claimRef.name === claim && spec.claimRef.uid === undefined,
  );
}

/** Names of the volumes that carry a mark with that value. */
export async function volumesMarked(key: string, value: string): Promise<string[]> {
  const { items } = await request("volumes", () => cluster().core.listPersistentVolume());
  return items
    .filter(({ metadata }) => metadata?.annotations?.[key] === value)
    .map(({ metadata }) => metadata!.name!)
    .sort();
}
