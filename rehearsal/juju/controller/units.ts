import { announceRelation } from "./hooks";
import { enqueueUnit } from "./queue";
import { relationsOf, type Host } from "./host";
import type { Observed } from "./observe";
import type { Application, Unit } from "./state";
import { attachStorage, detachStorage } from "./storage";
import { setStatus } from "./statuses";

function newUnit(host: Host, app: Application, number: number): Unit {
  const since = host.now();
  const unit: Unit = {
    number,
    life: "alive",
    revision: app.revision,
    hooks: [],
    workload: { current: "waiting", message: "installing agent", since },
    agent: { current: "allocating", since },
  };
  for (const kind of ["install", "leader-elected", "config-changed", "start"] as const)
    enqueueUnit(host, unit, kind, { delay: "provision" });
  return unit;
}

function retire(host: Host, app: Application, unit: Unit): void {
  unit.life = "dying";
  unit.hooks = unit.hooks.filter(
    ({ failure, endsAt, kind }) => failure !== undefined || endsAt !== undefined || kind === "relation-broken",
  );
  for (const { relation, endpoint } of relationsOf(host, app.name)) {
    if (relation.life === "dying")
      enqueueUnit(host, unit, "relation-broken", { relation: relation.id, name: `${endpoint}-relation-broken` });
  }
  enqueueUnit(host, unit, "stop");
  enqueueUnit(host, unit, "remove");
}

/** A failing hook holds a removal for ever; --force goes on without it (juju.md b, remove-application). */
function skipFailures(unit: Unit): void {
  unit.hooks = unit.hooks.filter(({ failure }) => failure === undefined);
}

/** Makes the set of units follow the wanted scale; a unit is gone only when its pod is. */
export function reconcileUnits(host: Host, app: Application, observed: Observed): void {
  const wanted = app.life === "dying" ? 0 : app.scale;
  const alive = app.units.filter(({ life }) => life === "alive").sort((a, b) => a.number - b.number);
  for (const unit of alive.slice(wanted)) retire(host, app, unit);
  for (let number = 0, count = alive.length; count < wanted; number++) {
    if (app.units.some((unit) => unit.number === number)) {
      if (app.units.some((unit) => unit.number === number && unit.life === "dying")) break;
      continue;
    }
    app.units.push(newUnit(host, app, number));
    attachStorage(host, app, `${app.name}/${number}`);
    announceRelation(host, app);
    count++;
  }
  const departed = app.units.filter((unit) => unit.departed === true);
  for (const unit of departed) {
    setStatus(host, unit.workload, "terminated");
    const pods = observed.pods(app.name);
    const gone =
      pods.every(({ metadata }) => metadata.name !== `${app.name}-${unit.number}`) &&
      pods.filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind === "ReplicaSet").length <=
        app.units.length - departed.length;
    if (!gone) continue;
    app.units = app.units.filter((other) => other !== unit);
    detachStorage(host, `${app.name}/${unit.number}`);
  }
  if (app.removal?.force === true) app.units.forEach(skipFailures);
}
