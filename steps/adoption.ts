import type {
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { isKept, marks } from "../kube/binding";
import { reachable } from "../kube/nodes";
import { mebibytes } from "../kube/size";
import { StepError } from "./context";

/** Everything that the next move of an adoption is decided from, as the cluster shows it now. */
export interface Seen {
  namespace: string;
  application: string;
  set?: V1StatefulSet;
  template?: V1PersistentVolumeClaim;
  /** Name of the claim that adopts, and the claim where it is there. */
  target: string;
  claim?: V1PersistentVolumeClaim;
  /** Volume the claim is bound to, where it is another than the adopted one. */
  fresh?: V1PersistentVolume;
  /** Name of the claim that held the volume before, and the claim where it is there. */
  from: string;
  former?: V1PersistentVolumeClaim;
  volume: V1PersistentVolume;
  /** Reclaim policy that the volume had before this upgrade. */
  policy: string;
  /** Volume that the application was deployed with. */
  firstVolume: string;
  /** The application's own Pods that mount the claim, and the names of all others that mount either claim. */
  own: V1Pod[];
  others: string[];
  /** Whether the volume that the application was deployed with has to be looked into before it is given up. */
  unseen: boolean;
  nodes: V1Node[];
}

/** One guarded change, or what is waited for; undefined once the claim is bound to the volume, both ways. */
export type Move =
  | { do: "keep"; volume: V1PersistentVolume; marks: Record<string, string> }
  | { do: "look" }
  | { do: "reserve"; fromUid: string }
  | { do: "delete"; uid: string }
  | { do: "create" }
  /** The claim goes with these Pods, and the one that takes its place has the adopted volume. */
  | { do: "restart"; pods: V1Pod[] }
  | { do: "wait"; why: string };

const look = (namespace: string): string => `Look at \`kubectl get statefulset,pods,pvc,pv -n ${namespace}\``;

/**
 * Refuses while anything but the application itself uses a claim. The application may run: its Pod keeps the fresh volume until
 * it ends, and the next one finds the adopted volume. It is never scaled to 0 for that (docs/storage.md).
 */
function refuseOthers({ namespace, application, target, from, others }: Seen): void {
  if (others.length === 0) return;
  throw new StepError(
    `claim "${target}" or "${from}" is mounted by Pod ${others.join(", ")}`,
    `it is none of ${application}'s own, and what it writes would be lost or mixed with other data`,
    `Look at whose Pod it is (\`kubectl describe pod ${others[0]} -n ${namespace}\`), end it, then run the upgrade again`,
  );
}

/** A claim or volume in use that somebody deleted goes with the next Pod; with Retain its data stays on the disk. */
function refuseMarked({ namespace, application, target, claim, volume }: Seen): void {
  const marked = [
    ...(claim?.metadata?.deletionTimestamp ? [`claim "${target}"`] : []),
    ...(volume.metadata?.deletionTimestamp ? [`volume "${volume.metadata.name}"`] : []),
  ];
  if (marked.length === 0) return;
  throw new StepError(
    `${marked.join(" and ")}, which ${application} has its data on, is marked for deletion`,
    `the data is still there, and goes out of reach when the Pod of ${application} ends`,
    `Do not restart it: bring the data to safety first, as docs/storage.md tells. ${look(namespace)}`,
  );
}

/** What a claim and a volume must agree in to be bound (https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding). */
function mismatches({ set, template, claim, volume, nodes }: Seen): string[] {
  const { storageClassName = "", volumeMode = "Filesystem", accessModes = [], capacity } = volume.spec!;
  const wanted = {
    ...template!.spec,
    storageClassName: claim?.spec?.storageClassName ?? template!.spec?.storageClassName,
  };
  const modes = wanted.accessModes ?? [];
  const asked = wanted.resources?.requests?.storage ?? "0";
  return [
    ...(wanted.storageClassName !== undefined && wanted.storageClassName !== storageClassName
      ? [`it has StorageClass "${storageClassName}", the claim "${wanted.storageClassName}"`]
      : []),
    ...((wanted.volumeMode ?? "Filesystem") !== volumeMode
      ? [`it has mode ${volumeMode}, the claim ${wanted.volumeMode ?? "Filesystem"}`]
      : []),
    ...(modes.every((mode) => accessModes.includes(mode))
      ? []
      : [`it has access modes ${accessModes.join(", ")}, the claim asks for ${modes.join(", ")}`]),
    ...(mebibytes(capacity?.storage ?? "0") < mebibytes(asked)
      ? [`it has ${capacity?.storage}, the claim asks for ${asked}`]
      : []),
    ...(nodes.some((node) => reachable(volume, node, set!.spec!.template.spec?.nodeSelector))
      ? []
      : ["no node that may run the application can mount it"]),
  ];
}

/** Moves while the volume is still reserved for the claim it had: nothing is deleted before all of this holds. */
function beforeReservation(seen: Seen): Move {
  const { namespace, application, target, volume, fresh, former, firstVolume } = seen;
  if (!seen.set || !seen.template)
    throw new StepError(
      `there is no StatefulSet ${namespace}/${application} that claims "${target}"`,
      "there is no application to give the volume to",
      look(namespace),
    );
  refuseOthers(seen);
  const wrong = mismatches(seen);
  if (wrong.length > 0)
    throw new StepError(
      `volume "${volume.metadata!.name}" cannot be bound to claim "${target}": ${wrong.join("; ")}`,
      "nothing was deleted, and the volume belongs to its former claim still",
      look(namespace),
    );
  if (fresh && !isKept(fresh, freshMarks(seen, fresh)))
    return { do: "keep", volume: fresh, marks: freshMarks(seen, fresh) };
  if (fresh && fresh.metadata!.name !== firstVolume) {
    throw new StepError(
      `claim "${target}" is bound to volume "${fresh.metadata!.name}", not to "${firstVolume}" as it was found`,
      `${application} was deployed or started by somebody else meanwhile; that volume is Retain now`,
      look(namespace),
    );
  }
  if (fresh && seen.unseen) return { do: "look" };
  return { do: "reserve", fromUid: former!.metadata!.uid! };
}

/** Only the volume that the application was deployed with is known to hold nothing; any other is kept and never deleted by us. */
function freshMarks(
  { namespace, target, firstVolume }: Seen,
  { metadata, spec }: V1PersistentVolume,
): Record<string, string> {
  return {
    [marks.policy]: spec!.persistentVolumeReclaimPolicy!,
    ...(metadata!.name === firstVolume && { [marks.replacedIn]: `${namespace}/${target}` }),
  };
}

/** Moves once the volume is reserved for the claim's name: whatever claim of that name comes up without a volume gets this one. */
function afterReservation(seen: Seen): Move | undefined {
  const { target, claim, volume, fresh } = seen;
  const name = volume.metadata!.name!;
  if (!claim) {
    if (!seen.set || !seen.template)
      throw new StepError(
        `there is no StatefulSet ${seen.namespace}/${seen.application} that claims "${target}"`,
        `volume "${name}" is reserved for that claim, Retain, and whole`,
        look(seen.namespace),
      );
    return { do: "create" };
  }
  const holds = claim.spec?.volumeName;
  if (holds === name) {
    refuseMarked(seen);
    const bound = claim.status?.phase === "Bound" && volume.spec?.claimRef?.uid === claim.metadata?.uid;
    return bound
      ? undefined
      : { do: "wait", why: `claim ${target} is ${claim.status?.phase}, volume ${name} is ${volume.status?.phase}` };
  }
  if (holds === undefined) return { do: "wait", why: `claim ${target} has no volume yet` };
  // A claim made in the gap got a volume of its own, or the first claim is still there. Both are given up.
  refuseOthers(seen);
  if (claim.metadata?.deletionTimestamp) {
    const pods = seen.own.filter(({ metadata }) => !metadata?.deletionTimestamp);
    if (pods.length > 0) return { do: "restart", pods };
    return { do: "wait", why: `claim ${target} with volume ${holds} is being deleted` };
  }
  if (!fresh)
    throw new StepError(
      `claim "${target}" names volume "${holds}", which is not there`,
      "it is no claim that Kubernetes made by itself",
      look(seen.namespace),
    );
  if (!isKept(fresh, freshMarks(seen, fresh))) return { do: "keep", volume: fresh, marks: freshMarks(seen, fresh) };
  return { do: "delete", uid: claim.metadata!.uid! };
}

/**
 * The next move of an adoption, from what is there and from nothing else: so it goes on wherever it was cut off.
 * @throws StepError when the volume belongs to somebody else, does not fit, or the application was started meanwhile
 */
export function nextMove(seen: Seen): Move | undefined {
  const { namespace, target, from, former, volume, policy } = seen;
  const ref = volume.spec?.claimRef;
  const held = ref?.namespace === namespace ? ref.name : undefined;
  const isFormer = held === from && former !== undefined && ref?.uid === former.metadata?.uid;
  if (!isFormer && held !== target) {
    throw new StepError(
      `volume "${volume.metadata!.name}" belongs to claim ${ref ? `${ref.namespace}/${ref.name} of uid ${ref.uid}` : "none"}, neither to ${namespace}/${from} nor to ${namespace}/${target}`,
      "somebody else got hold of it; it is left as it is",
      look(namespace),
    );
  }
  const own = { [marks.policy]: policy, [marks.heldBy]: `${namespace}/${from}` };
  if (!isKept(volume, own)) return { do: "keep", volume, marks: own };
  return isFormer ? beforeReservation(seen) : afterReservation(seen);
}
