import type { GuideChapter } from "./guide-schema";

type GuideStep = GuideChapter["steps"][number];

/** Steps that begin at one time for one reason: a row of the guide. */
export interface Row {
  from: number;
  /** Of the longest. */
  seconds: number;
  why: string;
  steps: GuideStep[];
}

/** Puts steps together that begin at one time for one reason, so that the reason is read once. */
export function rowsOf({ steps }: GuideChapter): Row[] {
  const rows = new Map<string, Row>();
  for (const step of steps) {
    const key = `${step.from} ${step.why}`;
    const row = rows.get(key) ?? { from: step.from, seconds: 0, why: step.why, steps: [] };
    row.steps.push(step);
    row.seconds = Math.max(row.seconds, step.seconds);
    rows.set(key, row);
  }
  return [...rows.values()];
}

/** "beside chapters 4 and 6", "" where it runs alone. */
export function besideText({ beside }: GuideChapter): string {
  if (beside.length === 0) return "";
  const last = beside.at(-1)!;
  const names = beside.length === 1 ? `chapter ${last}` : `chapters ${beside.slice(0, -1).join(", ")} and ${last}`;
  return `side by side with ${names}`;
}

export const askedHeads: Record<"before" | "during" | "after", string> = {
  before: "Before",
  during: "While it runs",
  after: "Afterwards",
};
