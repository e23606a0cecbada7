import { rulesFor } from "../rules";
import { leaderOf, type Host } from "./host";
import type { Observed } from "./observe";
import type { Application, Status, Unit } from "./state";

/** Sets a status in place; `since` moves only when it changes. */
export function setStatus(host: Pick<Host, "now">, status: Status, current: string, message = ""): void {
  if (status.current === current && (status.message ?? "") === message) return;
  status.current = current;
  status.since = host.now();
  if (message === "") delete status.message;
  else status.message = message;
}

function workloadStatus(
  host: Host,
  app: Application,
  unit: Unit,
  observed: Observed,
): { current: string; message?: string } | undefined {
  if (unit.hooks[0]?.failure !== undefined || unit.life === "dying") return undefined;
  if (unit.hooks.some(({ kind }) => kind === "install"))
    return {
      current: "waiting",
      message: unit.agent.current === "allocating" ? "installing agent" : "agent initialising",
    };
  const upgradeAhead =
    unit.revision !== app.revision ||
    unit.hooks.some(({ kind, endsAt }) => kind === "upgrade-charm" && endsAt === undefined);
  if (upgradeAhead) return undefined;
  for (const rule of rulesFor(app)) {
    const said = rule.status?.({ host, app, revision: unit.revision });
    if (said !== undefined) return said;
  }
  const pod = observed.podOf(app, unit);
  if (pod?.failure !== undefined)
    return { current: app.workloadRevision === undefined ? "waiting" : "error", message: pod.failure };
  if (pod?.ready !== true) {
    const upgrading = unit.hooks.some(({ kind }) => kind === "upgrade-charm");
    return upgrading && app.workloadRevision !== app.revision
      ? undefined
      : { current: "waiting", message: "waiting for container" };
  }
  return { current: "active" };
}

/** Brings unit and application status up to what hooks and pods say. */
export function refreshStatuses(host: Host, app: Application, observed: Observed): void {
  for (const unit of app.units) {
    const pod = observed.podOf(app, unit);
    if (pod === undefined) delete unit.address;
    else {
      unit.providerId = pod.providerId;
      if (pod.address === undefined) delete unit.address;
      else unit.address = pod.address;
    }
    const status = workloadStatus(host, app, unit, observed);
    if (status !== undefined) setStatus(host, unit.workload, status.current, status.message);
  }
  const leader = leaderOf(app);
  if (leader === undefined) setStatus(host, app.status, "unknown");
  else setStatus(host, app.status, leader.workload.current, leader.workload.message);
}
