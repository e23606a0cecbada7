import { directEdges } from "../planner/reduce";
import { describe } from "../plan/render";
import { backupTarget, declaredBackup, describeDeclared } from "../guide/backup/target";
import type { Plan } from "../plan/types";
import type { StatusFacts } from "../status/facts";
import { type Status, exitCodes } from "../status/judge";
import { chapters } from "./chapters";
import { chapterTitles } from "./guide";
import type { Recorded } from "./recorded";
import { type Slot, criticalPath } from "./schedule";
import { awayBetween, outages } from "./services";

/** What a rehearsal knows beside the stack: out/rehearsal.json (rehearsal/report.ts), as far as it is shown. */
export interface RehearsalRecord {
  scenario: string;
  steps: { id: string; startedAt: string; seconds: number; status: "running" | "done" | "failed"; said?: string }[];
  losses: string[];
  objects: { before: number; after: number; bytes: number; mismatched: string[] };
  databases: { tables: number; before: number; after: number };
  /** Seconds without an object, as an outsider saw it. */
  downtimeSeconds: number;
  plugins: Record<string, string>;
  trials: { name: string; ok: boolean; detail: string }[];
  ok: boolean;
}

export type StepState = "done" | "failed" | "running" | "cut off" | "left";

export interface PageStep {
  id: string;
  does: string;
  why: string;
  after: string[];
  state: StepState;
  /** Milliseconds since 1970; undefined where it did not run, or it is not known when. */
  slot?: Slot;
  critical: boolean;
  /** What it failed with. */
  said?: string;
}

export interface PageChapter {
  number: number;
  title: string;
  steps: PageStep[];
}

export interface PageOutage {
  application: string;
  notice: string;
  /** Milliseconds since 1970; undefined where it has not ended or not begun. */
  slot?: Slot;
  /** Seconds by the program's own clock. */
  measuredSeconds?: number;
}

/** All that a report shows. Holds no secret. */
export interface PageData {
  heading: string;
  model: string;
  stack: string;
  /** ISO 8601: of when this is. */
  at: string;
  verdict: { tone: "good" | "bad" | "open"; text: string };
  status: Pick<Status, "obstacles" | "risks" | "next">;
  chapters: PageChapter[];
  /** Whether begins are only taken from when a step could begin. */
  beginsEstimated: boolean;
  outages: PageOutage[];
  checks: Recorded["checks"];
  backup: { name: string; value: string }[];
  storage: Plan["storage"];
  irreversible: NonNullable<Plan["irreversible"]>;
  notes: string[];
  versions: { name: string; before: string; after: string }[];
  environment: { name: string; value: string }[];
  rehearsal?: RehearsalRecord;
}

export interface PageSource {
  facts: StatusFacts;
  status: Status;
  recorded: Recorded;
  rehearsal?: RehearsalRecord;
  /** ISO 8601 */
  at: string;
}

/** When steps ran: as a rehearsal saw it, else from when the last that a step waited for had ended until it was recorded. */
function slotsOf({ facts, recorded, rehearsal }: PageSource): Map<string, Slot> {
  if (rehearsal)
    return new Map(
      rehearsal.steps.map(({ id, startedAt, seconds }) => {
        const from = Date.parse(startedAt);
        return [id, { from, to: from + seconds * 1000 }];
      }),
    );
  const slots = new Map<string, Slot>();
  for (const { id, dependsOn } of facts.plan.steps) {
    const to = recorded.ended[id];
    if (to === undefined) continue;
    const before = dependsOn.flatMap((one) => slots.get(one)?.to ?? []);
    slots.set(id, { from: Math.min(to, before.length > 0 ? Math.max(...before) : to), to });
  }
  return slots;
}

function stateOf(id: string, { facts, status, rehearsal }: PageSource): StepState {
  const done =
    facts.state?.done.includes(id) ||
    (facts.verified && facts.plan.steps.some((one) => one.id === id && one.phase !== "finalize"));
  if (done) return "done";
  if (status.cutOff.includes(id)) return status.exitCode === exitCodes.running ? "running" : "cut off";
  if (status.obstacles.some(({ name }) => name === id)) return "failed";
  // A stack that is gone by now leaves the rehearsal's own record.
  const record = rehearsal?.steps.filter((one) => one.id === id).at(-1);
  if (!record || facts.state) return "left";
  return record.status === "running" ? "cut off" : record.status;
}

