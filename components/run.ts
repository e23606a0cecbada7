import * as pulumi from "@pulumi/pulumi";
import { runningLog } from "../kube/jobs";
import { holdModel } from "../kube/lease";
import type { Settings } from "../plan/settings";
import type { Plan } from "../plan/types";
import type { Look } from "./progress";

/** Keeps a second operator out for as long as this program runs; a preview, and a plan without steps, need no lock. */
export async function lockModel({ steps }: Plan, model: string): Promise<void> {
  if (pulumi.runtime.isDryRun() || steps.length === 0) return;
  const release = await holdModel(model);
  process.once("beforeExit", () => void release());
}

/** Reads what a Job logged last. */
export const logOf =
  ({ model }: Settings): Look =>
  (job) =>
    runningLog(model, job, 50);
