import { ids } from "../planner/ids";
import { cleanUp } from "../guide/rollback/again";
import type { Irreversible, Phase, Step } from "../plan/types";
import type { StatusFacts } from "./facts";
import { actionsOf, progressOf, risksOf } from "./risks";

/** Exit codes of `npm run status`; 2 is for wrong words on the command line. */
export const exitCodes = {
  /** Nothing is left to do. */
  done: 0,
  /** The status could not be told. */
  unknown: 1,
  /** Work is left and nothing known stands in its way. */
  left: 3,
  /** A person has to do something first. */
  blocked: 4,
  /** An `up` is running. */
  running: 5,
};

export interface PhaseRow {
  phase: Phase;
  steps: number;
  done: number;
  /** Steps that failed or were cut off. */
  stuck: string[];
}

/** What became of an upgrade, or of the way back, for people. */
export interface Status {
  headline: string;
  exitCode: number;
  /** By phase; empty where nothing is planned. */
  phases: PhaseRow[];
  progress: { at: number; of: number } | undefined;
  /** Steps that a run was in the middle of when it was cut off. */
  cutOff: string[];
  /** What was said by what stands in the way, by step or check. */
  obstacles: { name: string; told: string }[];
  risks: string[];
  /** What to do next: commands, and remarks that start with "#". */
  next: string[];
}

type Verdict = Pick<Status, "headline" | "exitCode" | "next">;

const guarded = "--policy-pack policy";

/** Ids of steps that are behind this plan: their resource is whole, or its end is recorded as verified. */
function doneSteps({ plan, found, state, verified }: StatusFacts): Set<string> {
  const done = new Set(state?.done);
  // Both ways end with a step of this name: before the way back is recorded, what the state holds of it may be the upgrade's.
  if (found && !done.has(ids.rolledBack)) done.delete(ids.verify);
  return new Set(
    plan.steps.filter(({ id, phase }) => done.has(id) || (verified && phase !== "finalize")).map(({ id }) => id),
  );
}

/** What failed steps and unready resources said, of steps that are not done. */
function obstaclesOf({ plan, found, state, failures }: StatusFacts, done: Set<string>): Status["obstacles"] {
  return plan.steps.flatMap(({ id, dependsOn }) => {
    if (done.has(id) || (found && id === ids.verify && !dependsOn.every((before) => done.has(before)))) return [];
    const failure = failures[id];
    const unready = state?.unready[id];
    if (failure) return [{ name: id, told: `${failure.message} (${failure.at})` }];
    return unready === undefined ? [] : [{ name: id, told: unready }];
  });
}

function rows(steps: Step[], done: Set<string>, stuck: Set<string>): PhaseRow[] {
  const phases = [...new Set(steps.map(({ phase }) => phase))];
  return phases.map((phase) => {
    const own = steps.filter((step) => step.phase === phase).map(({ id }) => id);
    return {
      phase,
      steps: own.length,
      done: own.filter((id) => done.has(id)).length,
      stuck: own.filter((id) => stuck.has(id) && !done.has(id)),
    };
  });
}

/** Why juju, cluster and baseline do not mean one model; undefined where they do or juju cannot be asked. */
function otherModel({ baseline, live }: StatusFacts): string | undefined {
  if (!live.read || !live.facts.juju) return undefined;
  const { juju, namespaceOf } = live.facts;
  const { uuid, name } = baseline.model;
  if (juju.uuid === uuid && namespaceOf === uuid) return undefined;
  return `the baseline is of model ${uuid}, juju's "${name}" is ${juju.uuid}, the cluster's namespace "${name}" is of ${namespaceOf ?? "no model"}`;
}

const set = ({ stack }: StatusFacts, words: string): string => `pulumi config set ${words} --stack ${stack}`;

/** The run that goes on. A rollback that was begun goes on as one, whatever the setting says by now. */
function up(facts: StatusFacts): string[] {
  const back =
    facts.found && !facts.settings.rollback
      ? ["# a rollback was begun, and an upgrade is refused from here on:", set(facts, "rollback true")]
      : [];
  return [...back, `pulumi up --stack ${facts.stack} ${guarded}`];
}

