import { hopNames } from "./names";
import { directEdges } from "../planner/reduce";
import type { Plan, Step } from "./types";

/** What a step does, in a few words a reviewer reads. */
export function describe(step: Step, { from, to }: Pick<Plan, "from" | "to">): string {
  const { job } = hopNames(`${from}-${to}`);
  switch (step.type) {
    case "job":
      return `run Job ${job(step.job)}`;
    case "dump":
      return `run Job ${job(step.id)}, in the image ${step.image}`;
    case "copy":
      return `run Job ${job(step.id)}, from claim ${step.source.claim} to claim ${step.destination}`;
    case "retain":
      return `patch volume ${step.volume} to Retain`;
    case "claim":
      return `create claim ${step.claim}, ${step.sizeMiB} MiB`;
    case "record":
    case "found":
      return `write ConfigMap ${step.configMap}`;
    case "hook":
      return `run ${step.command}, for at most ${step.timeoutMinutes} minutes`;
    case "command":
      return describeAction(step.action);
  }
}

function describeAction(action: Extract<Step, { type: "command" }>["action"]): string {
  switch (action.kind) {
    case "refresh":
      return `refresh ${action.application} to ${action.channel} revision ${action.revision}${action.base === undefined ? "" : ` on ${action.base}`}`;
    case "deploy":
      return `deploy ${action.charm} as ${action.application} from ${action.channel} revision ${action.revision}${action.base === undefined ? "" : ` on ${action.base}`}`;
    case "scale":
      return `scale ${action.application} to ${action.units} units`;
    case "remove-application":
    case "trust":
    case "untrust":
      return `${action.kind === "remove-application" ? "remove" : action.kind} ${action.application}${"guarded" in action && action.guarded ? ", its definitions guarded" : ""}`;
    case "restore-config":
      return `set the options of ${action.application} back`;
    case "accept-irreversible":
      return action.asked.length === 0
        ? "ask for nothing: no item may lose data"
        : `ask for ${action.asked.map(({ name }) => name).join(", ")}; accepted: ${action.accepted.join(", ") || "none"}`;
    case "guard-definitions":
      return `refuse every deletion of a definition or profile, and take Juju's marks off the definitions of ${action.applications.join(", ")}`;
    case "guard-crossing":
      return `take Juju's labels off what ${action.application} made, so that its refresh deletes none of it`;
    case "lift-guard":
      return "allow deletions again";
    case "remove-relation":
    case "add-relation":
      return `${action.kind === "add-relation" ? "relate" : "unrelate"} ${action.relation.join(" ")}`;
    case "protect-profile":
      return `take Juju's labels off profile ${action.profile}`;
    case "store-credentials":
      return `copy secret ${action.from} to ${action.to}`;
    case "store-root-password":
      return `copy root's password of ${action.application} to secret ${action.to}`;
    case "load-database":
      return `load the databases of ${action.from} into ${action.application}, and compare their rows`;
    case "delete-root-password":
      return `delete the copy of root's password of ${action.application}`;
    case "finalize-database":
      return `remove ${action.application}, which nothing is related to any more; its volume stays`;
    case "set-credentials":
      return `give ${action.application} the key in secret ${action.from}`;
    case "find-claim":
      return `find the claim of ${action.application} for ${action.storage}`;
    case "check-retain":
      return `read back Retain on ${action.volumes.map(({ volume }) => volume).join(", ")}`;
    case "delete-job-pods":
      return `delete the Pods of Jobs ${action.jobs.join(" and ")}`;
    case "adopt-volume":
      return `hand the volume of claim ${action.from} over to the claim of ${action.application} for ${action.storage}`;
    case "start-on-volume":
      return `restart ${action.application} on that volume`;
    case "finalize-volume":
      return action.staging
        ? `delete claims ${action.source.claim} and ${action.staging}, volume ${action.source.volume}, and the volume that ${action.application} was deployed with`
        : `delete claim ${action.source.claim} and the volume that ${action.application} was deployed with; volume ${action.source.volume} is in use and stays`;
    case "preflight":
      return `check ${action.applications.length} applications and their cluster${action.ignore.length > 0 ? `, ignoring ${action.ignore.join(", ")}` : ""}`;
    case "export-resources":
      return `read the objects of ${action.apply.length + action.runs.length} kinds`;
    case "delete-export":
      return "delete the Secrets that carried the export";
    case "prove-backup":
      return `read the result of Job ${action.job}${action.declared ? `; the backup itself is UNPROVEN, declared by ${action.declared.by}` : ""}`;
    case "prove-resources":
    case "prove-database":
    case "prove-presync":
    case "prove-migration":
    case "prove-objects":
      return `read the result of Job ${action.job}`;
    case "verify":
      return `compare ${Object.keys(action.expected.applications).length} applications, ${action.expected.relations.length} relations, and what users have`;
  }
}

/**
 * The whole plan as text: the storage choice, the notes, and each step with what it waits for.
 * Edges that another edge implies are left out, so that what is left is the order a reviewer has to agree with; evidence that a
 * step reads is told in any case.
 */
export function renderPlan(plan: Plan): string {
  const back = plan.irreversible !== undefined;
  const lines = [
    `Charmed Kubeflow ${back ? `${plan.to} back to ${plan.from}` : `${plan.from} to ${plan.to}`}, model ${plan.model}, ${plan.steps.length} steps`,
    "",
  ];
  for (const { application, storage, path, reason } of back ? [] : plan.storage)
    lines.push(`storage ${application}/${storage}: ${path} (${reason})`);
  for (const note of plan.notes) lines.push(`note: ${note}`);
  for (const { name, what, asks } of plan.irreversible ?? [])
    lines.push(`not undone: ${name}${asks ? " (must be accepted)" : ""}: ${what}`);
  const edges = directEdges(plan.steps);
  let phase = "";
  for (const step of plan.steps) {
    if (step.phase !== phase) lines.push("", step.phase);
    phase = step.phase;
    const direct = edges.get(step.id)!;
    const order = [
      ...(direct.length > 0 ? [`after ${direct.join(", ")}`] : []),
      ...(step.needs.length > 0 ? [`reads ${step.needs.join(", ")}`] : []),
    ];
    lines.push(`  ${step.id}: ${describe(step, plan)}${order.length > 0 ? `\n    ${order.join("; ")}` : ""}`);
  }
  return `${lines.join("\n")}\n`;
}
