import type { KubeObject } from "../cluster/types";
import type { Crd } from "../controller/catalogue";
import { jujuOwned } from "./owned";
import { type CharmRule, HookError } from "./rule";

/** A definition that accepts any content: its objects are stored, named, owned and collected as real ones. */
export function definition(
  { group, version, kind, plural, scope }: Crd,
  marks: Pick<KubeObject["metadata"], "labels" | "annotations"> = {},
): KubeObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}`, ...marks },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
          subresources: { status: {} },
        },
      ],
    },
  };
}

/**
 * Charms bring their CRDs and take them away on removal, and with a CRD go all its objects
 * (charmed-kubeflow.md section 0 item 9; F2). A refresh leaves them. Those of a podspec charm Juju removes, by its marks (2.3);
 * any other charm's last hook deletes them, whatever marks they carry, and fails where the cluster refuses
 * (_on_remove of kubeflow-profiles 1.7 and seldon-core 1.15, remove of istio-pilot 1.16: a refusal is raised).
 */
export const crds: CharmRule = {
  async hook({ host, app, revision }, { kind }) {
    if (
      kind !== "remove" ||
      app.life !== "dying" ||
      host.catalogue.revision(app.charm, revision).generation === "podspec"
    )
      return undefined;
    for (const crd of host.catalogue.charm(app.charm).crds) {
      const { apiVersion, kind: definitions, metadata } = definition(crd);
      await host.cluster.delete({ apiVersion, kind: definitions, name: metadata.name }).catch((error: Error) => {
        throw new HookError(`ApiError: ${error.message}`);
      });
    }
    return undefined;
  },
  lasting: (context) =>
    context.host.catalogue.charm(context.app.charm).crds.map((crd) => definition(crd, jujuOwned(context))),
};
