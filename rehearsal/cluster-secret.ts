import { clientsFor } from "./data/cluster";

/** A Secret's texts, from the cluster of a kubeconfig. */
export async function readSecretFrom(kubeconfig: string, namespace: string, name: string): Promise<Record<string, string>> {
  const { data = {} } = await clientsFor(kubeconfig).core.readNamespacedSecret({ namespace, name });
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]));
}