/** What the way back may lose and nobody accepted yet. */
function askedOf({ plan: { irreversible = [] }, settings }: StatusFacts): Irreversible[] {
  return irreversible.filter(({ name, asks }) => asks && !settings.acceptIrreversible.includes(name));
}

/** What to do about the lock of a run that is over, where one is known or may be there. */
function unlock({ stack, locks }: StatusFacts): string[] {
  if (locks === undefined)
    return [`# if pulumi says that the stack is locked and no other run is under way: pulumi cancel --stack ${stack}`];
  return locks.length > 0 ? [`pulumi cancel --yes --stack ${stack}`] : [];
}

const mend = "# mend what is named above, or name it in ignorePreflight (docs/checks.md)";

/** Whether preflight would refuse a model that no step has changed. The way back, which may have taken every change back, asks no more. */
function refused({ found, live, plan, verified }: StatusFacts): boolean {
  return !found && live.read && !live.facts.resumed && live.findings.length > 0 && plan.steps.length > 0 && !verified;
}

function notBegun(facts: StatusFacts): Verdict {
  const { stack, state, locks, found, settings } = facts;
  const init = [...(state === undefined ? [`pulumi stack init ${stack}`] : []), ...(locks ? unlock(facts) : [])];
  const review = `pulumi preview --stack ${stack} ${guarded}`;
  const asked = found ? askedOf(facts) : [];
  if (asked.length > 0) {
    const accept = asked.map(({ name }, index) =>
      set(facts, `--path 'acceptIrreversible[${settings.acceptIrreversible.length + index}]' ${name}`),
    );
    return {
      headline: "not begun: up would refuse until what is named below is accepted",
      exitCode: exitCodes.blocked,
      next: [...init, review, "# accept by its name what you accept, then", ...accept, ...up(facts)],
    };
  }
  if (refused(facts)) {
    return {
      headline: "not begun: preflight would refuse",
      exitCode: exitCodes.blocked,
      next: [`${mend}, then`, ...init, review, ...up(facts)],
    };
  }
  return { headline: "not begun", exitCode: exitCodes.left, next: [...init, review, ...up(facts)] };
}

/** The end of the way back: what an upgrade needs that is to begin anew. */
function back(facts: StatusFacts): Verdict {
  const { stack, plan, settings, state, locks } = facts;
  const [headline, next] = [
    `taken back to release ${plan.from}, and verified`,
    [
      "# nothing is left to do here. Before the model is upgraded again, clean up, which changes nothing in it, and take another place for the backup (docs/rollback.md):",
      ...(state === undefined ? [] : [...(locks ? unlock(facts) : []), `pulumi destroy --stack ${stack}`]),
      ...cleanUp(plan.model, plan.from, plan.to),
    ],
  ];
  if (settings.rollback) return { headline, exitCode: exitCodes.done, next: [...next, set(facts, "rollback false")] };
  return { headline: `${headline}; the upgrade that is set now is refused`, exitCode: exitCodes.blocked, next };
}

function ended(facts: StatusFacts, done: Set<string>): Verdict {
  const { plan, settings } = facts;
  const finalize = plan.steps.filter(({ phase }) => phase === "finalize");
  if (finalize.length > 0 && finalize.every(({ id }) => done.has(id)))
    return { headline: "done, verified and finalized", exitCode: exitCodes.done, next: [] };
  if (settings.finalize && finalize.length > 0)
    return {
      headline: "done and verified; finalize is not through",
      exitCode: exitCodes.left,
      next: [...unlock(facts), ...up(facts)],
    };
  const left =
    plan.storage.some(({ path }) => path !== "refresh") ||
    actionsOf(plan).some(({ kind }) => kind === "store-root-password");
  const tidy = left
    ? [
        "# look at your pipelines; when you are content, delete what is not used any more (volumes, moved databases, copies of passwords):",
        set(facts, "finalize true"),
        ...up(facts),
      ]
    : [];
  return { headline: "done and verified", exitCode: exitCodes.done, next: tidy };
}

/** What a run was in the middle of when it was cut off. On the way back, what an upgrade was cut off in is past. */
function cutOffIn({ plan, found, state }: StatusFacts): string[] {
  const pending = Object.keys(state?.pending ?? {}).sort();
  return found ? pending.filter((name) => plan.steps.some(({ id }) => id === name)) : pending;
}

