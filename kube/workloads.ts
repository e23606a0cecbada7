import type { V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
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

/** Whether a pod of a unit's Pod runs the charm as a sidecar: a container named "charm" (facts, juju d). */
export async function hasCharmContainer(namespace: string, application: string): Promise<boolean | undefined> {
  const set = await find(`StatefulSet ${application}`, () =>
    cluster().apps.readNamespacedStatefulSet({ namespace, name: application }),
  );
  return set?.spec?.template.spec?.containers.some(({ name }) => name === "charm");
}

export async function kubernetesVersion(): Promise<string> {
  return (await request("version of the cluster", () => cluster().version.getCode())).gitVersion;
}
