import { cluster, find } from "./client";

/** A ConfigMap's texts by key; undefined when it is not there. */
export async function readConfigMap(namespace: string, name: string): Promise<Record<string, string> | undefined> {
  const map = await find(`ConfigMap ${namespace}/${name}`, () => cluster().core.readNamespacedConfigMap({ namespace, name }));
  return map && (map.data ?? {});
}
