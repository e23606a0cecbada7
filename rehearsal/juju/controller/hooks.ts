import { rulesFor } from "../rules";
import { HookError } from "../rules/rule";
import { strikes } from "./faults";
import { leaderOf, relationsOf, unitName, type Host } from "./host";
import { enqueue } from "./queue";
import { setStatus } from "./statuses";
import type { Delay } from "./settle";
import type { Application, HookKind, QueuedHook, Unit } from "./state";

const duration: Record<HookKind, Delay> = {
  install: "install",
  "leader-elected": "hook",
  "config-changed": "hook",
  start: "hook",
  "upgrade-charm": "upgradeCharm",
  "relation-changed": "relationHook",
  "relation-broken": "relationBroken",
  stop: "stop",
  remove: "hook",
};

async function perform(host: Host, app: Application, unit: Unit, hook: QueuedHook): Promise<"again" | undefined> {
  const said = host.state.faults["hook-error"]?.message ?? "fault: hook-error";
  if (strikes(host.state, "hook-error", { application: app.name, hook: hook.name })) throw new HookError(said);
  if (leaderOf(app) === unit && !strikes(host.state, "hook-skipped", { application: app.name, hook: hook.name })) {
    for (const rule of rulesFor(app)) {
      if ((await rule.hook?.({ host, app, revision: unit.revision }, hook, unit)) === "again") return "again";
    }
    if (hook.kind === "install") app.charmState.installed = "true";
    setPodSpec(host, app, unit, hook);
  }
  if (hook.kind === "relation-broken") {
    const relation = host.state.relations.find(({ id }) => id === hook.relation);
    if (relation !== undefined && !relation.departed.includes(unitName(app, unit)))
      relation.departed.push(unitName(app, unit));
  }
  if (hook.kind === "remove") unit.departed = true;
  return undefined;
}

/** A podspec charm sets its pod spec only while nothing is missing; until then the old workload goes on running. */
function setPodSpec(host: Host, app: Application, unit: Unit, { kind }: QueuedHook): void {
  if (kind === "relation-broken" || kind === "stop" || kind === "remove") return;
  if (host.catalogue.revision(app.charm, unit.revision).generation !== "podspec") return;
  if (rulesFor(app).some((rule) => rule.status?.({ host, app, revision: unit.revision }) !== undefined)) return;
  app.workloadRevision = unit.revision;
}

function fail(host: Host, app: Application, unit: Unit, hook: QueuedHook, error: HookError): void {
  const attempts = (hook.failure?.attempts ?? 0) + 1;
  const wait = Math.min(host.settle("retryFirst") * 2 ** (attempts - 1), host.settle("retryCap"));
  hook.failure = { attempts, retryAt: host.now() + wait };
  delete hook.endsAt;
  host.log(`unit-${app.name}-${unit.number}: ERROR hook "${hook.name}" failed: ${error.message}`);
  setStatus(host, unit.workload, "error", `hook failed: "${hook.name}"`);
  setStatus(host, unit.agent, "idle");
}

/** A refreshed unit upgrades as soon as nothing before it is failing; a failing unit defers it silently (juju.md b, --force-units). */
function noticeUpgrade(host: Host, app: Application, unit: Unit): void {
  if (unit.revision === app.revision || unit.life === "dying") return;
  if (unit.hooks.some(({ kind }) => kind === "install")) {
    unit.revision = app.revision;
    return;
  }
  if (
    unit.hooks.some(
      ({ kind, endsAt, failure }) => kind === "upgrade-charm" && endsAt === undefined && failure === undefined,
    )
  )
    return;
  const notBefore = app.changedAt + host.settle("stale");
  unit.hooks.push(
    { kind: "upgrade-charm", name: "upgrade-charm", notBefore },
    { kind: "config-changed", name: "config-changed", notBefore },
  );
}

/** Moves one unit's hooks on as far as the clock allows. */
export async function advanceHooks(host: Host, app: Application, unit: Unit): Promise<void> {
  noticeUpgrade(host, app, unit);
  for (;;) {
    const hook = unit.hooks[0];
    if (hook === undefined) {
      if (unit.departed !== true) setStatus(host, unit.agent, "idle");
      return;
    }
    if (hook.failure !== undefined && host.now() < hook.failure.retryAt) return;
    if (hook.endsAt === undefined) {
      if (host.now() < hook.notBefore) return;
      hook.endsAt = host.now() + host.settle(duration[hook.kind]);
      if (hook.kind === "upgrade-charm") unit.revision = app.revision;
      setStatus(host, unit.agent, "executing", `running ${hook.name} hook`);
    }
    if (host.now() < hook.endsAt) return;
    try {
      if ((await perform(host, app, unit, hook)) === "again") return;
    } catch (error) {
      if (!(error instanceof HookError)) throw error;
      fail(host, app, unit, hook, error);
      return;
    }
    unit.hooks = unit.hooks.filter((other) => other !== hook);
    if (unit.workload.current === "error") setStatus(host, unit.workload, "maintenance", "");
  }
}

/** Queues what a new relation makes both sides run. */
export function announceRelation(host: Host, app: Application): void {
  for (const { relation, endpoint } of relationsOf(host, app.name)) {
    if (relation.life === "alive")
      enqueue(host, app, "relation-changed", { relation: relation.id, name: `${endpoint}-relation-changed` });
  }
}