function underWay(facts: StatusFacts, obstacles: Status["obstacles"]): Verdict {
  const { stack, state, locks } = facts;
  const elsewhere = (locks ?? []).filter(({ alive }) => alive === undefined);
  if (elsewhere.length > 0) {
    return {
      headline: `locked by ${elsewhere.map(({ holder }) => holder).join(", ")}`,
      exitCode: exitCodes.blocked,
      next: [`# make sure that that run is over, then`, `pulumi cancel --yes --stack ${stack}`, ...up(facts)],
    };
  }
  if (state === undefined)
    return {
      headline: "begun, and the stack's state is lost",
      exitCode: exitCodes.left,
      next: [
        `pulumi stack init ${stack}`,
        "# set the settings of this stack again (pulumi config set), then",
        ...up(facts),
      ],
    };
  if (refused(facts))
    return {
      headline: "begun, and preflight would refuse to go on",
      exitCode: exitCodes.blocked,
      next: [`${mend}, then`, ...unlock(facts), ...up(facts)],
    };
  const cutOff = cutOffIn(facts);
  const cut =
    cutOff.length > 0 ? [`cut off in the middle of ${cutOff.length === 1 ? cutOff[0] : `${cutOff.length} steps`}`] : [];
  // What was cut off began anew: what it said when it failed before is no answer to that.
  const failed = obstacles.filter(({ name }) => !cutOff.includes(name)).map(({ name }) => name);
  const goOn = [...unlock(facts), ...up(facts)];
  if (failed.length > 0)
    return {
      headline: [...cut, `stopped: ${failed.join(", ")} failed`].join("; "),
      exitCode: exitCodes.blocked,
      next: ["# mend what is named above, then", ...goOn],
    };
  return { headline: cut[0] ?? "begun, and not through", exitCode: exitCodes.left, next: goOn };
}

function verdict(facts: StatusFacts, begun: boolean, done: Set<string>, obstacles: Status["obstacles"]): Verdict {
  const { plan, found, verified, locks = [] } = facts;
  const running = locks.filter(({ alive }) => alive === true);
  if (running.length > 0)
    return {
      headline: `pulumi is at work: ${running.map(({ holder }) => holder).join(", ")}`,
      exitCode: exitCodes.running,
      next: ["# wait for it, then: npm run status"],
    };
  const other = otherModel(facts);
  if (other !== undefined)
    return {
      headline: `another model: ${other}`,
      exitCode: exitCodes.blocked,
      next: ["# point both to the same: juju switch, kubectl config use-context"],
    };
  if (plan.steps.length === 0 && found)
    return {
      headline: "the model is as it was recorded: there is nothing to take back",
      exitCode: exitCodes.done,
      next: [set(facts, "rollback false")],
    };
  if (plan.steps.length === 0)
    return { headline: `every application is at release ${plan.to} already`, exitCode: exitCodes.done, next: [] };
  if (verified) return found ? back(facts) : ended(facts, done);
  return begun ? underWay(facts, obstacles) : notBegun(facts);
}

/** What is done, what is left, what is at risk and what to type next. Pure. */
export function judgeStatus(facts: StatusFacts): Status {
  const { plan, found, recorded, live } = facts;
  const done = doneSteps(facts);
  // The way back shares its first steps with the upgrade: those are no beginning of it.
  const begun = recorded || (!found && done.size > 0);
  const obstacles = obstaclesOf(facts, done);
  const findings =
    live.read && refused(facts)
      ? live.findings.map(({ name, subject, fact, next }) => ({ name, told: `${subject} ${fact}. ${next}` }))
      : [];
  const refusing = found ? (begun ? [] : askedOf(facts).map(({ name, what }) => ({ name, told: what }))) : findings;
  const cutOff = cutOffIn(facts);
  const stuck = new Set([...obstacles.map(({ name }) => name), ...cutOff]);
  return {
    ...verdict(facts, begun, done, obstacles),
    phases: rows(plan.steps, done, stuck),
    cutOff,
    progress: begun ? progressOf(facts) : undefined,
    obstacles: [...obstacles, ...refusing],
    risks: plan.steps.length > 0 ? risksOf(facts, begun) : [],
  };
}
