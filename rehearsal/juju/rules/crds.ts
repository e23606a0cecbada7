import type { KubeObject } from "../cluster/types";
import type { Crd } from "../controller/catalogue";
import type { CharmRule } from "./rule";

/** A definition that accepts any content: its objects are stored, named, owned and collected as real ones. */
export function definition({ group, version, kind, plural, scope }: Crd): KubeObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
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
 * (charmed-kubeflow.md section 0 item 9; F2). A refresh leaves them.
 */
export const crds: CharmRule = {
  lasting: ({ host, app }) => host.catalogue.charm(app.charm).crds.map(definition),
};
