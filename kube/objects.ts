import { setHeaderOptions } from "@kubernetes/client-node";
import { type CustomObject, type UserKind, userKinds } from "../plan/kinds";
import { cluster, find, request } from "./client";
import { type Page, everyPage } from "./pages";

/** Objects without spec and status: all that counting needs. */
const namesOnly = setHeaderOptions("Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");

interface Where {
  group: string;
  version: string;
  plural: string;
}

/** What is wanted of each object of a kind, in all namespaces. */
function list<K>(
  where: Where,
  { selector, namesAlone = false }: { selector?: string; namesAlone?: boolean },
  keep: (object: CustomObject) => K[],
): Promise<K[]> {
  const page = (paging: object): Promise<Page<CustomObject>> =>
    cluster().custom.listClusterCustomObject(
      { ...where, ...paging, ...(selector && { labelSelector: selector }) },
      namesAlone ? namesOnly : undefined,
    ) as Promise<Page<CustomObject>>;
  return everyPage(`${where.plural} of ${where.group}`, page, keep);
}

/** API groups that are served, each with its versions, the preferred one first. */
async function servedGroups(): Promise<Map<string, string[]>> {
  const { groups } = await request("API groups", () => cluster().apis.getAPIVersions());
  return new Map(
    groups.map(({ name, preferredVersion, versions }) => [
      name,
      [
        ...new Set([
          ...(preferredVersion ? [preferredVersion.version] : []),
          ...versions.map(({ version }) => version),
        ]),
      ],
    ]),
  );
}

/** Those of the kinds that the cluster knows, each with a version it serves. */
export async function servedKinds(kinds: UserKind[]): Promise<{ kind: UserKind; version: string }[]> {
  const groups = await servedGroups();
  const wanted = [...new Set(kinds.map(({ group }) => group))].flatMap((group) =>
    (groups.get(group) ?? []).map((version) => ({ group, version })),
  );
  const served = await Promise.all(
    wanted.map(async ({ group, version }) => {
      const found = await find(`kinds of ${group}/${version}`, () =>
        cluster().custom.getAPIResources({ group, version }),
      );
      return { group, version, plurals: found?.resources.map(({ name }) => name) ?? [] };
    }),
  );
  return kinds.flatMap((kind) => {
    const at = served.find(({ group, plurals }) => group === kind.group && plurals.includes(kind.plural));
    return at ? [{ kind, version: at.version }] : [];
  });
}

/** "namespace/name" */
const placeOf = ({ metadata: { namespace = "", name } }: CustomObject): string => `${namespace}/${name}`;

/** Names, as "namespace/name", of a kind's objects that are as asked. Only those are kept, however many there are. */
export async function namesOf(
  { group, plural, running }: UserKind,
  version: string,
  wanted: (object: CustomObject) => boolean,
): Promise<string[]> {
  const names = await list({ group, version, plural }, { selector: running?.selector }, (object) =>
    wanted(object) ? [placeOf(object)] : [],
  );
  return names.sort();
}

async function countsOf({ group, plural }: UserKind, version: string): Promise<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const namespace of await list({ group, version, plural }, { namesAlone: true }, ({ metadata }) => [
    metadata.namespace ?? "",
  ]))
    counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How many objects users have, of the kinds that stay: kind -> namespace -> number. Kinds that the cluster does not know are left out. */
export async function countObjects(): Promise<Record<string, Record<string, number>>> {
  const served = await servedKinds(userKinds.filter(({ lasting }) => lasting));
  const counts = await Promise.all(
    served.map(async ({ kind, version }) => [kind.kind, await countsOf(kind, version)] as const),
  );
  return Object.fromEntries(counts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Versions that the objects of a kind tell in their status, by "namespace/name"; undefined where the cluster does not know the kind. */
export async function statusVersions(
  group: string,
  plural: string,
): Promise<Record<string, string | undefined> | undefined> {
  const [served] = await servedKinds([{ kind: plural, group, plural, lasting: true }]);
  if (!served) return undefined;
  return Object.fromEntries(
    await list({ group, version: served.version, plural }, {}, (object) => [[placeOf(object), object.status?.version]]),
  );
}

/** Names of all custom resource definitions, sorted. */
export async function definitionNames(): Promise<string[]> {
  const names = await list(
    { group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions" },
    { namesAlone: true },
    ({ metadata }) => [metadata.name],
  );
  return names.sort();
}
