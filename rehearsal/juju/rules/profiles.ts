import type { KubeObject } from "../cluster/types";
import type { CharmRule } from "./rule";

export const profileKind = { apiVersion: "kubeflow.org/v1", kind: "Profile" };

/** The namespace that the profile controller makes: owned by the Profile, so that it goes when the Profile goes. */
export function profileNamespace(profile: KubeObject): KubeObject {
  const { name, uid } = profile.metadata;
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: {
        "app.kubernetes.io/part-of": "kubeflow-profile",
        "istio-injection": "enabled",
        "katib.kubeflow.org/metrics-collector-injection": "enabled",
        "pipelines.kubeflow.org/enabled": "true",
        "serving.kubeflow.org/inferenceservice": "enabled",
      },
      annotations: { owner: String(profile.spec?.owner?.name ?? name) },
      ownerReferences: [{ ...profileKind, name, uid: uid ?? "" }],
    },
  };
}

/** kubeflow-profiles runs the profile controller: every Profile gets its namespace (charmed-kubeflow.md section 6). */
export const profiles: CharmRule = {
  charms: ["kubeflow-profiles"],
  async work({ host, app }) {
    if (app.status.current !== "active") return;
    const all = await host.cluster.list(profileKind.apiVersion, profileKind.kind);
    const namespaces = new Map(
      (await host.cluster.list("v1", "Namespace")).map((namespace) => [namespace.metadata.name, namespace]),
    );
    for (const profile of all) {
      if (profile.metadata.deletionTimestamp !== undefined) continue;
      if (!namespaces.has(profile.metadata.name)) await host.cluster.apply(profileNamespace(profile));
    }
  },
};
