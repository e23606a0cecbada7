import type { CharmRule } from "./rule";

const aggregated = ["admin", "edit", "view"];

/** Their names. */
export const aggregatedRoles = aggregated.map((role) => `kubeflow-${role}`);

/** kubeflow-roles makes the aggregated ClusterRoles; they vanish while it is removed (charmed-kubeflow.md 2.1 step 7). */
export const roles: CharmRule = {
  charms: ["kubeflow-roles"],
  lasting: () =>
    aggregated.map((role) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: `kubeflow-${role}` },
      aggregationRule: {
        clusterRoleSelectors: [
          { matchLabels: { [`rbac.authorization.kubeflow.org/aggregate-to-kubeflow-${role}`]: "true" } },
        ],
      },
    })),
};
