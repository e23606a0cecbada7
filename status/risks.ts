import { settled } from "../juju/settled";
import type { JujuFacts } from "../guide/preflight/facts";
import { markedLine } from "../guide/preflight/marked";
import { declaredBackup } from "../guide/backup/target";
import type { BaselineApplication, CommandStep, Plan, Relation } from "../plan/types";
import type { StatusFacts } from "./facts";

type Applications = JujuFacts["applications"];

const list = (all: string[], limit = 8): string =>
  [...all.slice(0, limit), ...(all.length > limit ? [`${all.length - limit} more`] : [])].join(", ");

/** Actions of the plan's command steps. */
export function actionsOf({ steps }: Plan): CommandStep["action"][] {
  return steps.flatMap((step) => (step.type === "command" ? [step.action] : []));
}

/** Every "channel revision" that the plan takes an application through. */
function planned(plan: Plan, name: string): string[] {
  return actionsOf(plan).flatMap((action) =>
    (action.kind === "refresh" || action.kind === "deploy") && action.application === name
      ? [`${action.channel} ${action.revision}`]
      : [],
  );
}

function ofApplication(facts: StatusFacts, name: string, before: BaselineApplication, live: Applications): string[] {
  const { plan, found } = facts;
  const now = live[name];
  if (!now) return [`${name} is not in the model: it is removed and not deployed again yet, or somebody removed it`];
  if (now.scale === 0 && before.scale > 0) {
    const stored = (facts.baseline.volumes[name] ?? []).length > 0;
    return [
      `${name} is stopped (0 units)${stored ? ': do not scale it up by hand, Juju would destroy its volume (docs/storage.md, "Scaled to 0 by hand")' : ""}`,
    ];
  }
  const at = `${now.channel} ${now.revision}`;
  const recorded = [before, found?.applications[name]].flatMap((one) =>
    one ? [`${one.channel} ${one.revision}`] : [],
  );
  if (now.statusError === undefined && ![...recorded, ...planned(plan, name)].includes(at)) {
    return [
      `${name} is at ${now.channel} revision ${now.revision}: neither what was recorded nor a step of this ${found ? "rollback" : "upgrade"}, so somebody changed it`,
    ];
  }
  const { failed, why, ok } = settled(now);
  if (failed !== undefined) return [`${name}: ${failed}`];
  return ok || now.status.current !== "blocked" ? [] : [`${name}: ${why}`];
}

/** Relations that the model must have at the end and has not now, of those that it had. */
function withoutRelations(plan: Plan, had: Relation[], relations: Relation[]): string[] {
  const now = new Set(relations.map((one) => one.join(" ")));
  const end = actionsOf(plan).flatMap((action) =>
    action.kind === "verify" ? action.expected.relations.map((one) => one.join(" ")) : [],
  );
  return had.map((one) => one.join(" ")).filter((one) => end.includes(one) && !now.has(one));
}

/** Databases that finalize has taken away: they serve under another name. */
function finalized({ plan, verified }: StatusFacts): string[] {
  return verified ? actionsOf(plan).flatMap((action) => (action.kind === "load-database" ? [action.from] : [])) : [];
}

function ofModel(facts: StatusFacts): string[] {
  const { plan, baseline, live, recorded } = facts;
  if (!live.read) return [`the model could not be read: ${live.why}`];
  if (!recorded || !live.facts.juju) return [];
  const { applications } = live.facts.juju;
  const away = withoutRelations(plan, baseline.relations, live.relations);
  return [
    ...Object.entries(baseline.applications)
      .filter(([name]) => name in applications || !finalized(facts).includes(name))
      .flatMap(([name, before]) => ofApplication(facts, name, before, applications)),
    ...(away.length > 0
      ? [
          `relations that are taken away for the time being (${away.length}): ${list(
            away.map((one) => one.replace(" ", " and ")),
            4,
          )}`,
        ]
      : []),
  ];
}

/** What could be lost or stands still as things are; each a line for people. */
export function risksOf(facts: StatusFacts, begun: boolean): string[] {
  const { settings, backupProven, verified, state } = facts;
  const declared = declaredBackup(settings);
  return [
    ...(begun && !backupProven
      ? ["no backup is proven yet: steps that change the model refuse to run until one is"]
      : []),
    ...(begun && declared && !verified ? ["the backup is only declared, not proven by this program"] : []),
    ...(begun && !verified && state === undefined
      ? ["the stack's state is lost: what is done is looked up again, step by step"]
      : []),
    ...(facts.live.read ? facts.live.facts.marked.map(markedLine) : []),
    ...ofModel(facts),
  ];
}

/** How many of the applications that the plan changes are at their target by now. */
export function progressOf({ plan, baseline, found, live }: StatusFacts): { at: number; of: number } | undefined {
  if (!live.read || !live.facts.juju) return undefined;
  const { applications } = live.facts.juju;
  const targets = actionsOf(plan).flatMap((action) =>
    action.kind === "verify" ? Object.entries(action.expected.applications) : [],
  );
  const start = (found ?? baseline).applications;
  const changing = targets.filter(
    ([name, { channel, revision }]) => start[name]?.channel !== channel || start[name].revision !== revision,
  );
  const reached = changing.filter(
    ([name, { channel, revision }]) =>
      applications[name]?.channel === channel && applications[name].revision === revision,
  );
  return { at: reached.length, of: changing.length };
}
