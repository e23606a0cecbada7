import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { obtainWay } from "../baseline/hop";
import { baselineKeys } from "../plan/names";
import { makePlan } from "../guide/plan";
import { readSettings } from "../plan/settings";
import type { Baseline, Plan } from "../plan/types";
import { hopFrom, hopTo, targets } from "../releases/line";
import { project, readConfig } from "../status/pulumi";
import { readPlan } from "../status/read";
import { textsOf } from "../status/settings";
import { baselineSchema } from "../steps/schema";
import type { PlannedFrom } from "./consequences";
import { type RecordedTimes, recordedTimes } from "./durations";

export interface PlanSource extends PlannedFrom {
  plan: Plan;
}

/** The plan of a stack: from the recorded baseline, else from the live model. Changes nothing. */
export async function planOfStack(stack: string): Promise<PlanSource> {
  const settings = readSettings(await readConfig(stack), targets);
  const { hop } = await obtainWay(settings);
  const { plan, baseline } = await readPlan(hop, settings);
  return { plan, hop, baseline, settings };
}

const unreadable = (file: string, why: string): Error =>
  new Error(
    `${file} is no recorded baseline: ${why}. Nothing can be planned from it. ` +
      "`kubectl get configmap ckf-upgrade-baseline-FROM-TO -n MODEL -o yaml` prints one",
  );

/** YAML reads JSON as well. */
function yamlOf(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return parse(text);
  } catch (error) {
    throw unreadable(file, (error as Error).message.split("\n")[0]);
  }
}

const configMap = z.object({ data: z.record(z.string(), z.string()) });

/** A baseline as a file: the JSON itself, or the ConfigMap that holds it. @throws naming file and field */
export function readBaselineFile(file: string): Baseline {
  const value = yamlOf(file);
  const recorded = configMap.safeParse(value);
  const baseline = recorded.success ? parse(recorded.data.data[baselineKeys.baseline] ?? "") : value;
  const bundle = recorded.success ? recorded.data.data[baselineKeys.bundle] : undefined;
  const result = baselineSchema.safeParse({ bundle: bundle ?? "", ...(baseline as object) });
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw unreadable(file, `${path.join(".") || "the whole"}: ${message}`);
}

/** The plan of a model whose baseline is in a file; asks neither juju nor the cluster. `given`: settings that are no defaults. */
export function planOfFile(file: string, given: Record<string, string>): PlanSource {
  const baseline = readBaselineFile(file);
  const settings = readSettings({ ...textsOf(project(), {}, ""), model: baseline.model.name, ...given }, targets);
  const hop = baseline.release === settings.to ? hopTo(settings.to) : hopFrom(baseline.release);
  return { plan: makePlan(hop, baseline, settings), hop, baseline, settings };
}

const timesSchema = z.object({
  steps: z.array(z.object({ id: z.string(), kind: z.string(), seconds: z.number(), status: z.string() })),
});

/** What steps took in a rehearsal (out/rehearsal.json). @throws naming the file */
export function readTimes(file: string): RecordedTimes {
  const result = timesSchema.safeParse(yamlOf(file));
  if (!result.success)
    throw new Error(
      `${file} is no record of a rehearsal: it has no list of steps with their seconds. Durations cannot be taken from it. \`npm start\` writes one to out/rehearsal.json`,
    );
  return recordedTimes(`what the rehearsal in ${file} took`, result.data.steps);
}
