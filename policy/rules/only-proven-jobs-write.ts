import { type Graph, type Node, clusterName, types } from "../graph";
import { at, text } from "../known";
import { mounts, runsPods } from "../pods";
import { backupClaims } from "../reach";
import { type Finding, stackRule } from "../rule";

/** Whether a step reads what a Job left, and stops where that is not right. */
function isProven(graph: Graph, node: Node): boolean {
  return (
    node.type === types.job && graph.steps().some(({ step }) => text(at(step.action, "job")) === clusterName(node))
  );
}

function judge(node: Node, ofTheUpgrade: string[]): Finding[] {
  return mounts(node)
    .filter(({ claim, readOnly }) => !readOnly && (claim === undefined || ofTheUpgrade.includes(claim)))
    .map(({ claim }) => ({
      node,
      does: `writes to ${claim ? `claim ${claim} of the upgrade` : "a claim that no preview can show"}`,
      missing: "a step that proves what it left there",
      fix: "mount that claim read-only, or leave it to the upgrade's own Jobs",
    }));
}

export const onlyProvenJobsWrite = stackRule(
  {
    name: "only-proven-jobs-write",
    description: "Only Jobs whose results a step proves write to the claims of the upgrade: its backup and its copies.",
    reason:
      "A backup or a copy is proven once. What another Pod changes there afterwards is not looked at again, and an empty or spoiled copy would be handed to the new application.",
    example:
      '"tidy" writes to claim ckf-upgrade-minio-minio-data of the upgrade. Missing: a step that proves what it left there. Fix: mount that claim read-only, or leave it to the upgrade\'s own Jobs.',
  },
  (graph) => {
    const ofTheUpgrade = [
      ...backupClaims(graph),
      ...graph
        .ofType(types.claim)
        .map(clusterName)
        .filter((name) => name.startsWith("ckf-upgrade-")),
    ];
    return graph.nodes
      .filter((node) => runsPods(node) && !isProven(graph, node))
      .flatMap((node) => judge(node, ofTheUpgrade));
  },
);
