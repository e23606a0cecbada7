import { directEdges } from "../planner/reduce";
import { describe } from "../plan/render";
import type { Phase, Plan } from "../plan/types";
import { type Chapter, chapters } from "./chapters";
import { type PlannedFrom, askedOfPeople, irreversibleOf } from "./consequences";
import { type RecordedTimes, expectedSeconds } from "./durations";
import type { Guide, GuideChapter } from "./guide-schema";
import { type Slot, criticalPath, schedule } from "./schedule";
import { awayBetween, outages } from "./services";

export const titles: Record<Phase, string> = {
  preflight: "Check the model",
  backup: "Back up, and prove the backup",
  rollback: "Record where the way back begins",
  detach: "Take out of the way what cannot stay",
  profile: "Protect the users' profile",
  istio: "Bring Istio up, one minor at a time",
  refresh: "Refresh charms in place",
  storage: "Move data",
  deploy: "Deploy what is new, or deployed again",
  relate: "Put relations in place",
  verify: "Prove that everything is there",
  finalize: "Delete what is not used any more",
};

/** Titles of chapters; a phase that comes again is told to be continued. */
export function chapterTitles(all: Pick<Chapter, "phase">[]): string[] {
  const seen = new Set<Phase>();
  return all.map(({ phase }) => {
    const title = seen.has(phase) ? `${titles[phase]} (continued)` : titles[phase];
    seen.add(phase);
    return title;
  });
}

function span(steps: { id: string }[], slots: Map<string, Slot>): Slot {
  const own = steps.map(({ id }) => slots.get(id)!);
  return { from: Math.min(...own.map(({ from }) => from)), to: Math.max(...own.map(({ to }) => to)) };
}

const overlap = (a: Slot, b: Slot): boolean => a.from < b.to && b.from < a.to;

function guideChapters(plan: Plan, slots: Map<string, Slot>): GuideChapter[] {
  const told = chapters(plan.steps);
  const spans = told.map(({ steps }) => span(steps, slots));
  const edges = directEdges(plan.steps);
  const critical = new Set(criticalPath(plan.steps, slots));
  const names = chapterTitles(told);
  return told.map(({ phase, steps }, index) => ({
    number: index + 1,
    phase,
    title: names[index],
    ...spans[index],
    beside: spans.flatMap((other, at) => (at !== index && overlap(other, spans[index]) ? [at + 1] : [])),
    steps: [...steps]
      .sort((a, b) => slots.get(a.id)!.from - slots.get(b.id)!.from)
      .map((step) => {
        const { from, to } = slots.get(step.id)!;
        return {
          id: step.id,
          does: describe(step, plan),
          why: step.why,
          from,
          seconds: to - from,
          after: edges.get(step.id)!,
          critical: critical.has(step.id),
        };
      }),
  }));
}

/** A plan as a guide: what happens when and why, what is away meanwhile, what stays changed for good, and what people do. Pure. */
export function makeGuide(plan: Plan, planned: PlannedFrom, recorded?: RecordedTimes): Guide {
  const slots = schedule(plan.steps, (step) => expectedSeconds(plan, step, recorded));
  const irreversible = irreversibleOf(plan, planned);
  const back = plan.irreversible !== undefined;
  const run = plan.steps.filter(({ phase }) => phase !== "finalize");
  return {
    schema: 1,
    model: plan.model,
    from: back ? plan.to : plan.from,
    to: back ? plan.from : plan.to,
    stepCount: plan.steps.length,
    seconds: Math.max(0, ...run.map(({ id }) => slots.get(id)!.to)),
    durations: recorded?.source ?? "a table of typical durations (report/durations.ts), for full volumes",
    storage: back
      ? []
      : plan.storage.map(({ application, storage, path, reason }) => ({ application, storage, path, reason })),
    notes: plan.notes,
    chapters: guideChapters(plan, slots),
    outages: outages(plan).map((outage) => {
      const { from, to } = awayBetween(outage, slots)!;
      const { application, notice, from: begins, until: ends } = outage;
      return { application, notice, begins, ends, from, seconds: to - from };
    }),
    irreversible,
    asked: askedOfPeople(plan, planned, irreversible),
  };
}
