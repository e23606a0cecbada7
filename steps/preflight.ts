import { getModelUuid, getStatus } from "../juju/read";
import type { AppStatus } from "../juju/status";
import { modelId } from "../kube/namespaces";
import { secretIdentity } from "../kube/secrets";
import { names } from "../plan/names";
import { type StepRunner, StepError } from "./context";

/** What no upgrade can start or go on from. */
function broken(name: string, { life, status, units }: AppStatus): string[] {
  const findings: string[] = [];
  if (life !== "alive") findings.push(`${name} is ${life}`);
  if (status.current === "error") findings.push(`${name} is in error: ${status.message}`);
  for (const [unit, { workload, agent }] of Object.entries(units)) {
    if (workload.current === "error") findings.push(`${unit} is in error: ${workload.message}`);
    if (["failed", "lost", "error"].includes(agent.current)) findings.push(`the agent of ${unit} is ${agent.current}: ${agent.message}`);
  }
  return findings;
}

/** What is not at rest; in the middle of an upgrade that is how it has to be. */
function restless(name: string, { status, units }: AppStatus): string[] {
  const findings: string[] = [];
  if (!["active", "error"].includes(status.current)) findings.push(`${name} is ${status.current}${status.message ? `: ${status.message}` : ""}`);
  for (const [unit, { agent, upgradingFrom }] of Object.entries(units)) {
    if (!["idle", "failed", "lost", "error"].includes(agent.current)) findings.push(`the agent of ${unit} is ${agent.current}`);
    if (upgradingFrom) findings.push(`${unit} is being upgraded from ${upgradingFrom}`);
  }
  return findings;
}

/**
 * Refuses a model that is not whole and at rest, or a juju and a cluster that mean different models. Every finding is
 * told at once. Where the kept key shows that an earlier run came past this point and Pulumi's state of it is lost, the
 * model is half-way: then only what is broken is a finding.
 */
export const preflight: StepRunner<"preflight"> = async ({ applications }, { model, say }) => {
  const findings: string[] = [];
  const [uuid, seen] = [await getModelUuid(model), await modelId(model)];
  if (uuid !== seen) findings.push(`juju's model ${model} has the id ${uuid}, the cluster's namespace ${model} ${seen ? `belongs to model ${seen}` : "belongs to none or is not there"}: JUJU_DATA and KUBECONFIG point to different places`);
  const resumed = (await secretIdentity(model, names.credentials)) !== undefined;
  const status = await getStatus(model);
  if (status.model.status !== "available") findings.push(`model ${model} is ${status.model.status}`);
  for (const [name, live] of Object.entries(status.applications)) findings.push(...broken(name, live), ...(resumed ? [] : restless(name, live)));
  if (!resumed) {
    for (const name of applications) if (!status.applications[name]) findings.push(`${name} is gone since the baseline was taken`);
    for (const name of Object.keys(status.applications)) if (!applications.includes(name)) findings.push(`${name} came since the baseline was taken`);
  }
  if (findings.length > 0) {
    throw new StepError(
      `the model is not ready:\n${findings.map((finding) => `  ${finding}`).join("\n")}\n`,
      "An upgrade that starts here could not tell its own faults from these",
      "Mend them (`juju status`, `juju debug-log`), then run the upgrade again; nothing was changed by this run",
    );
  }
  if (resumed) say("an earlier run was here: the model may be half-way, each step looks for itself");
  return { changed: false, applications: applications.length, model: uuid, resumed };
};
