import type { Plan, Step } from "../plan/types";

/** What a step is, for a table of durations: the kind of its action, of its Job, or of its resource. */
export function kindOf(step: Step): string {
  switch (step.type) {
    case "command":
      return step.action.kind;
    case "job":
      return step.job;
    case "copy":
      return step.pass;
    case "dump":
    case "retain":
    case "claim":
    case "record":
    case "found":
    case "hook":
      return step.type;
  }
}

/**
 * Typical seconds of a step by kind, on a model of real size. Measured on a real controller with small charms: a refresh of a podspec
 * charm 7 s, of a sidecar charm 42 s, a removal with the deployment 11 s. What is here is about three times as much, because
 * the images of real charms are pulled on the way.
 */
const typical: Record<string, number> = {
  preflight: 30,
  "prove-backup": 10,
  "export-resources": 20,
  "prove-resources": 30,
  "delete-export": 5,
  "store-root-password": 5,
  "prove-database": 20,
  "prove-presync": 5,
  "prove-migration": 5,
  "prove-objects": 5,
  "remove-relation": 30,
  "add-relation": 60,
  trust: 10,
  untrust: 10,
  "restore-config": 20,
  "accept-irreversible": 2,
  "guard-definitions": 10,
  "lift-guard": 5,
  scale: 60,
  refresh: 120,
  "remove-application": 90,
  deploy: 120,
  "load-database": 120,
  "finalize-database": 60,
  "delete-root-password": 5,
  "protect-profile": 5,
  "store-credentials": 5,
  "set-credentials": 15,
  "check-retain": 5,
  "find-claim": 15,
  "delete-job-pods": 15,
  "adopt-volume": 20,
  verify: 120,
  "finalize-volume": 30,
  "minio-backup": 60,
  "resources-backup": 40,
  "minio-verify": 60,
  dump: 60,
  presync: 60,
  migration: 60,
  retain: 3,
  claim: 20,
  record: 3,
  found: 3,
};

const unknownKind = 60;

/**
 * MiB a second that a Job moves, beside its base in the table: careful values, about a third of what docs/benchmarks.md measured on one
 * disk. The second pass of a copy reads everything once more and writes what changed.
 */
const speed: Record<string, number> = { "minio-backup": 30, "minio-verify": 60, presync: 30, migration: 60 };

/** What earlier runs took, and where that is from. Seconds. */
export interface RecordedTimes {
  source: string;
  byId: Record<string, number>;
  byKind: Record<string, number>;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function medians(pairs: [string, number][]): Record<string, number> {
  const all = new Map<string, number[]>();
  for (const [name, seconds] of pairs) all.set(name, [...(all.get(name) ?? []), seconds]);
  return Object.fromEntries([...all].map(([name, values]) => [name, median(values)]));
}

/** Medians of the steps that ended well; a step that failed or was cut off says nothing of its duration. */
export function recordedTimes(
  source: string,
  steps: { id: string; kind: string; seconds: number; status: string }[],
): RecordedTimes {
  const done = steps.filter(({ status }) => status === "done");
  return {
    source,
    byId: medians(done.map(({ id, seconds }) => [id, seconds])),
    byKind: medians(done.map(({ kind, seconds }) => [kind, seconds])),
  };
}

function movedMiB(plan: Plan, step: Step): number {
  if (!(kindOf(step) in speed)) return 0;
  const volumes = plan.storage.filter(({ source, application }) =>
    step.type === "copy" ? source.claim === step.source.claim : application === plan.storage[0]?.application,
  );
  return volumes.reduce((sum, { source }) => sum + source.capacityMiB, 0);
}

/** Seconds that a step of a plan takes, about: what was recorded of it, of its kind, else the table. A full volume is assumed. */
export function expectedSeconds(plan: Plan, step: Step, recorded?: RecordedTimes): number {
  const kind = kindOf(step);
  const earlier = recorded?.byId[step.id] ?? recorded?.byKind[kind];
  if (earlier !== undefined) return earlier;
  return Math.round((typical[kind] ?? unknownKind) + movedMiB(plan, step) / (speed[kind] ?? 1));
}

const minute = 60;

/** "40 s", "7 min", "2 h 10 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / minute);
  if (minutes < 90) return `${minutes} min`;
  const left = minutes % 60;
  return `${Math.floor(minutes / 60)} h${left > 0 ? ` ${left} min` : ""}`;
}

/** "0:07", "2:15": hours and minutes since the start. */
export function formatClock(seconds: number): string {
  const minutes = Math.floor(seconds / minute);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}
