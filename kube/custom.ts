import { PatchStrategy, type V1ObjectMeta, setHeaderOptions } from "@kubernetes/client-node";
import { cluster, find, request } from "./client";
import { type Page, everyPage } from "./pages";

/** A kind that a custom resource definition brings, as the cluster serves it. */
export interface Definition {
  /** "<plural>.<group>" */
  name: string;
  group: string;
  /** The stored version where it is served, else the first that is. */
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
}

/** An object of any kind. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; ownerReferences?: unknown[]; deletionTimestamp?: string } & Record<
    string,
    unknown
  >;
  [field: string]: unknown;
}

/** The definition of that name; undefined where the cluster has none. */
export async function findDefinition(name: string): Promise<Definition | undefined> {
  const found = await find(`definition ${name}`, () => cluster().definitions.readCustomResourceDefinition({ name }));
  if (!found) return undefined;
  const { group, names, scope, versions } = found.spec;
  const served = versions.filter((version) => version.served);
  const version = (served.find(({ storage }) => storage) ?? served[0])?.name;
  if (!version) throw new Error(`definition ${name} serves no version: its objects cannot be read`);
  return { name, group, version, plural: names.plural, kind: names.kind, namespaced: scope === "Namespaced" };
}

/** A definition as the cluster has it, whatever it serves. */
export interface FoundDefinition {
  name: string;
  group: string;
  plural: string;
  namespaced: boolean;
  metadata: V1ObjectMeta;
  served: string[];
  unserved: string[];
  stored: string[];
}

/** Every definition of the cluster, sorted by name. */
export async function everyDefinition(): Promise<FoundDefinition[]> {
  const all = await everyPage(
    "custom resource definitions",
    (paging) => cluster().definitions.listCustomResourceDefinition(paging),
    ({ metadata, spec, status }): FoundDefinition[] => [
      {
        name: metadata!.name!,
        group: spec.group,
        plural: spec.names.plural,
        namespaced: spec.scope === "Namespaced",
        metadata: metadata!,
        served: spec.versions.filter(({ served }) => served).map(({ name }) => name),
        unserved: spec.versions.filter(({ served }) => !served).map(({ name }) => name),
        stored: status?.storedVersions ?? [],
      },
    ],
  );
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Every object of a kind, in all namespaces. */
export async function listObjects({ group, version, plural, name }: Definition): Promise<KubeObject[]> {
  return everyPage(
    name,
    (paging) =>
      cluster().custom.listClusterCustomObject({ group, version, plural, ...paging }) as Promise<Page<KubeObject>>,
    (object) => [object],
  );
}

/**
 * Lets the cluster go through all of applying an object, its schema and admission webhooks included, without keeping it.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run
 * @throws KubeError with the cluster's reason when it would not take the object.
 */
export async function dryRunApply({ group, version, plural, namespaced }: Definition, body: KubeObject): Promise<void> {
  const { name, namespace = "" } = body.metadata;
  const order = {
    group,
    version,
    plural,
    name,
    body,
    dryRun: "All",
    fieldManager: "charmed-kubeflow-upgrade",
    force: true,
  };
  const apply = setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply);
  await request(`applying ${plural} ${name} on trial`, () =>
    namespaced
      ? cluster().custom.patchNamespacedCustomObject({ ...order, namespace }, apply)
      : cluster().custom.patchClusterCustomObject(order, apply),
  );
}
