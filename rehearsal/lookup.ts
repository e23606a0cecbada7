import { clientsFor, ifThere } from "./data/cluster";

/** A Secret's texts, from the cluster of a kubeconfig. */
export async function readSecret(kubeconfig: string, namespace: string, name: string): Promise<Record<string, string>> {
  const { data = {} } = await clientsFor(kubeconfig).core.readNamespacedSecret({ namespace, name });
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

/** Address of a Service's port on the node's machine; undefined while there is no such Service. */
export async function serviceUrl(
  kubeconfig: string,
  namespace: string,
  name: string,
  port: number,
): Promise<string | undefined> {
  const service = await ifThere(clientsFor(kubeconfig).core.readNamespacedService({ namespace, name }));
  return service?.spec?.clusterIP && `http://${service.spec.clusterIP}:${port}`;
}

/** Whether a Pod of a Job runs. */
export async function jobRuns(kubeconfig: string, namespace: string, job: string): Promise<boolean> {
  const { items } = await clientsFor(kubeconfig).core.listNamespacedPod({
    namespace,
    labelSelector: `job-name=${job}`,
  });
  return items.some(({ status }) => status?.phase === "Running");
}

/** The value of a variable that a Pod's containers have; undefined where there is no such Pod. @throws where none of them has it */
export async function variableOf(
  kubeconfig: string,
  namespace: string,
  name: string,
  variable: string,
): Promise<string | undefined> {
  const pod = await ifThere(clientsFor(kubeconfig).core.readNamespacedPod({ namespace, name }));
  const value = pod?.spec?.containers.flatMap(({ env = [] }) => env).find((one) => one.name === variable)?.value;
  if (pod && value === undefined)
    throw new Error(`no container of Pod ${namespace}/${name} has the variable ${variable}`);
  return value;
}
