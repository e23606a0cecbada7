import type { V1Node, V1NodeSelectorRequirement, V1PersistentVolume } from "@kubernetes/client-node";
import { cluster, request } from "./client";

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/node-selector-requirement/ */
function holds({ key, operator, values = [] }: V1NodeSelectorRequirement, of: Record<string, string>): boolean {
  const value = of[key] as string | undefined;
  switch (operator) {
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Gt":
      return Number(value) > Number(values[0]);
    case "Lt":
      return Number(value) < Number(values[0]);
    default:
      return value !== undefined && values.includes(value);
  }
}

/** Whether a volume can be mounted on a node, and Pods with that node selector run there. One of a volume's terms must hold. */
export function reachable(volume: V1PersistentVolume, node: V1Node, selector: Record<string, string> = {}): boolean {
  const labels = node.metadata?.labels ?? {};
  if (node.spec?.unschedulable || !Object.entries(selector).every(([key, value]) => labels[key] === value))
    return false;
  const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms;
  if (!terms) return true;
  const fields = { "metadata.name": node.metadata?.name ?? "" };
  return terms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.every((one) => holds(one, labels)) && matchFields.every((one) => holds(one, fields)),
  );
}

export async function listNodes(): Promise<V1Node[]> {
  return (await request("nodes", () => cluster().core.listNode())).items;
}
