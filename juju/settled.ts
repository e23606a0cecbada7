import type { AppStatus, Entity, UnitStatus } from "./application";

/** Whether something waited for is so; if not, what is missing; `failed` when waiting on will not help. */
export interface Judgement {
  ok: boolean;
  why: string;
  failed?: string;
}

export interface Target {
  channel?: string;
  revision?: number;
  /** Workload status, and a part of its message, that count beside "active". */
  awaiting?: { status: string; message: string };
}

/** What juju shows in the application's place while its operator or container is on the way (facts, juju a). */
const starting = /^(installing agent|agent initiali[sz]ing|waiting for container)/;

const told = ({ current, message }: Entity): string => (message === "" ? current : `${current}: ${message}`);
const missing = (why: string): Judgement => ({ ok: false, why });
const failed = (why: string): Judgement => ({ ok: false, why, failed: why });

function unitJudgement(
  name: string,
  { workload, agent, upgradingFrom }: UnitStatus,
  silent: boolean,
  awaiting: Target["awaiting"],
): Judgement {
  if (workload.current === "error") return failed(`${name} is in ${told(workload)}`);
  if (agent.current === "error" || agent.current === "failed")
    return failed(`the agent of ${name} is in ${told(agent)}`);
  if (upgradingFrom !== undefined) return missing(`${name} still runs ${upgradingFrom}`);
  if (agent.current !== "idle") return missing(`the agent of ${name} is ${told(agent)}`);
  const awaited =
    awaiting !== undefined && workload.current === awaiting.status && workload.message.includes(awaiting.message);
  const unset = silent && workload.current === "unknown" && workload.message === "";
  return workload.current === "active" || awaited || unset
    ? { ok: true, why: "" }
    : missing(`${name} is ${told(workload)}`);
}

/**
 * Whether an application is where it should be and at rest: charm channel and revision, every unit of its scale there and
 * no other, none upgrading, agents idle, workloads active. Charms that never set a status stay "unknown", and count too.
 * @param application undefined where the model has none of that name
 */
export function settled(application: AppStatus | undefined, { channel, revision, awaiting }: Target = {}): Judgement {
  if (!application) return failed("it is not in the model");
  const { units, status, scale, life, statusError } = application;
  if (statusError !== undefined) return missing(`juju could not read it: ${statusError}`);
  if (life !== "alive") return failed(`it is being removed (${life})`);
  if (
    (channel !== undefined && application.channel !== channel) ||
    (revision !== undefined && application.revision !== revision)
  ) {
    return missing(
      `it is at ${application.channel} revision ${application.revision}, not ${channel ?? "any channel"} revision ${revision ?? "any"}`,
    );
  }
  const silent = status.current === "unknown" && status.message === "";
  const judgements = Object.entries(units).map(([unit, one]) => unitJudgement(unit, one, silent, awaiting));
  const worst = judgements.find((one) => one.failed !== undefined) ?? judgements.find(({ ok }) => !ok);
  if (worst) return worst;
  if (status.current === "error") return failed(`it is in ${told(status)}`);
  const there = judgements.length;
  if (there !== scale) return missing(`${there} of ${scale} units are there`);
  // A sidecar's application shows "installing agent" until its unit was active once, also while that asks for a relation.
  const asking = Object.values(units).some(
    ({ workload }) => workload.current === awaiting?.status && !starting.test(workload.message),
  );
  if (!asking && status.current === "waiting" && starting.test(status.message)) return missing(`it is ${told(status)}`);
  return { ok: true, why: "" };
}

/** The same, where an application may also ask for relations that it gets in a later step; `awaiting` is of no account then. */
export function atRest(application: AppStatus | undefined, target: Target = {}): Judgement {
  const asking = settled(application, { ...target, awaiting: { status: "blocked", message: "" } });
  return asking.ok ? asking : settled(application, { ...target, awaiting: { status: "waiting", message: "" } });
}
