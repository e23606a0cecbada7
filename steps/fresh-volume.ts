import type { V1Job } from "@kubernetes/client-node";
import { z } from "zod";
import { jsonOf } from "../juju/json";
import { createJob, deleteJob, getJob, jobOutcome } from "../kube/jobs";
import { until } from "../kube/wait";
import { lookJob } from "../objectstore/jobs";
import { differingNames } from "../objectstore/result";
import { hopNames, jobSteps } from "../plan/names";
import { type Context, StepError, timeouts } from "./context";

const shown = 20;
const result = z.object({ mover: z.literal("look"), foreign: z.number().int().nonnegative() });

async function removeJob(namespace: string, name: string): Promise<void> {
  await until(`Job ${name} is gone`, timeouts.pods, async () => ({
    ok: await deleteJob(namespace, name),
    why: "it or its Pod is still there",
  }));
}

/**
 * Looks into the volume that a new MinIO was deployed with, by a Job that mounts its claim read-only. Nobody had its key, so it
 * must hold nothing but what a MinIO makes by itself.
 * @param beside whether a Pod of the application has it, and the Job must run on that one's node
 * @throws StepError naming the files that it holds beside that, or when it could not be looked into
 */
export async function requireEmptyStore(
  { application, claim, image, beside }: { application: string; claim: string; image: string; beside: boolean },
  context: Pick<Context, "model" | "hop">,
): Promise<void> {
  const { model } = context;
  const name = hopNames(context.hop).job(jobSteps.look(application));
  // What an earlier run left is of another moment.
  await removeJob(model, name);
  try {
    await look({ application, claim, image, beside }, context);
  } finally {
    // Its Pod would hold the claim though it has ended, and the application would wait for it.
    await removeJob(model, name);
  }
}

async function look(
  { application, claim, image, beside }: { application: string; claim: string; image: string; beside: boolean },
  { model, hop }: Pick<Context, "model" | "hop">,
): Promise<void> {
  const name = hopNames(hop).job(jobSteps.look(application));
  const body = lookJob({ namespace: model, hop, image, timeoutMinutes: 10, application, claim, beside }) as V1Job;
  await createJob(model, body);
  await until(`Job ${name} has looked into claim ${claim}`, timeouts.pods, async () => {
    const { succeeded = 0, conditions = [] } = (await getJob(model, name))?.status ?? {};
    const failed = conditions.some(({ type, status }) => type === "Failed" && status === "True");
    return { ok: succeeded > 0 || failed, why: "its Pod has not ended" };
  });
  const outcome = await jobOutcome(model, name);
  const looked = result.safeParse(jsonOf(outcome?.message ?? ""));
  if (!outcome?.succeeded || !looked.success)
    throw new StepError(
      `claim "${claim}" could not be looked into: ${outcome?.message || `Job "${name}" left no message`}`,
      "whether the volume holds something is not known, so it is left as it is",
      `Run the upgrade again; if it ends the same, look at \`kubectl get events -n ${model}\``,
    );
  const { foreign } = looked.data;
  if (foreign > 0) {
    const files = differingNames(outcome.log)
      .map((one) => one.replace(/^extra: /, ""))
      .slice(0, shown);
    const more = foreign > files.length ? `\n  and ${foreign - files.length} more` : "";
    throw new StepError(
      `the volume of claim "${claim}", which ${application} was deployed with, holds ${foreign} files that it did not make by itself:\n${files.map((one) => `  ${one}`).join("\n")}${more}\n`,
      `somebody wrote to ${application} before it had its data again; nothing of that volume is deleted`,
      `Take out of claim "${claim}" what is needed, delete it there, then run this again (docs/storage.md)`,
    );
  }
}
