import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { Baseline } from "../plan/types";
import { cluster, find, request } from "./client";

const kind = { group: "kubeflow.org", version: "v1", plural: "profiles" };

interface Profile {
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
}

/** Every Profile with the uid of its namespace, the claims in it and their volumes; empty where the kind is not known. */
export async function listProfiles(): Promise<Baseline["profiles"]> {
  const list = (await find("Profiles", () => cluster().custom.listClusterCustomObject(kind))) as { items: Profile[] } | undefined;
  const names = (list?.items ?? []).map(({ metadata }) => metadata.name).sort();
  const entries = await Promise.all(
    names.map(async (name) => {
      const namespace = await find(`namespace ${name}`, () => cluster().core.readNamespace({ name }));
      const claims = await request(`claims of ${name}`, () => cluster().core.listNamespacedPersistentVolumeClaim({ namespace: name }));
      const facts = claims.items.map(({ metadata, spec }) => ({ claim: metadata!.name!, uid: metadata!.uid!, volume: spec?.volumeName ?? "" })).sort((a, b) => (a.claim < b.claim ? -1 : 1));
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

export async function getProfile(name: string): Promise<Profile | undefined> {
  return (await find(`Profile ${name}`, () => cluster().custom.getClusterCustomObject({ ...kind, name }))) as Profile | undefined;
}

/** Takes labels and annotations off a Profile; those it does not have are no error, so it may be sent twice. */
export async function stripProfile(name: string, labels: string[], annotations: string[]): Promise<void> {
  const nothing = (keys: string[]): Record<string, null> => Object.fromEntries(keys.map((key) => [key, null]));
  const body = { metadata: { labels: nothing(labels), annotations: nothing(annotations) } };
  await request(`labels of Profile ${name}`, () => cluster().custom.patchClusterCustomObject({ ...kind, name, body }, setHeaderOptions("Content-Type", PatchStrategy.MergePatch)));
}
