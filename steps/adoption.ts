import type { V1Node, V1PersistentVolume, V1PersistentVolumeClaim, V1StatefulSet } from "@kubernetes/client-node";
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
  /** Pods that mount either claim. */
  pods: string[];
  nodes: V1Node[];
}

/** One guarded change, or what is waited for; undefined once the claim is bound to the volume, both ways. */
export type Move =
  | { do: "keep"; volume: V1PersistentVolume; marks: Record<string, string> }
  | { do: "reserve"; fromUid: string }
  | { do: "delete"; uid: string }
  | { do: "create" }
  | { do: "wait"; why: string };

const look = (namespace: string): string => `Look at \`kubectl get statefulset,pods,pvc,pv -n ${namespace}\``;

/** Refuses while anything uses the claim, or is about to. */
function requireStopped({ namespace, application, target, set, pods }: Seen): void {
  const started = `somebody started ${application} again, and it would go on with another volume than its data`;
  const next = `\`juju scale-application ${application} 0\`, wait until its Pods are gone, then run the upgrade again`;
  if (pods.length > 0)
    throw new StepError(`claim "${target}" or the one before it is mounted by Pod ${pods.join(", ")}`, started, next);
  if ((set?.spec?.replicas ?? 0) > 0)
    throw new StepError(`StatefulSet ${namespace}/${application} asks for ${set!.spec!.replicas} Pods`, started, next);
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
  requireStopped(seen);
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
    const bound = claim.status?.phase === "Bound" && volume.spec?.claimRef?.uid === claim.metadata?.uid;
    return bound
      ? undefined
      : { do: "wait", why: `claim ${target} is ${claim.status?.phase}, volume ${name} is ${volume.status?.phase}` };
  }
  if (holds === undefined) return { do: "wait", why: `claim ${target} has no volume yet` };
  // A claim made in the gap got a volume of its own, or the first claim is still there. Both are let go, never with a user.
  requireStopped(seen);
  if (claim.metadata?.deletionTimestamp)
    return { do: "wait", why: `claim ${target} with volume ${holds} is being deleted` };
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
