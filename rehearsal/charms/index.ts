import { everyCharm } from "./catalogue";
import { aggregatedRoles, definitionName } from "./objects";

export { charmFiles, type CharmWorld, packCharm, resourceImage } from "./archive";
export { charmRevision, everyCharm, everyRevision, normalizeChannel, pinBundle, workloadTags } from "./catalogue";
export { type Base, bases } from "./metadata";

/** What the charms make outside of namespaces, namespaces aside. */
export function clusterWide(): { apiVersion: string; kind: string; metadata: { name: string } }[] {
  const definitions = Object.values(everyCharm()).flatMap((charm) => charm.definitions.map(definitionName));
  return [
    ...[...new Set(definitions)].map((name) => ({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name },
    })),
    ...aggregatedRoles.map((name) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name },
    })),
  ];
}
