import { createHash } from "node:crypto";
import { canonicalJson } from "../components/canonical";
import { deleteEndedPods, jobOutcome, keepResult } from "../kube/jobs";
import { getClaim, getVolume, podsThatMount } from "../kube/volumes";
import { until } from "../kube/wait";
import { type MoverResult, differingNames, parseResult } from "../objectstore/result";
import { ageInDays } from "../guide/backup/target";
import { retainBackup } from "./backup-volume";
import { StepError, type StepRunner, timeouts } from "./context";

const shown = 20;

/** The result of a Job that failed because it found differences; undefined where it could not do its work. */
function unequal(message: string): MoverResult | undefined {
  try {
    const result = parseResult(message);
    return result.differing > 0 ? result : undefined;
  } catch {
    return undefined;
  }
}

/** The result of a mover Job in which nothing differed. */
export async function cleanResult<M extends MoverResult["mover"]>(
  namespace: string,
  job: string,
  mover: M,
): Promise<Extract<MoverResult, { mover: M }>> {
  const outcome = await jobOutcome(namespace, job);
  const look = `Look at \`kubectl logs job/${job} -n ${namespace}\``;
  if (!outcome) {
    throw new StepError(
      `Job "${job}" has no Pod`,
      "its result is lost with it, so nothing is proven",
      `Delete the Job (\`kubectl delete job ${job} -n ${namespace}\`), \`pulumi refresh\`, and run the upgrade again: it goes on from what was copied`,
    );
  }
  const result = outcome.succeeded ? parseResult(outcome.message) : unequal(outcome.message);
  if (!result)
    throw new StepError(
      `Job "${job}" did not complete: ${outcome.message || "it left no message"}`,
      "its result proves nothing",
      look,
    );
  if (result.mover !== mover)
    throw new StepError(`Job "${job}" left the result of a ${result.mover}`, `that of a ${mover} was asked for`, look);
  if (result.differing > 0) {
    const named = differingNames(outcome.log);
    const names = (named.length > 0 ? named : (result.first ?? "").split(";").filter(Boolean)).slice(0, shown);
    const more = result.differing > names.length ? `\n  and ${result.differing - names.length} more` : "";
    throw new StepError(
      `Job "${job}" found ${result.differing} of ${result.objects} that differ:\n${names.map((name) => `  ${name}`).join("\n")}${more}\n`,
      "The data is not what it was, so the upgrade stops here; the old volume is untouched",
      look,
    );
  }
  return result as Extract<MoverResult, { mover: M }>;
}

/**
 * Every bucket was read, written to the backup and read back without a difference, a sample of it was restored, and what
 * lies beside the objects was proven by the steps of `parts`. The digest stands for all of it: each step that destroys asks for it.
 * The volume that it lies on outlives its claim from here on.
 */
export const proveBackup: StepRunner<"prove-backup"> = async (
  { job, target, parts, declared },
  { model, evidence },
) => {
  const { kept, records, objects, bytes, buckets, restored, restoredBytes } = await cleanResult(model, job, "backup");
  if (kept !== (declared ? "manifest" : "objects")) {
    throw new StepError(
      `Job "${job}" kept ${kept === "manifest" ? "only a manifest" : "the objects"}`,
      "the settings have changed since the backup was taken",
      `Put the settings of the declared backup back, or delete the backup and Job "${job}" and run the upgrade again`,
    );
  }
  const digests: Record<string, string> = { [job]: records };
  for (const part of parts) {
    const digest = evidence[part]?.digest;
    if (typeof digest !== "string")
      throw new StepError(
        `step "${part}" left no digest`,
        "a part of the backup is not proven",
        "Let prove-backup need its evidence, as the program's own graph does",
      );
    digests[part] = digest;
  }
  const digest = createHash("sha256").update(canonicalJson(digests)).digest("hex");
  const trust = declared
    ? { proven: false, declared: { ...declared, ageDays: ageInDays(declared.when) } }
    : { proven: true };
  const volume = "claim" in target ? { volume: await retainBackup(model, target.claim) } : {};
  return {
    changed: false,
    ...trust,
    target,
    ...volume,
    digest,
    parts: digests,
    objects,
    bytes,
    buckets,
    restored,
    restoredBytes,
  };
};

/**
 * What the first pass of a copy read beside its application, and on which node. A volume that has no node of its own is there and
 * nowhere else: on any other node its folder is another one.
 */
export const provePresync: StepRunner<"prove-presync"> = async ({ job, source }, { model }) => {
  const { objects, bytes, digest, node } = await cleanResult(model, job, "presync");
  const name = (await getClaim(model, source))?.spec?.volumeName;
  const volume = name === undefined ? undefined : await getVolume(name);
  const { nodeAffinity, hostPath, local } = volume?.spec ?? {};
  return { changed: false, source, objects, bytes, digest, node, bound: !nodeAffinity && Boolean(hostPath ?? local) };
};

/** Every file of the source volume is at the destination, with the same content. */
export const proveMigration: StepRunner<"prove-migration"> = async ({ job, source }, { model }) => {
  const { digest, objects, bytes, copied, format } = await cleanResult(model, job, "migration");
  return { changed: false, source, digest, objects, bytes, copied, format };
};

/** Every object of the backup's manifest is served, with the same content. */
export const proveObjects: StepRunner<"prove-objects"> = async ({ job }, { model }) => {
  const { digest, objects, bytes, buckets, backupDigest } = await cleanResult(model, job, "verify");
  return { changed: false, digest, objects, bytes, buckets, backupDigest };
};

/**
 * Deletes the Pods of finished Jobs, so that nothing refers to the claims any more. Their results stay on the Jobs: once the
 * copy is adopted, no Job could make it again, and a run that lost Pulumi's state asks for its proof.
 */
export const deleteJobPods: StepRunner<"delete-job-pods"> = async ({ jobs, claims }, { model }) => {
  for (const job of jobs) {
    await keepResult(model, job);
    const running = await deleteEndedPods(model, job);
    if (running.length > 0)
      throw new StepError(
        `Pod ${running.join(", ")} of Job "${job}" still runs`,
        "a volume is in use until it ends",
        `Wait for it: \`kubectl wait --for=condition=complete job/${job} -n ${model}\``,
      );
  }
  await until(`nothing mounts ${claims.join(", ")}`, timeouts.pods, async () => {
    const pods = await podsThatMount(model, claims);
    return {
      ok: pods.length === 0,
      why: `Pod ${pods.join(", ")} does; where somebody started its application, take out of it by your own means what it wrote since, for no copy has that, and stop it by \`juju scale-application\``,
    };
  });
  return { changed: true, jobs };
};
