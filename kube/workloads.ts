import type { V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import type { Generation } from "../plan/types";
import { cluster, find, request } from "./client";

/** Pods of an application: Juju selects them by name only; models from before Juju 2.9 by another label. */
export async function podsOf(namespace: string, application: string): Promise<V1Pod[]> {
  const selected = ["app.kubernetes.io/name", "juju-app"].map((label) =>
    request(`pods of application ${application}`, () =>
      cluster().core.listNamespacedPod({ namespace, labelSelector: `${label}=${application}` }),
    ),
  );
  const pods = (await Promise.all(selected)).flatMap(({ items }) => items);
  return [...new Map(pods.map((pod) => [pod.metadata!.name!, pod])).values()];
}

/**
 * Whether a Pod has ended for good, as an evicted one that Kubernetes keeps: it runs nothing and has let go of its volumes.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
 */
export function hasEnded({ status }: V1Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Pods of an application that have not ended. */
export async function livePodsOf(namespace: string, application: string): Promise<V1Pod[]> {
  return (await podsOf(namespace, application)).filter((pod) => !hasEnded(pod));
}

/** Name of the StatefulSet that runs the operator of a podspec charm; undefined where the application has none. */
export async function operatorOf(namespace: string, application: string): Promise<string | undefined> {
  for (const name of [`${application}-operator`, `juju-operator-${application}`]) {
    const set = await find(`StatefulSet ${name}`, () => cluster().apps.readNamespacedStatefulSet({ namespace, name }));
    if (set) return name;
  }
  return undefined;
}

/** Deletes a Pod, if it is still the one of that uid. */
export async function deletePod(namespace: string, name: string, uid: string): Promise<void> {
  await find(`deleting pod ${name}`, () =>
    cluster().core.deleteNamespacedPod({ namespace, name, body: { preconditions: { uid } } }),
  );
}

/** Which of an application's StatefulSet and Deployment are there, as "kind/name". */
export async function workloadsOf(namespace: string, application: string): Promise<string[]> {
  const set = await find(`StatefulSet ${application}`, () =>
    cluster().apps.readNamespacedStatefulSet({ namespace, name: application }),
  );
  const deployment = await hasDeployment(namespace, application);
  return [...(set ? [`statefulset/${application}`] : []), ...(deployment ? [`deployment/${application}`] : [])];
}

export async function hasDeployment(namespace: string, name: string): Promise<boolean> {
  return (
    (await find(`Deployment ${name}`, () => cluster().apps.readNamespacedDeployment({ namespace, name }))) !== undefined
  );
}

/** What runs an application's units: a StatefulSet, or a Deployment for podspec charms without storage. */
async function workload(namespace: string, application: string): Promise<V1StatefulSet | V1Deployment | undefined> {
  return (
    (await find(`StatefulSet ${application}`, () =>
      cluster().apps.readNamespacedStatefulSet({ namespace, name: application }),
    )) ??
    (await find(`Deployment ${application}`, () =>
      cluster().apps.readNamespacedDeployment({ namespace, name: application }),
    ))
  );
}

/** Why an application's workload has not rolled out yet; undefined when it has, or when it has none of that name. */
export async function rolloutMissing(namespace: string, application: string): Promise<string | undefined> {
  const found = await workload(namespace, application);
  if (!found) return undefined;
  const wanted = found.spec?.replicas ?? 1;
  const { observedGeneration = 0, updatedReplicas = 0, readyReplicas = 0 } = found.status ?? {};
  if (observedGeneration < (found.metadata?.generation ?? 0))
    return `the workload of ${application} is not taken up by its controller yet`;
  if (wanted > 0 && (updatedReplicas < wanted || readyReplicas < wanted)) {
    return `${updatedReplicas} of ${wanted} pods of ${application} are new, ${readyReplicas} are ready`;
  }
  return undefined;
}

/** Images of an application's workload, without what Juju itself puts beside it; empty where it runs none. */
export async function imagesOf(namespace: string, application: string): Promise<string[]> {
  const images = (await workload(namespace, application))?.spec?.template.spec?.containers
    .filter(({ name }) => name !== "charm")
    .map(({ image = "" }) => image);
  return [...new Set(images ?? [])].sort();
}

/**
 * How an application's charm runs, by what is in the cluster: an operator beside it makes it a podspec charm, a container "charm"
 * in its Pods a sidecar (facts, juju d). Undefined where it has neither operator nor workload. `juju status` does not tell: in 2.9
 * every application of a Kubernetes model has the series "kubernetes".
 */
export async function generationOf(namespace: string, application: string): Promise<Generation | undefined> {
  if ((await operatorOf(namespace, application)) !== undefined) return "podspec";
  const specs = [
    (await workload(namespace, application))?.spec?.template.spec,
    ...(await livePodsOf(namespace, application)).map(({ spec }) => spec),
  ].filter((spec) => spec !== undefined);
  if (specs.length === 0) return undefined;
  const sidecar = specs.some(
    ({ containers, initContainers }) =>
      containers.some(({ name }) => name === "charm") || initContainers?.some(({ name }) => name === "charm-init"),
  );
  return sidecar ? "sidecar" : "podspec";
}

export async function kubernetesVersion(): Promise<string> {
  return (await request("version of the cluster", () => cluster().version.getCode())).gitVersion;
}
