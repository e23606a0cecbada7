import { makePlan } from "../../guide/plan";
import { expectedSeconds, kindOf } from "../../report/durations";
import type { PageSource, RehearsalRecord } from "../../report/page-data";
import { parseRecorded } from "../../report/recorded";
import { schedule } from "../../report/schedule";
import type { Plan } from "../../plan/types";
import type { StatusFacts } from "../../status/facts";
import { judgeStatus } from "../../status/judge";
import { parseStack } from "../../status/stack";
import { liveOf } from "../status/live";
import { baselineChangedStorage, hop, settings } from "./baseline";

const began = Date.parse("2026-11-28T21:00:00Z");
const baseline = baselineChangedStorage();
export const samplePlan = makePlan(hop, baseline, settings);

const evidence: Record<string, object> = {
  "prove-backup": {
    kind: "prove-backup",
    changed: false,
    proven: true,
    target: { claim: "ckf-upgrade-backup" },
    digest: "5f0c1a".padEnd(64, "7"),
    objects: 20480,
    bytes: 4_294_967_296,
    buckets: 2,
    restored: 64,
    restoredBytes: 9_437_184,
  },
  "start-minio": { kind: "start-on-volume", changed: true, application: "minio", downtimeSeconds: 381.5 },
  verify: {
    kind: "verify",
    verified: true,
    release: "1.7",
    checks: [
      { invariant: "a", name: "versions", outcome: "ok", detail: "36 applications are at their channel and revision" },
      { invariant: "c", name: "objects", outcome: "ok", detail: "20480 objects are served, each with its content" },
      { invariant: "d", name: "rows", outcome: "ok", detail: "18211 rows of 47 tables, as many as before or more" },
      { invariant: "g", name: "serverless", outcome: "not checked", detail: "the cluster has no KnativeServing" },
    ],
  },
};

const slots = schedule(samplePlan.steps, (step) => expectedSeconds(samplePlan, step));

/** What `pulumi stack export` prints once these steps are done. */
export function exportedState(done: string[], pending: string[] = []): string {
  const urn = (id: string): string =>
    `urn:pulumi:staging::charmed-kubeflow-upgrade::ckf:upgrade:Upgrade$command:local:Command::${id}`;
  return JSON.stringify({
    version: 3,
    deployment: {
      resources: done.map((id) => ({
        urn: urn(id),
        type: "command:local:Command",
        custom: true,
        created: new Date(began + slots.get(id)!.to * 1000).toISOString(),
        modified: new Date(began + slots.get(id)!.to * 1000).toISOString(),
        outputs: { stdout: JSON.stringify({ step: id, ...evidence[id] }) },
      })),
      pending_operations: pending.map((id) => ({
        type: "creating",
        resource: { urn: urn(id), type: "command:local:Command", custom: true },
      })),
    },
  });
}

function sourceOf(text: string, more: Partial<StatusFacts>, rehearsal?: RehearsalRecord): PageSource {
  const facts: StatusFacts = {
    stack: "staging",
    settings,
    plan: samplePlan,
    baseline,
    recorded: true,
    state: parseStack(text, "1.6-1.7"),
    locks: [],
    backupProven: true,
    verified: false,
    failures: {},
    live: liveOf(baseline),
    ...more,
  };
  return {
    facts,
    status: judgeStatus(facts),
    recorded: parseRecorded(text, "1.6-1.7"),
    at: "2026-11-28T21:40:00.000Z",
    rehearsal,
  };
}

const all = samplePlan.steps.map(({ id }) => id);
/** Steps that had ended, and that were under way, so many seconds after the beginning. */
const endedAt = (seconds: number): string[] => all.filter((id) => slots.get(id)!.to <= seconds);
const underWayAt = (seconds: number): string[] =>
  all.filter((id) => slots.get(id)!.from < seconds && slots.get(id)!.to > seconds);

function upgradedLive(plan: Plan): ReturnType<typeof liveOf> {
  const [{ action }] = plan.steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "verify" ? [{ action: step.action }] : [],
  );
  if (action.kind !== "verify") throw new Error("the plan verifies nothing");
  const added = { generation: "sidecar" as const, scale: 1, trust: true, config: {}, configOmitted: [] };
  return liveOf({
    applications: Object.fromEntries(
      Object.entries(action.expected.applications).map(([name, one]) => [name, { ...added, ...one }]),
    ),
    relations: action.expected.relations,
  });
}

/** An upgrade that ended verified. */
export const goodSource = (): PageSource =>
  sourceOf(exportedState(all), { verified: true, live: upgradedLive(samplePlan) });

/** One that a step ended: the copy's objects are not those of the backup. */
export function failedSource(): PageSource {
  const before = all.slice(0, all.indexOf("prove-objects")).filter((id) => id !== "prove-objects");
  return sourceOf(exportedState(before), {
    failures: {
      "prove-objects": {
        at: "2026-11-28T21:21:00Z",
        message:
          'Job "minio-verify" found 3 of 20480 objects that differ: mlpipeline/artifacts/<b>run</b>/1 and 2 more. What MinIO serves is not what was backed up. See `kubectl logs job/minio-verify -n kubeflow`, and restore them (docs/restore.md)',
      },
    },
  });
}

/** One that runs: the stack is locked by a process that is alive. */
export function halfWaySource(): PageSource {
  const seconds = 700;
  return sourceOf(exportedState(endedAt(seconds), underWayAt(seconds)), {
    locks: [{ holder: "ann@admin-1, process 4711, since 2026-11-28T21:00:00Z", alive: true }],
  });
}

/** The end of a rehearsal, as rehearsal/report.ts has it. */
export function rehearsalRecord(ok: boolean): RehearsalRecord {
  return {
    scenario: "changed-storage",
    steps: samplePlan.steps.map((step) => ({
      id: step.id,
      kind: kindOf(step),
      startedAt: new Date(began + slots.get(step.id)!.from * 100).toISOString(),
      seconds: (slots.get(step.id)!.to - slots.get(step.id)!.from) / 10,
      status: "done",
    })),
    objects: { before: 508, after: 508, bytes: 33_554_432, mismatched: ok ? [] : ["mlpipeline/artifacts/17"] },
    databases: { tables: 47, before: 1200, after: 1200 },
    downtimeSeconds: 41.2,
    losses: ok ? [] : ["profile alice is gone"],
    plugins: { command: "stand-in", kubernetes: "official" },
    trials: [
      { name: "preview", ok: true, detail: "105 resources, path copy" },
      {
        name: "secrets",
        ok,
        detail: ok ? "none of 6 planted credentials was found" : "minio's key is in arguments of a process",
      },
    ],
    ok,
  };
}

export const rehearsedSource = (ok: boolean): PageSource => ({ ...goodSource(), rehearsal: rehearsalRecord(ok) });
