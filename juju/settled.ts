import type { AppStatus, UnitStatus } from "./status";

/** Whether something waited for is so; if not, why; and `failed` when waiting on will not help. */
export interface Judgement {
  ok: boolean;
  why: string;
  failed?: string;
}

export interface Target {
  channel?: string;
  revision?: number;
  /** Workload status, and the start of its message, that count beside "active". */
  awaiting?: { status: string; message: string };
}

const operator = /^(installing agent|agent initiali[sz]ing|waiting for container)/;

const told = ({ current, message }: { current: string; message: string }): string => (message === "" ? current : `${current}: ${message}`);

function unitJudgement(name: string, { workload, agent, upgradingFrom }: UnitStatus, awaiting: Target["awaiting"]): Judgement {
  if (workload.current === "error") return { ok: false, why: `${name} is in error`, failed: `${name} is in ${told(workload)}` };
  if (agent.current === "failed" || agent.current === "error") return { ok: false, why: `the agent of ${name} failed`, failed: `the agent of ${name} is in ${told(agent)}` };
  if (upgradingFrom) return { ok: false, why: `${name} still runs ${upgradingFrom}` };
  if (agent.current !== "idle") return { ok: false, why: `the agent of ${name} is ${told(agent)}` };
  const awaited = awaiting !== undefined && workload.current === awaiting.status && workload.message.startsWith(awaiting.message);
  return { ok: workload.current === "active" || awaited, why: `${name} is ${told(workload)}` };
}

/**
 * Whether an application is where it should be and at rest: charm channel and revision, every unit of its scale there,
 * none upgrading, agents idle, workloads active. At 0 units there is nothing else to be at rest.
 */
export function settled(application: AppStatus | undefined, { channel, revision, awaiting }: Target): Judgement {
  if (!application) return { ok: false, why: "it is not in the model", failed: "it is not in the model" };
  const { units, status } = application;
  if (application.life !== "alive") return { ok: false, why: `it is ${application.life}`, failed: `it is being removed (${application.life})` };
  if ((channel !== undefined && application.channel !== channel) || (revision !== undefined && application.revision !== revision)) {
    return { ok: false, why: `it is at ${application.channel} revision ${application.revision}` };
  }
  const judgements = Object.entries(units).map(([name, unit]) => unitJudgement(name, unit, awaiting));
  const bad = judgements.find(({ failed }) => failed !== undefined) ?? judgements.find(({ ok }) => !ok);
  if (bad) return bad;
  // Juju shows the operator's status in the application's where it is the worse one (facts, juju a).
  if (status.current === "error") return { ok: false, why: `it is in ${told(status)}`, failed: `it is in ${told(status)}` };
  if (status.current === "waiting" && operator.test(status.message)) return { ok: false, why: `it is ${told(status)}` };
  const there = Object.keys(units).length;
  if (there !== application.scale) return { ok: false, why: `${there} of ${application.scale} units are there` };
  return { ok: true, why: "" };
}
