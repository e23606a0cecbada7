import type { AppStatus } from "../../juju/status";
import type { JujuFacts, LiveFacts } from "./facts";
import type { Finding } from "./finding";
import type { PreflightQuestion } from "./types";

/** Why nothing should be started from this model, as far as juju tells. */
export function findingsOfModel(
  { applications, deployedAgain = [], assumes = [] }: PreflightQuestion,
  { juju, namespaceOf, refusal = "" }: LiveFacts,
): Finding[] {
  if (!juju) return [upgrading(`juju answers: ${refusal}`)];
  return [
    ...identity(juju, namespaceOf),
    ...(juju.modelStatus === "available" ? [] : [notAvailable(juju.modelStatus)]),
    ...(juju.unread ?? []).map(({ what, why }): Finding => ({
      name: "status-unread",
      subject: what,
      fact: `could not be read by juju: ${why}`,
      meaning: "whether it is in the way of an upgrade is not known",
      next: "See `juju status` and the controller's log",
      weight: "told",
    })),
    ...disabled(juju),
    ...changed(applications, juju),
    ...connected(deployedAgain, juju),
    ...assumed(assumes, juju),
    ...Object.entries(juju.applications).flatMap(([name, live]) => [...broken(name, live), ...restless(name, live)]),
  ];
}

function identity({ uuid }: JujuFacts, namespaceOf: string | undefined): Finding[] {
  if (uuid === namespaceOf) return [];
  return [
    {
      name: "model-identity",
      subject: "model",
      fact: `has the id ${uuid} by juju, the cluster's namespace of that name ${namespaceOf ? `is of model ${namespaceOf}` : "is of no model, or not there"}`,
      meaning: "juju and KUBECONFIG point to different places; one would be changed by what is seen in the other",
      next: "Check `juju switch` and `kubectl config current-context`. This cannot be ignored",
      weight: "refuses",
    },
  ];
}

/** "unknown" with juju's own reason where it could not tell: that is no upgrade. */
function notAvailable(status: string): Finding {
  if (!status.startsWith("unknown")) return upgrading(`the model is ${status}`);
  return {
    ...upgrading(`the model's status is ${status}`),
    meaning: "whether something changes the model or its controller is not known",
    next: "Mend what juju names (`juju status`, the controller's log). This cannot be ignored",
  };
}

function upgrading(fact: string): Finding {
  return {
    name: "model-upgrading",
    subject: "model:",
    fact,
    meaning: "something else changes the model or its controller, and refuses or undoes what an upgrade does meanwhile",
    next: "Wait until `juju status` shows the model as available. This cannot be ignored",
    weight: "refuses",
  };
}

function disabled({ disabled: sets }: JujuFacts): Finding[] {
  return sets
    .filter(({ commands }) => commands !== "destroy-model")
    .map(({ commands, message }) => ({
      name: "commands-disabled",
      subject: commands,
      fact: `is a set of commands that an operator disabled${message ? `: ${message}` : ""}`,
      meaning: "juju would refuse steps of this upgrade half-way",
      next: `Ask who did it, then \`juju enable-command ${commands}\`. This cannot be ignored`,
      weight: "refuses",
    }));
}

function changed(planned: string[], { applications }: JujuFacts): Finding[] {
  const of = (subject: string, what: string): Finding => ({
    name: "applications-changed",
    subject,
    fact: `${what} since the baseline was taken`,
    meaning: "the plan was made for another model",
    next: "Preview again; where a baseline is recorded already, bring the model back to it",
    weight: "refuses",
  });
  return [
    ...planned.filter((name) => !applications[name]).map((name) => of(name, "is gone")),
    ...Object.keys(applications)
      .filter((name) => !planned.includes(name))
      .map((name) => of(name, "came")),
  ];
}

