import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { Baseline } from "../plan/types";
import { cluster, find, request } from "./client";
import { everyPage } from "./pages";

const kind = { group: "kubeflow.org", version: "v1", plural: "profiles" };

interface Profile {
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
}

/** Every Profile with the uid of its namespace, the claims in it and their volumes; empty where the kind is not known. */
export async function listProfiles(): Promise<Baseline["profiles"]> {
  const list = (await find("Profiles", () => cluster().custom.listClusterCustomObject(kind))) as
    { items: Profile[] } | undefined;
  const names = (list?.items ?? []).map(({ metadata }) => metadata.name).sort();
  const entries = await Promise.all(
    names.map(async (name) => {
      const namespace = await find(`namespace ${name}`, () => cluster().core.readNamespace({ name }));
      const claims = await request(`claims of ${name}`, () =>
        cluster().core.listNamespacedPersistentVolumeClaim({ namespace: name }),
      );
      const facts = claims.items
        .map(({ metadata, spec }) => ({ claim: metadata!.name!, uid: metadata!.uid!, volume: spec?.volumeName ?? "" }))
        .sort((a, b) => (a.claim < b.claim ? -1 : 1));
      return [
        name,
        {
          namespaceUid: namespace?.metadata?.uid ?? "",
          claims: Object.fromEntries(facts.map(({ claim, uid }) => [claim, uid])),
          volumes: Object.fromEntries(facts.map(({ claim, volume }) => [claim, volume])),
        },
      ] as const;
    }),
  );
  return Object.fromEntries(entries);
}

/** Namespace and claims of every Profile by name, uid, labels and annotations: what a restored one is held against. No content. */
export async function profileMetadata(): Promise<object[]> {
  const found: object[] = [];
  for (const name of Object.keys(await listProfiles())) {
    const namespace = await find(`namespace ${name}`, () => cluster().core.readNamespace({ name }));
    const claims = await everyPage(
      `claims of ${name}`,
      (paging) => cluster().core.listNamespacedPersistentVolumeClaim({ namespace: name, ...paging }),
      (claim) => [claim],
    );
    const described = [
      ...(namespace ? [{ kind: "Namespace", metadata: namespace.metadata, spec: {} }] : []),
      ...claims.map(({ metadata, spec }) => ({
        kind: "PersistentVolumeClaim",
        metadata,
        spec: {
          volumeName: spec?.volumeName,
          storageClassName: spec?.storageClassName,
          requested: spec?.resources?.requests?.storage,
        },
      })),
    ];
    for (const { kind, metadata, spec } of described) {
      const { uid, labels = {}, annotations = {} } = metadata ?? {};
      found.push({ kind, namespace: metadata?.namespace, name: metadata?.name, uid, labels, annotations, ...spec });
    }
  }
  return found;
}

export async function getProfile(name: string): Promise<Profile | undefined> {
  return (await find(`Profile ${name}`, () => cluster().custom.getClusterCustomObject({ ...kind, name }))) as
    Profile | undefined;
}

/** Takes labels and annotations off a Profile; those it does not have are no error, so it may be sent twice. */
export async function stripProfile(name: string, labels: string[], annotations: string[]): Promise<void> {
  const nothing = (keys: string[]): Record<string, null> => Object.fromEntries(keys.map((key) => [key, null]));
  const body = { metadata: { labels: nothing(labels), annotations: nothing(annotations) } };
  await request(`labels of Profile ${name}`, () =>
    cluster().custom.patchClusterCustomObject(
      { ...kind, name, body },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    ),
  );
}
