import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { podsOf } from "./workloads";
import { readSecret } from "./secrets";

/** A database server as its application's Pod runs it. */
export interface DatabasePod {
  pod: string;
  container: string;
  /** By digest where the node knows one. */
  image: string;
  /** Secrets that the image is pulled with. */
  pullSecrets: string[];
  /** Variable of the container that holds root's password. */
  variable: string;
}

type Found = DatabasePod & { spec: V1Container };

/** Kubelets tell the image they run as "name@sha256:...", some with a scheme before it, and of one that no registry serves only its id. */
function imageOf({ status }: V1Pod, { name, image }: V1Container): string {
  const id = status?.containerStatuses?.find((one) => one.name === name)?.imageID.replace(/^[a-z-]+:\/\//, "") ?? "";
  return /^[^@]+@sha256:[0-9a-f]{64}$/.test(id) ? id : (image ?? "");
}

/** Running Pods of an application that are not being deleted, by name. */
export async function runningPods(namespace: string, application: string): Promise<V1Pod[]> {
  const running = (await podsOf(namespace, application)).filter(
    ({ status, metadata }) => status?.phase === "Running" && !metadata?.deletionTimestamp,
  );
  return running.sort((a, b) => (a.metadata!.name! < b.metadata!.name! ? -1 : 1));
}

async function find(namespace: string, application: string, variables: string[]): Promise<Found | undefined> {
  for (const pod of await runningPods(namespace, application)) {
    for (const spec of pod.spec?.containers ?? []) {
      const variable = variables.find((name) => spec.env?.some((one) => one.name === name));
      if (!variable) continue;
      const pullSecrets = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : [])).sort();
      return { pod: pod.metadata!.name!, container: spec.name, image: imageOf(pod, spec), pullSecrets, variable, spec };
    }
  }
  return undefined;
}

/** The first running Pod of an application with a container that has one of these variables; undefined where there is none. */
export async function databasePod(
  namespace: string,
  application: string,
  variables: string[],
): Promise<DatabasePod | undefined> {
  const found = await find(namespace, application, variables);
  if (!found) return undefined;
  const { pod, container, image, pullSecrets, variable } = found;
  return { pod, container, image, pullSecrets, variable };
}

/** The first running Pod of an application with a container of that name. */
export async function podWith(namespace: string, application: string, container: string): Promise<string | undefined> {
  return (await runningPods(namespace, application)).find(({ spec }) =>
    spec?.containers.some(({ name }) => name === container),
  )?.metadata?.name;
}

/** Root's password, where the Pod has it: as a plain value, or in a Secret. Callers keep it in memory only. */
export async function rootPassword(
  namespace: string,
  application: string,
  variables: string[],
): Promise<string | undefined> {
  const found = await find(namespace, application, variables);
  const { value, valueFrom } = found?.spec.env?.find(({ name }) => name === found.variable) ?? {};
  if (value) return value;
  const { name, key } = valueFrom?.secretKeyRef ?? {};
  return name && key ? (await readSecret(namespace, name))?.[key] : undefined;
}
