import type { V1Pod } from "@kubernetes/client-node";
import { cluster, find, request } from "./client";

/** Pods of an application: Juju selects them by name only. */
export async function podsOf(namespace: string, application: string): Promise<V1Pod[]> {
  const { items } = await request(`pods of application ${application}`, () =>
    cluster().core.listNamespacedPod({ namespace, labelSelector: `app.kubernetes.io/name=${application}` }),
  );
  return items;
}

/** Which of an application's StatefulSet and Deployment are there, as "kind/name". */
export async function workloadsOf(namespace: string, application: string): Promise<string[]> {
  const set = await find(`StatefulSet ${application}`, () => cluster().apps.readNamespacedStatefulSet({ namespace, name: application }));
  const deployment = await hasDeployment(namespace, application);
  return [...(set ? [`statefulset/${application}`] : []), ...(deployment ? [`deployment/${application}`] : [])];
}

export async function hasDeployment(namespace: string, name: string): Promise<boolean> {
  return (await find(`Deployment ${name}`, () => cluster().apps.readNamespacedDeployment({ namespace, name }))) !== undefined;
}

/** Why an application's workload has not rolled out yet; undefined when it has, or when it has none of that name. */
export async function rolloutMissing(namespace: string, application: string): Promise<string | undefined> {
  const workload =
    (await find(`StatefulSet ${application}`, () => cluster().apps.readNamespacedStatefulSet({ namespace, name: application }))) ??
    (await find(`Deployment ${application}`, () => cluster().apps.readNamespacedDeployment({ namespace, name: application })));
  if (!workload) return undefined;
  const wanted = workload.spec?.replicas ?? 1;
  const { observedGeneration = 0, updatedReplicas = 0, readyReplicas = 0 } = workload.status ?? {};
  if (observedGeneration < (workload.metadata?.generation ?? 0)) return `the workload of ${application} is not taken up by its controller yet`;
  if (wanted > 0 && (updatedReplicas < wanted || readyReplicas < wanted)) {
    return `${updatedReplicas} of ${wanted} pods of ${application} are new, ${readyReplicas} are ready`;
  }
  return undefined;
}

/** Whether a pod of a unit's Pod runs the charm as a sidecar: a container named "charm" (facts, juju d). */
export async function hasCharmContainer(namespace: string, application: string): Promise<boolean | undefined> {
  const set = await find(`StatefulSet ${application}`, () => cluster().apps.readNamespacedStatefulSet({ namespace, name: application }));
  return set?.spec?.template.spec?.containers.some(({ name }) => name === "charm");
}

export async function kubernetesVersion(): Promise<string> {
  return (await request("version of the cluster", () => cluster().version.getCode())).gitVersion;
}
