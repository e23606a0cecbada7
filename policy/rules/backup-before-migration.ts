import { foreignEffects, isOpaque } from "../foreign";
import { type Graph, type Node, type StepNode, clusterName, types } from "../graph";
import { at, text } from "../known";
import { migrates, mounts, secretsRead } from "../pods";
import { type Finding, stackRule } from "../rule";
import { application, changesModel, claimsLeft } from "../step";

/** What a resource does that must not come before a proven backup; undefined for all others. */
function danger(node: Node): string | undefined {
  if (node.step) return changesModel(node.step) ? `changes the model (${[node.step.kind, application(node.step)].filter(Boolean).join(" ")})` : undefined;
  if (migrates(node)) return "copies one claim into another";
  if (isOpaque(node)) return "runs a command that no preview can show";
  const changes = foreignEffects(node)?.changes[0];
  return changes && `runs \`${changes}\``;
}

/** Whether data is gone, or counted as moved, once this was done: then the proof itself must be an input. */
function destroysData(node: Node): boolean {
  if (!node.step) return migrates(node);
  return ["finalize-volume", "adopt-volume"].includes(node.step.kind) || (node.step.kind === "remove-application" && claimsLeft(node.step).length > 0);
}

function judgeDanger(graph: Graph, node: Node): Finding[] {
  const does = danger(node);
  if (!does) return [];
  const proofs = graph.steps("prove-backup");
  const proof = proofs.find((one) => graph.waitsFor(node, one));
  if (!proof) {
    return [
      {
        node,
        does,
        missing: "a proven backup before it",
        fix: proofs.length > 0 ? `let it depend on "${proofs[0].name}"` : `add a backup Job and a prove-backup step that reads its result, and let it depend on that step`,
      },
    ];
  }
  if (!destroysData(node) || graph.reads(node, proof)) return [];
  return [{ node, does, missing: `the evidence of "${proof.name}" among its inputs`, fix: `list "${proof.name}" in its needs, so that it cannot run without the backup's digest` }];
}

/** A proof is one only of a backup that was made, onto a claim that exists, with a key that was kept. */
function judgeProof(graph: Graph, proof: StepNode): Finding[] {
  const name = text(at(proof.step.action, "job"));
  const job = graph.job(name);
  if (!job || !graph.waitsFor(proof, job)) {
    return [{ node: proof, does: `reads the result of Job ${name}`, missing: `the backup Job ${name} before it`, fix: `let it depend on the resource of Job ${name}` }];
  }
  const claim = text(at(proof.step.action, "claim"));
  if (!mounts(job).some((mount) => mount.claim === claim && !mount.readOnly)) {
    return [{ node: proof, does: `proves the backup on claim ${claim}`, missing: `that claim among those Job ${name} writes`, fix: "name the Job that takes the backup and the claim it writes to" }];
  }
  const claims = new Set(mounts(job).map((mount) => mount.claim));
  const secrets = secretsRead(job);
  const needed = [
    ...graph.ofType(types.claim).filter((node) => claims.has(clusterName(node))),
    ...graph.steps("store-credentials").filter(({ step }) => secrets.includes(text(at(step.action, "to")) ?? "")),
  ];
  return needed
    .filter((node) => !graph.waitsFor(job, node))
    .map((node) => ({ node: job, does: "takes the backup", missing: `"${node.name}" before it`, fix: `let it depend on "${node.name}"` }));
}

export const backupBeforeMigration = stackRule(
  {
    name: "backup-before-migration",
    description: "Whatever migrates, removes or otherwise changes the model depends on a backup and on its proof.",
    reason:
      "The upgrade removes applications and copies volumes; the only way back from a fault is a backup that was read back without a difference. " +
      "Where data is destroyed the proof must be an input too, since an input cannot be forgotten as a dependsOn can.",
    example:
      '"refresh-argo-server" changes the model (refresh argo-server). Missing: a proven backup before it. Fix: let it depend on "prove-backup".',
  },
  (graph) => [...graph.nodes.flatMap((node) => judgeDanger(graph, node)), ...graph.steps("prove-backup").flatMap((proof) => judgeProof(graph, proof))],
);
