import type { Graph, Node } from "./graph";
import { clusterName, types } from "./graph";
import { at, list, text } from "./known";
import { mounts, runsPods } from "./pods";
import { isCommand } from "./step";

/** Packages whose resources live in Pulumi's state alone. */
const inStateOnly = /^(pulumi:|ckf:|random:|tls:|time:)/;

/** Claims in which the upgrade keeps a backup. */
export function backupClaims(graph: Graph): string[] {
  return graph
    .steps("prove-backup", "prove-resources", "prove-database")
    .flatMap(({ step }) => text(at(step.action, "target", "claim")) ?? []);
}

/** Whether a patch of a volume does nothing but keep it. */
function keepsVolume({ props }: Node): boolean {
  const spec = at(props, "spec");
  return (
    at(spec, "persistentVolumeReclaimPolicy") === "Retain" && Object.keys(spec as Record<string, unknown>).length === 1
  );
}

/**
 * What a resource that is no Command could do to the model, its data or its Secrets; undefined where it is known to do nothing of the
 * kind. Whatever is not known counts: a chart, a patch, a file of YAML, a resource of another provider.
 */
export function reachOf(graph: Graph, node: Node): string | undefined {
  const { type } = node;
  if (isCommand(type) || inStateOnly.test(type) || type === types.configMap) return undefined;
  if (type === types.claim) {
    const name = clusterName(node);
    const inUse = [graph.baseline, graph.found].some((model) =>
      [...(model?.volumes.values() ?? [])].flat().some(({ claim }) => claim === name),
    );
    return inUse ? `writes to claim ${name}, which an application of the model uses` : undefined;
  }
  if (type === types.volumePatch && keepsVolume(node)) return undefined;
  if (runsPods(node)) {
    const backups = backupClaims(graph);
    const written = mounts(node).find(({ claim, readOnly }) => !readOnly && !backups.includes(claim ?? ""));
    if (written) return `writes to ${written.claim ? `claim ${written.claim}` : "a claim that no preview can show"}`;
    return list(at(node.props, "spec", "volumeClaimTemplates")).length > 0 ? "makes claims" : undefined;
  }
  if (/^kubernetes:/.test(type)) return `makes a ${type}, which may change the model`;
  return `makes a ${type}, and no rule knows what that reaches`;
}
