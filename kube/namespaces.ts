import { cluster, find } from "./client";

/** Id of the Juju model that a namespace belongs to, as Juju annotates it; undefined without namespace or annotation. */
export async function modelId(namespace: string): Promise<string | undefined> {
  const found = await find(`namespace ${namespace}`, () => cluster().core.readNamespace({ name: namespace }));
  return found?.metadata?.annotations?.["model.juju.is/id"];
}
