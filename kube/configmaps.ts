import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { KubeError, cluster, find, request } from "./client";

/** A ConfigMap's texts by key; undefined when it is not there. */
export async function readConfigMap(namespace: string, name: string): Promise<Record<string, string> | undefined> {
  const map = await find(`ConfigMap ${namespace}/${name}`, () =>
    cluster().core.readNamespacedConfigMap({ namespace, name }),
  );
  return map && (map.data ?? {});
}

/** Makes a ConfigMap, or puts its texts in the place of those it has. */
export async function writeConfigMap(namespace: string, name: string, data: Record<string, string>): Promise<void> {
  const body = { metadata: { name, labels: { "app.kubernetes.io/part-of": "charmed-kubeflow-upgrade" } }, data };
  const what = `writing ConfigMap ${namespace}/${name}`;
  try {
    await request(what, () => cluster().core.createNamespacedConfigMap({ namespace, body }));
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 409)) throw error;
    await request(what, () => cluster().core.replaceNamespacedConfigMap({ namespace, name, body }));
  }
}

/**
 * Makes a ConfigMap or adds texts to it, each its manager's own: several processes write theirs at once and lose none.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export async function applyConfigMap(
  namespace: string,
  name: string,
  data: Record<string, string>,
  fieldManager: string,
): Promise<void> {
  const body = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, labels: { "app.kubernetes.io/part-of": "charmed-kubeflow-upgrade" } },
    data,
  };
  await request(`writing ConfigMap ${namespace}/${name}`, () =>
    cluster().core.patchNamespacedConfigMap(
      { namespace, name, body, fieldManager, force: true },
      setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
    ),
  );
}