/** Offers with consumers of what is removed and deployed again: juju refuses to remove it. https://github.com/juju/juju/pull/10227 */
function connected(deployedAgain: string[], { applications }: JujuFacts): Finding[] {
  return deployedAgain.flatMap((subject) =>
    Object.entries(applications[subject]?.offers ?? {})
      .filter(([, { consumers }]) => consumers > 0)
      .map(([name, { consumers }]) => ({
        name: "offers-connected",
        subject,
        fact: `is offered to other models as ${name}, and ${consumers} ${consumers === 1 ? "application uses" : "applications use"} it`,
        meaning: "it is deployed again by this hop, and juju removes no application whose offer is in use",
        next: `See who (\`juju offers\`), take those relations away in their models and \`juju remove-offer ${name}\`; offer and relate it again after the upgrade. This cannot be ignored`,
        weight: "refuses",
      })),
  );
}

/** Whether a version is not before another, by its numbers. */
function reaches(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split("-")[0].split(".").map(Number));
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Charms that this Juju would refuse to deploy. */
function assumed(assumes: NonNullable<PreflightQuestion["assumes"]>, { modelVersion }: JujuFacts): Finding[] {
  return assumes
    .filter(
      ({ juju }) =>
        !juju.some(
          ({ from, below }) => reaches(modelVersion, from) && (below === undefined || !reaches(modelVersion, below)),
        ),
    )
    .map(({ charm, juju, source }) => ({
      name: "charm-assumes",
      subject: charm,
      fact: `asks for Juju ${juju.map(({ from, below }) => (below ? `${from} or later, before ${below}` : `${from} or later`)).join(", or ")}; the model is ${modelVersion}`,
      meaning: `juju would refuse to deploy it, in the middle of the upgrade. Known from ${source}`,
      next: "Upgrade the controller and then the model within their line (`juju upgrade-controller`, `juju upgrade-model`) first",
      weight: "refuses",
    }));
}

/** What no upgrade can start or go on from. */
function broken(subject: string, { life, status, units }: AppStatus): Finding[] {
  const of = (fact: string): Finding => ({
    name: "applications-broken",
    subject,
    fact,
    meaning: "an upgrade could not tell its own faults from this one, and a refresh waits for ever on a unit in error",
    next: `Mend it: \`juju status ${subject}\`, \`juju debug-log --include ${subject}\``,
    weight: "refuses",
  });
  const facts: string[] = [];
  if (life !== "alive") facts.push(`is ${life}`);
  const inError = Object.entries(units).filter(([, { workload }]) => workload.current === "error");
  if (status.current === "error" && inError.length === 0) facts.push(`is in error: ${status.message}`);
  for (const [unit, { workload }] of inError) facts.push(`${unit} is in error: ${workload.message}`);
  for (const [unit, { agent }] of Object.entries(units)) {
    if (["failed", "lost", "error"].includes(agent.current))
      facts.push(`the agent of ${unit} is ${agent.current}: ${agent.message}`);
  }
  return facts.map(of);
}

/** What is not at rest; in the middle of an upgrade that is how it has to be. */
function restless(subject: string, { status, units, scale, statusError }: AppStatus): Finding[] {
  const facts: string[] = [];
  if (scale === 0 && statusError === undefined) facts.push("has no units");
  if (!["active", "error"].includes(status.current))
    facts.push(`is ${status.current}${status.message ? `: ${status.message}` : ""}`);
  for (const [unit, { agent, upgradingFrom }] of Object.entries(units)) {
    if (!["idle", "failed", "lost", "error"].includes(agent.current))
      facts.push(
        `the agent of ${unit} is ${agent.current}${agent.current === "unknown" && agent.message ? `: ${agent.message}` : ""}`,
      );
    if (upgradingFrom) facts.push(`${unit} is being upgraded from ${upgradingFrom}`);
  }
  return facts.map((fact) => ({
    name: "applications-restless",
    subject,
    fact,
    meaning: "an upgrade that starts here could not tell its own faults from this",
    next: "Wait until it is active and idle, or mend it",
    weight: "refuses",
  }));
}
