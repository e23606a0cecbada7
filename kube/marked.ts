import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import pLimit from "p-limit";
import { KubeError, cluster, request } from "./client";
import { names } from "../plan/names";
import { type FoundDefinition, everyDefinition } from "./custom";
import { isMarked, marksOf, selectorsOf } from "./jujumarks";
import { type Page, everyPage } from "./pages";

/** Objects without spec and status. */
const metadataOnly = setHeaderOptions("Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** Definitions whose objects are asked for at once. */
const atOnce = 8;

interface Metadata {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A definition, or an object of one, that carries Juju's marks. */
export interface Marked {
  definition: FoundDefinition;
  /** Undefined: the definition itself. */
  object?: Metadata;
}

/** "profiles.kubeflow.org admin", or "definition profiles.kubeflow.org". */
export function nameOf({ definition, object }: Marked): string {
  if (!object) return `definition ${definition.name}`;
  return `${definition.name} ${object.namespace ? `${object.namespace}/` : ""}${object.name}`;
}

export const uidOf = ({ definition, object }: Marked): string => (object ?? definition.metadata).uid ?? "";

async function markedObjects(definition: FoundDefinition, applications: string[]): Promise<Marked[]> {
  const { group, plural, served, name } = definition;
  const found = new Map<string, Marked>();
  for (const labelSelector of served.length > 0 ? selectorsOf(applications) : []) {
    const objects = await everyPage(
      `objects of ${name}`,
      (paging) =>
        cluster().custom.listClusterCustomObject(
          { group, plural, version: served[0], labelSelector, ...paging },
          metadataOnly,
        ) as Promise<Page<{ metadata: Metadata }>>,
      ({ metadata }) => [metadata],
    );
    for (const object of objects) found.set(`${object.namespace}/${object.name}`, { definition, object });
  }
  return [...found.values()];
}

/**
 * Every definition, and every object of every definition in all namespaces, that carries the marks of one of these applications.
 * A definition of another model that has an application of that name is left out: Juju asks for it by the model, too.
 * @throws KubeError where any kind cannot be listed: what was read until then is no answer
 */
export async function findMarked(
  model: string,
  applications: string[],
): Promise<{ definitions: FoundDefinition[]; marked: Marked[] }> {
  const definitions = await everyDefinition();
  const own = definitions.filter(
    ({ metadata }) => isMarked(metadata, applications) && (metadata.labels?.["model.juju.is/name"] ?? model) === model,
  );
  const limit = pLimit(atOnce);
  // The guard's own definition has no objects, and the account of an upgrade no right to list them.
  const others = definitions.filter(({ name }) => name !== names.canary);
  const objects = await Promise.all(others.map((definition) => limit(() => markedObjects(definition, applications))));
  return { definitions, marked: [...own.map((definition) => ({ definition })), ...objects.flat()] };
}

/**
 * Takes Juju's marks off, if it is still the object that was seen.
 * @param dryRun only asks whether the cluster would let it be done
 * @returns false where somebody changed or deleted it meanwhile
 */
export async function takeMarksOff(marked: Marked, { dryRun = false } = {}): Promise<boolean> {
  const { definition, object } = marked;
  const { uid, resourceVersion, ...metadata } = object ?? definition.metadata;
  const body = { metadata: { uid, resourceVersion, ...marksOf(metadata) } };
  const { group, plural, served } = definition;
  const order = { body, ...(dryRun && { dryRun: "All" }) };
  const where = { ...order, group, plural, version: served[0], name: metadata.name! };
  try {
    await request(`labels of ${nameOf(marked)}`, () => {
      if (!object)
        return cluster().definitions.patchCustomResourceDefinition({ ...order, name: metadata.name! }, merge);
      if (object.namespace === undefined) return cluster().custom.patchClusterCustomObject(where, merge);
      return cluster().custom.patchNamespacedCustomObject({ ...where, namespace: object.namespace }, merge);
    });
    return true;
  } catch (error) {
    if (error instanceof KubeError && (error.code === 409 || error.code === 404)) return false;
    throw error;
  }
}

/** Uid of an object now; undefined where it is gone, or is being deleted. */
export async function uidNow(
  definition: FoundDefinition,
  namespace: string | undefined,
  name: string,
): Promise<string | undefined> {
  const { group, plural, served } = definition;
  const where = { group, plural, version: served[0], name };
  try {
    const found = (await request(`${definition.name} ${name}`, () =>
      namespace === undefined
        ? cluster().custom.getClusterCustomObject(where)
        : cluster().custom.getNamespacedCustomObject({ ...where, namespace }),
    )) as { metadata: Metadata & { deletionTimestamp?: string } };
    return found.metadata.deletionTimestamp === undefined ? found.metadata.uid : undefined;
  } catch (error) {
    if (error instanceof KubeError && error.code === 404) return undefined;
    throw error;
  }
}
