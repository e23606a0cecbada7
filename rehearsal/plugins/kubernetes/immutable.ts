import type { Bag } from "../rpc/values";
import type { Options } from "./options";

/** Fields whose change replaces the object, by kind, each a path below `spec` unless it starts with a dot (provider/pkg/provider/diff.go). */
const selector = ["selector"];
const container = [
  ...[
    "args",
    "command",
    "env",
    "image",
    "imagePullPolicy",
    "lifecycle",
    "livenessProbe",
    "ports",
    "readinessProbe",
    "resources",
  ],
  ...[
    "securityContext",
    "stdin",
    "stdinOnce",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "tty",
    "volumeDevices",
    "volumeMounts",
    "workingDir",
  ],
];
const roleRef = [".roleRef"];

const fields: Record<string, string[]> = {
  "apps/DaemonSet": selector,
  "apps/Deployment": selector,
  "apps/StatefulSet": [
    "podManagementPolicy",
    "revisionHistoryLimit",
    "selector",
    "serviceName",
    "volumeClaimTemplates",
  ],
  "batch/Job": ["completions", "parallelism", "selector", "template"],
  "/PersistentVolume": [
    ...[
      "awsElasticBlockStore",
      "azureDisk",
      "azureFile",
      "cephfs",
      "cinder",
      "csi",
      "fc",
      "flexVolume",
      "flocker",
      "gcePersistentDisk",
      "glusterfs",
    ],
    ...[
      "hostPath",
      "iscsi",
      "local",
      "nfs",
      "photonPersistentDisk",
      "portworxVolume",
      "quobyte",
      "rbd",
      "scaleIO",
      "storageos",
      "vsphereVolume",
    ],
  ],
  "/PersistentVolumeClaim": ["accessModes", "selector", "storageClassName", "volumeName"],
  "/Pod": [
    ...[
      "affinity",
      "automountServiceAccountToken",
      "dnsConfig",
      "dnsPolicy",
      "enableServiceLinks",
      "hostAliases",
      "hostIPC",
      "hostNetwork",
      "hostPID",
    ],
    ...[
      "hostname",
      "imagePullSecrets",
      "nodeName",
      "nodeSelector",
      "overhead",
      "preemptionPolicy",
      "priority",
      "priorityClassName",
      "readinessGates",
    ],
    ...[
      "restartPolicy",
      "runtimeClassName",
      "schedulerName",
      "securityContext",
      "serviceAccount",
      "serviceAccountName",
      "shareProcessNamespace",
    ],
    ...["subdomain", "terminationGracePeriodSeconds", "volumes"],
    ...["containers", "initContainers"].flatMap((list) => container.map((field) => `${list}.*.${field}`)),
  ],
  "/ResourceQuota": ["scopes"],
  "/Service": ["clusterIP"],
  "policy/PodDisruptionBudget": ["."],
  "rbac.authorization.k8s.io/RoleBinding": roleRef,
  "rbac.authorization.k8s.io/ClusterRoleBinding": roleRef,
  "storage.k8s.io/StorageClass": [".parameters", ".provisioner"],
};

const identity = ["metadata.name", "metadata.namespace"];

/**
 * Paths whose change replaces the object; "*" stands for any place in a list.
 * The data of a Secret or ConfigMap is among them unless the provider is told otherwise (enableSecretMutable,
 * enableConfigMapMutable) or the object says `immutable`. A Patch is bound to its object's identity only.
 */
export function immutableFields(
  object: Bag,
  patch: boolean,
  options: Pick<Options, "enableConfigMapMutable" | "enableSecretMutable">,
): string[] {
  if (patch) return identity;
  const apiVersion = String(object.apiVersion);
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  const key = `${group}/${String(object.kind)}`;
  if (key === "/Secret" && (!options.enableSecretMutable || object.immutable === true))
    return [...identity, "type", "stringData", "data"];
  if (key === "/Secret") return [...identity, "type"];
  if (key === "/ConfigMap")
    return !options.enableConfigMapMutable || object.immutable === true
      ? [...identity, "binaryData", "data"]
      : identity;
  return [
    ...identity,
    ...(fields[key] ?? []).map((field) =>
      field === "." ? "spec" : field.startsWith(".") ? field.slice(1) : `spec.${field}`,
    ),
  ];
}
