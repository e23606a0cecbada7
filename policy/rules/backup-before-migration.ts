import { foreignEffects, isOpaque } from "../foreign";
import { type Graph, type Node, type StepNode, clusterName, types } from "../graph";
import { type Known, at, text, texts } from "../known";
import { environment, migrates, mounts, secretsRead } from "../pods";
import { reachOf } from "../reach";
import { type Finding, stackOf, stackRule } from "../rule";
import { application, changesModel } from "../step";

interface Config {
  production: string[];
  approvedDeclared: string[];
}

/** What a resource does that must not come before a proven backup; undefined for all others. */
function danger(graph: Graph, node: Node): string | undefined {
  if (node.step)
    return changesModel(node.step)
      ? `changes the model (${[node.step.kind, application(node.step)].filter(Boolean).join(" ")})`
      : undefined;
  if (migrates(node)) return "copies one claim into another";
  if (isOpaque(node)) return "runs a command that no preview can show";
  const changes = foreignEffects(node)?.changes[0];
  return changes ? `runs \`${changes}\`` : reachOf(graph, node);
}

/** Whether it asks for the proof's digest and does nothing without: then the proof itself must be an input. Commands of others cannot. */
function asksForDigest(node: Node): boolean {
  return node.step !== undefined || migrates(node);
}

function judgeDanger(graph: Graph, node: Node): Finding[] {
  const does = danger(graph, node);
  if (!does) return [];
  const proofs = graph.steps("prove-backup");
  const proof = proofs.find((one) => graph.waitsFor(node, one));
  if (!proof) {
    return [
      {
        node,
        does,
        missing: "a proven backup before it",
        fix:
          proofs.length > 0
            ? `let it depend on "${proofs[0].name}"`
            : `add a backup Job and a prove-backup step that reads its result, and let it depend on that step`,
      },
    ];
  }
  if (!asksForDigest(node) || graph.reads(node, proof)) return [];
  return [
    {
      node,
      does,
      missing: `the evidence of "${proof.name}" among its inputs`,
      fix: `list "${proof.name}" in its needs, so that it cannot run without the backup's digest`,
    },
  ];
}

/** The proof of the objects stands for the other parts too, and each part for what was exported: these are inputs, not only order. */
function judgeParts(graph: Graph, proof: StepNode): Finding[] {
  const job = graph.job(text(at(proof.step.action, "job")));
  const exported = text(at(proof.step.action, "exported"));
  const parts = [...texts(at(proof.step.action, "parts")), ...(exported ? [exported] : [])];
  const ends = [...parts.map((part) => [proof, part] as const), ...(exported && job ? [[job, exported] as const] : [])];
  return ends
    .filter(([node, part]) => !graph.steps().some((one) => one.name === part && graph.reads(node, one)))
    .map(([node, part]) => ({
      node,
      does: "stands for a part of the backup",
      missing: `the evidence of "${part}" among its inputs`,
      fix: `list "${part}" in its needs`,
    }));
}

/** The place of a backup in words, and whether a Job writes there: onto a claim, or into a bucket of another store with that bucket's own keys. */
function writes(job: Node, target: Known): [string, boolean] {
  const claim = text(at(target, "claim"));
  if (claim !== undefined)
    return [`on claim ${claim}`, mounts(job).some((mount) => mount.claim === claim && !mount.readOnly)];
  const [endpoint, bucket, prefix, secret] = ["endpoint", "bucket", "prefix", "secret"].map(
    (field) => text(at(target, field)) ?? "",
  );
  const told = (name: string): string | undefined => environment(job, name);
  const reached =
    told("RCLONE_CONFIG_TARGET_ENDPOINT") === endpoint &&
    told("BACKUP_BUCKET") === [bucket, prefix].filter(Boolean).join("/");
  return [
    `in bucket ${bucket} at ${endpoint}`,
    endpoint !== "" &&
      reached &&
      endpoint !== told("RCLONE_CONFIG_STORE_ENDPOINT") &&
      secretsRead(job).includes(secret),
  ];
}

/** Where people depend on the model, a backup that nobody here has proven is one only when it is approved by its own name. */
function judgeDeclared(proof: StepNode, { production, approvedDeclared }: Config): Finding[] {
  const what = text(at(proof.step.action, "declared", "what"));
  if (
    at(proof.step.action, "declared") === undefined ||
    !production.includes(stackOf(proof)) ||
    (what !== undefined && approvedDeclared.includes(what))
  )
    return [];
  return [
    {
      node: proof,
      does: `takes a declared backup for one: ${what}`,
      missing: "a backup that was proven, or an approval of that very backup",
      fix: `leave the settings of the declared backup empty, or add ${JSON.stringify(what ?? "")} to backup-before-migration.approvedDeclared in the policy configuration`,
    },
  ];
}

/** A proof is one only of a backup that was made, onto a claim that exists, with a key that was kept. */
function judgeProof(graph: Graph, proof: StepNode): Finding[] {
  const name = text(at(proof.step.action, "job"));
  const job = graph.job(name);
  if (!job || !graph.waitsFor(proof, job)) {
    return [
      {
        node: proof,
        does: `reads the result of Job ${name}`,
        missing: `the backup Job ${name} before it`,
        fix: `let it depend on the resource of Job ${name}`,
      },
    ];
  }
  const [where, written] = writes(job, at(proof.step.action, "target"));
  if (!written)
    return [
      {
        node: proof,
        does: `proves the backup ${where}`,
        missing: `that place among those Job ${name} writes`,
        fix: "name the Job that takes the backup and the place it writes to",
      },
    ];
  const claims = new Set(mounts(job).map((mount) => mount.claim));
  const secrets = secretsRead(job);
  const needed = [
    ...graph.ofType(types.claim).filter((node) => claims.has(clusterName(node))),
    ...graph
      .steps("store-credentials", "store-root-password")
      .filter(({ step }) => secrets.includes(text(at(step.action, "to")) ?? "")),
  ];
  return needed
    .filter((node) => !graph.waitsFor(job, node))
    .map((node) => ({
      node: job,
      does: "takes the backup",
      missing: `"${node.name}" before it`,
      fix: `let it depend on "${node.name}"`,
    }));
}

export const backupBeforeMigration = stackRule<Config>(
  {
    name: "backup-before-migration",
    description:
      "Whatever migrates, removes or otherwise changes the model depends on a backup and on its proof, and has the digest of that proof as an input.",
    reason:
      "The upgrade removes applications and copies volumes; the only way back from a fault is a backup that was read back without a difference. " +
      "For the upgrade's own steps and Jobs the proof must be an input too: any of them may destroy when it goes wrong, and an input cannot be forgotten as a dependsOn can.",
    example:
      '"refresh-argo-server" changes the model (refresh argo-server). Missing: a proven backup before it. Fix: let it depend on "prove-backup".',
    configSchema: {
      properties: {
        production: {
          type: "array",
          items: { type: "string" },
          uniqueItems: true,
          default: [],
          description: "Stacks in which a backup that was only declared is refused.",
        },
        approvedDeclared: {
          type: "array",
          items: { type: "string" },
          uniqueItems: true,
          default: [],
          description: "Declared backups that are accepted there, each by the text of the setting declaredBackupWhat.",
        },
      },
    },
  },
  (graph, config) => [
    ...graph.nodes.flatMap((node) => judgeDanger(graph, node)),
    ...graph
      .steps("prove-backup", "prove-resources", "prove-database")
      .flatMap((proof) => [...judgeProof(graph, proof), ...judgeParts(graph, proof), ...judgeDeclared(proof, config)]),
  ],
);