function verdictOf({ status, rehearsal }: PageSource): PageData["verdict"] {
  if (rehearsal && !rehearsal.ok) {
    const wrong =
      rehearsal.trials.filter(({ ok }) => !ok).length + rehearsal.losses.length + rehearsal.objects.mismatched.length;
    return { tone: "bad", text: `The rehearsal failed: ${wrong > 0 ? `${wrong} findings, ` : ""}${status.headline}` };
  }
  const tone = { [exitCodes.done]: "good" as const, [exitCodes.blocked]: "bad" as const }[status.exitCode] ?? "open";
  return { tone, text: status.headline.replace(/^./, (first) => first.toUpperCase()) };
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function backupOf({ facts: { plan, settings, backupProven }, recorded: { backup } }: PageSource): PageData["backup"] {
  const target = backupTarget(settings, `${plan.from}-${plan.to}`);
  const declared = declaredBackup(settings);
  const place =
    "claim" in target
      ? `claim ${target.claim} of namespace ${settings.model}`
      : `bucket ${target.bucket} of ${target.endpoint}${target.prefix ? `, folder ${target.prefix}` : ""}`;
  return [
    { name: "Place", value: place },
    {
      name: "Proven",
      value: declared ? describeDeclared(declared) : backupProven ? "yes: read back without a difference" : "no",
    },
    ...(backup
      ? [
          { name: "Content", value: `${backup.objects} objects, ${mebibytes(backup.bytes)}` },
          { name: "Digest (SHA-256)", value: backup.digest },
          {
            name: "Restored on trial",
            value: `${backup.restored} objects, ${mebibytes(backup.restoredBytes)}, read back the same`,
          },
        ]
      : []),
  ];
}

function versionsOf({ facts: { plan, baseline, found, live } }: PageSource): PageData["versions"] {
  const start = (found ?? baseline).applications;
  const now = live.read && live.facts.juju ? live.facts.juju.applications : {};
  const target = plan.steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "verify" ? Object.entries(step.action.expected.applications) : [],
  );
  const names = [...new Set([...Object.keys(start), ...target.map(([name]) => name)])].sort();
  const shown = (of?: { channel: string; revision: number }): string =>
    of ? `${of.channel} ${of.revision}` : "not there";
  return names.map((name) => ({ name, before: shown(start[name]), after: live.read ? shown(now[name]) : "not read" }));
}

/** Puts together what a report shows. Pure. */
export function pageData(source: PageSource): PageData {
  const { facts, status, recorded, rehearsal, at } = source;
  const { plan, baseline, stack } = facts;
  const back = facts.found !== undefined;
  const slots = slotsOf(source);
  const edges = directEdges(plan.steps);
  const critical = new Set(criticalPath(plan.steps, slots));
  const told = chapters(plan.steps);
  const names = chapterTitles(told);
  const { jujuVersion, kubernetesVersion, cloud } = baseline.model;
  return {
    heading: `Charmed Kubeflow ${back ? `${plan.to} back to ${plan.from}` : `${plan.from} to ${plan.to}`}`,
    model: plan.model,
    stack,
    at,
    verdict: verdictOf(source),
    status,
    chapters: told.map(({ steps }, index) => ({
      number: index + 1,
      title: names[index],
      steps: steps.map((step) => ({
        id: step.id,
        does: describe(step, plan),
        why: step.why,
        after: edges.get(step.id)!,
        state: stateOf(step.id, source),
        slot: slots.get(step.id),
        critical: critical.has(step.id),
        said: status.obstacles.find(({ name }) => name === step.id)?.told,
      })),
    })),
    beginsEstimated: rehearsal === undefined,
    outages: outages(plan).map((outage) => ({
      application: outage.application,
      notice: outage.notice,
      slot: awayBetween(outage, slots),
      measuredSeconds: outage.until.map((id) => recorded.measured[id]).find((one) => one !== undefined),
    })),
    checks: recorded.checks,
    backup: backupOf(source),
    storage: plan.storage,
    irreversible: plan.irreversible ?? [],
    notes: plan.notes,
    versions: versionsOf(source),
    environment: [
      { name: "Juju model", value: jujuVersion },
      { name: "Kubernetes", value: kubernetesVersion },
      { name: "Cloud", value: cloud },
      ...Object.entries(rehearsal?.plugins ?? {}).map(([name, origin]) => ({ name: `Plugin ${name}`, value: origin })),
    ],
    rehearsal,
  };
}
