import { getStatus } from "../juju/read";
import { type StepRunner, StepError } from "./context";

/** Refuses a model that is not whole and at rest. Every finding is told at once. */
export const preflight: StepRunner<"preflight"> = async ({ applications }, { model }) => {
  const status = await getStatus(model);
  const findings: string[] = [];
  if (status.model.status !== "available") findings.push(`model ${model} is ${status.model.status}`);
  for (const name of applications) {
    const live = status.applications[name];
    if (!live) {
      findings.push(`${name} is gone since the baseline was taken`);
      continue;
    }
    if (live.life !== "alive") findings.push(`${name} is ${live.life}`);
    if (live.status.current !== "active") findings.push(`${name} is ${live.status.current}${live.status.message ? `: ${live.status.message}` : ""}`);
    for (const [unit, { workload, agent, upgradingFrom }] of Object.entries(live.units)) {
      if (workload.current === "error") findings.push(`${unit} is in error: ${workload.message}`);
      if (agent.current !== "idle") findings.push(`the agent of ${unit} is ${agent.current}`);
      if (upgradingFrom) findings.push(`${unit} is being upgraded from ${upgradingFrom}`);
    }
  }
  for (const name of Object.keys(status.applications)) if (!applications.includes(name)) findings.push(`${name} came since the baseline was taken`);
  if (findings.length > 0) {
    throw new StepError(`the model is not ready:\n${findings.map((finding) => `  ${finding}`).join("\n")}\n`, "An upgrade that starts here could not tell its own faults from these", "Mend them (`juju status`, `juju debug-log`), then run the upgrade again; nothing was changed");
  }
  return { changed: false, applications: applications.length };
};
