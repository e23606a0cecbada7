import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePlan } from "../guide/plan";
import { directEdges } from "../planner/reduce";
import { describe } from "../plan/render";
import { kindOf } from "../report/durations";
import { draw } from "../report/drawing";
import { wrap } from "../report/page-graph";
import type { Plan, Step } from "../plan/types";
import { baselineChangedStorage, hop, settings } from "../test/support/baseline";

export const pictureFile = join(__dirname, "graph.svg");

const colours: Record<Step["phase"], string> = {
  preflight: "#e8eaf6",
  backup: "#c8e6c9",
  detach: "#ffe0b2",
  istio: "#bbdefb",
  profile: "#d1c4e9",
  refresh: "#bbdefb",
  storage: "#fff9c4",
  deploy: "#b2ebf2",
  relate: "#dcedc8",
  verify: "#a5d6a7",
  finalize: "#ffcdd2",
  rollback: "#ffcdd2",
};

interface Box {
  steps: Step[];
  after: string[];
}

function subject(step: Step): string {
  if (step.type !== "command") return step.id;
  if ("relation" in step.action) return step.action.relation.map((endpoint) => endpoint.split(":")[0]).join("–");
  return "application" in step.action ? step.action.application : step.id;
}

/** Steps that do the same kind of thing and wait for the same boxes share a box: they run side by side. */
function boxes(plan: Plan): Map<string, Box> {
  const edges = directEdges(plan.steps);
  const boxOf = new Map<string, string>();
  const all = new Map<string, Box>();
  for (const step of plan.steps) {
    const after = [...new Set(edges.get(step.id)!.map((id) => boxOf.get(id)!))].sort();
    const key = `${kindOf(step)} after ${after.length > 0 ? after.join(" and ") : "nothing"}`;
    boxOf.set(step.id, key);
    all.set(key, { steps: [...(all.get(key)?.steps ?? []), step], after });
  }
  return all;
}

function label({ steps }: Box, plan: Plan): string {
  if (steps.length === 1)
    return describe(steps[0], plan)
      .replace(/, in the image .*/, "")
      .replace(/ (revision|(on )?pvc-)[^ ]*( \d+)?/g, "")
      .replace(/ [0-9a-z-]+:[a-z-]+ [0-9a-z-]+:[a-z-]+$/, (pair) => pair.replace(/:[a-z-]+/g, ""));
  const names = steps.map(subject);
  return `${kindOf(steps[0]).replaceAll("-", " ")} × ${steps.length}, side by side\n${names.length > 3 ? `${names.slice(0, 2).join(", ")} …` : names.join(", ")}`;
}

/** The plan as a picture: SVG text, the same for the same plan. */
export async function drawPlan(plan: Plan): Promise<string> {
  const all = boxes(plan);
  const names = new Map([...all.keys()].map((key, index) => [key, `n${index}`]));
  return draw({
    id: "plan",
    direction: "TB",
    background: "white",
    nodes: [...all].map(([key, box]) => ({
      name: names.get(key)!,
      label: label(box, plan)
        .split("\n")
        .map((line) => wrap(line, 36))
        .join("\n"),
      fill: colours[box.steps[0].phase],
    })),
    edges: [...all].flatMap(([key, { after }]) =>
      after.map((before) => ({ from: names.get(before)!, to: names.get(key)! })),
    ),
  });
}

/** The plan that the README shows: a full 1.6 model whose MinIO has to be copied. */
export function picturedPlan(): Plan {
  return makePlan(hop, baselineChangedStorage(), { ...settings, finalize: true });
}

if (require.main === module) void drawPlan(picturedPlan()).then((svg) => writeFileSync(pictureFile, svg));
