import { KubeError, cluster, find, request } from "./client";

/** A Secret's texts by key; undefined when it is not there. Callers keep them in memory only. */
export async function readSecret(namespace: string, name: string): Promise<Record<string, string> | undefined> {
  const secret = await find(`Secret ${namespace}/${name}`, () =>
    cluster().core.readNamespacedSecret({ namespace, name }),
  );
  return (
    secret &&
    Object.fromEntries(
      Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
    )
  );
}

const originKey = "charmed-kubeflow-upgrade/origin-uid";

/** Uid of a Secret, which a redeployed charm's Secret does not share, and that of the Secret it was copied from. */
export async function secretIdentity(
  namespace: string,
  name: string,
): Promise<{ uid: string; origin?: string } | undefined> {
  const secret = await find(`Secret ${namespace}/${name}`, () =>
    cluster().core.readNamespacedSecret({ namespace, name }),
  );
  return secret && { uid: secret.metadata?.uid ?? "", origin: secret.metadata?.annotations?.[originKey] };
}

/** Makes a Secret that nobody owns, so that it outlives what it was copied from, the Secret of uid `origin` where it was one. One that is there already stays. */
export async function createSecret(
  namespace: string,
  name: string,
  texts: Record<string, string>,
  origin?: string,
): Promise<void> {
  const metadata = {
    name,
    labels: { "app.kubernetes.io/part-of": "charmed-kubeflow-upgrade" },
    ...(origin && { annotations: { [originKey]: origin } }),
  };
  try {
    await request(`making Secret ${namespace}/${name}`, () =>
      cluster().core.createNamespacedSecret({ namespace, body: { metadata, immutable: true, stringData: texts } }),
    );
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 409)) throw error;
  }
}

/** Namespaces that hold a Secret of that name. */
export async function namespacesWithSecret(name: string): Promise<string[]> {
  const { items } = await request(`Secrets named ${name}`, () =>
    cluster().core.listSecretForAllNamespaces({ fieldSelector: `metadata.name=${name}` }),
  );
  return items.map(({ metadata }) => metadata!.namespace!).sort();
}

/** A Secret's bytes by key, with its annotations; undefined when it is not there. */
export async function readSecretBytes(
  namespace: string,
  name: string,
): Promise<{ data: Record<string, Buffer>; annotations: Record<string, string> } | undefined> {
  const secret = await find(`Secret ${namespace}/${name}`, () =>
    cluster().core.readNamespacedSecret({ namespace, name }),
  );
  return (
    secret && {
      data: Object.fromEntries(
        Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64")]),
      ),
      annotations: secret.metadata?.annotations ?? {},
    }
  );
}

/** Makes a Secret of bytes, in the place of one that is there already. */
export async function replaceSecretBytes(
  namespace: string,
  name: string,
  data: Record<string, Buffer>,
  annotations: Record<string, string>,
): Promise<void> {
  await deleteSecret(namespace, name);
  const metadata = { name, labels: { "app.kubernetes.io/part-of": "charmed-kubeflow-upgrade" }, annotations };
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value.toString("base64")]));
  await request(`making Secret ${namespace}/${name}`, () =>
    cluster().core.createNamespacedSecret({ namespace, body: { metadata, immutable: true, data: encoded } }),
  );
}

/** Deletes a Secret. @returns false when it was gone already */
export async function deleteSecret(namespace: string, name: string): Promise<boolean> {
  const deleted = await find(`deleting Secret ${namespace}/${name}`, () =>
    cluster().core.deleteNamespacedSecret({ namespace, name }),
  );
  return deleted !== undefined;
}
