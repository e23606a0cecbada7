import { cluster, find, request } from "./client";

/** A Secret's texts by key; undefined when it is not there. Callers keep them in memory only. */
export async function readSecret(namespace: string, name: string): Promise<Record<string, string> | undefined> {
  const secret = await find(`Secret ${namespace}/${name}`, () => cluster().core.readNamespacedSecret({ namespace, name }));
  return secret && Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]));
}

/** Makes a Secret that nobody owns, so that it outlives what it was copied from. */
export async function createSecret(namespace: string, name: string, texts: Record<string, string>): Promise<void> {
  const body = { metadata: { name, labels: { "app.kubernetes.io/part-of": "charmed-kubeflow-upgrade" } }, immutable: true, stringData: texts };
  await request(`making Secret ${namespace}/${name}`, () => cluster().core.createNamespacedSecret({ namespace, body }));
}

/** Namespaces that hold a Secret of that name. */
export async function namespacesWithSecret(name: string): Promise<string[]> {
  const { items } = await request(`Secrets named ${name}`, () => cluster().core.listSecretForAllNamespaces({ fieldSelector: `metadata.name=${name}` }));
  return items.map(({ metadata }) => metadata!.namespace!).sort();
}
