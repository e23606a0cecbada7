import { KubeError } from "../kube/client";
import { namespacesWithSecret, readSecret } from "../kube/secrets";

/** Secret in the namespaces of users, with the object store's key as accesskey and secretkey. */
export const userSecret = "mlpipeline-minio-artifact";

/**
 * Namespaces whose Secret has another key than the object store, so that nobody takes it for a loss later. Keys are compared in
 * memory only.
 * @param secret of the object store's charm
 * @returns undefined where this user may not read them, or there is no key to compare with
 */
export async function ownKeys(model: string, secret: string): Promise<string[] | undefined> {
  try {
    const store = await readSecret(model, secret);
    if (!store) return undefined;
    const other: string[] = [];
    for (const namespace of await namespacesWithSecret(userSecret)) {
      const held = await readSecret(namespace, userSecret);
      if (
        held?.accesskey !== (store.MINIO_ACCESS_KEY ?? store.accesskey) ||
        held?.secretkey !== (store.MINIO_SECRET_KEY ?? store.secretkey)
      )
        other.push(namespace);
    }
    return other;
  } catch (error) {
    if (error instanceof KubeError && error.code === 403) return undefined;
    throw error;
  }
}
