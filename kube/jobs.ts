import { PatchStrategy, type V1Job, type V1Pod, setHeaderOptions } from "@kubernetes/client-node";
import { KubeError, cluster, find, request } from "./client";

/** Annotation of a Job that holds the message of its Pod, which is gone. */
export const kept = "charmed-kubeflow-upgrade/result";

export interface JobOutcome {
  /** Termination message of the Pod that succeeded, or of the last one that failed. */
  message: string;
  /** Its log. */
  log: string;
  succeeded: boolean;
}

/**
 * Pods of a Job by the label that every Kubernetes sets; that with the prefix batch.kubernetes.io came with 1.27.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#job-name-deprecated
 */
async function podsOf(namespace: string, job: string): Promise<V1Pod[]> {
  const { items } = await request(`pods of Job ${job}`, () =>
    cluster().core.listNamespacedPod({ namespace, labelSelector: `job-name=${job}` }),
  );
  return items;
}

/** The Pod that a Job's result is of: the one that succeeded, or the last. */
async function tellingPod(namespace: string, job: string): Promise<V1Pod | undefined> {
  const byAge = (await podsOf(namespace, job)).sort(
    (a, b) => Number(a.metadata?.creationTimestamp ?? 0) - Number(b.metadata?.creationTimestamp ?? 0),
  );
  return byAge.find(({ status }) => status?.phase === "Succeeded") ?? byAge.at(-1);
}

/** What was kept of a Job whose Pods were deleted; nothing unless the cluster itself says that one of them succeeded. */
async function keptOutcome(namespace: string, name: string): Promise<JobOutcome | undefined> {
  const job = await find(`Job ${name}`, () => cluster().batch.readNamespacedJob({ namespace, name }));
  const message = job?.metadata?.annotations?.[kept];
  return message !== undefined && (job?.status?.succeeded ?? 0) > 0 ? { message, log: "", succeeded: true } : undefined;
}

/** What a Job's last Pod left behind, also where it is gone and its result was kept; undefined when neither is there. */
export async function jobOutcome(namespace: string, job: string): Promise<JobOutcome | undefined> {
  const pod = await tellingPod(namespace, job);
  if (!pod) return keptOutcome(namespace, job);
  // Where a container before the last one failed, the last never ran and has neither message nor log.
  const failed = pod.status?.initContainerStatuses?.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  const message = (failed ?? pod.status?.containerStatuses?.[0])?.state?.terminated?.message ?? "";
  const log = await request(`log of Job ${job}`, () =>
    cluster().core.readNamespacedPodLog({
      namespace,
      name: pod.metadata!.name!,
      ...(failed && { container: failed.name }),
    }),
  );
  return { message, log, succeeded: pod.status?.phase === "Succeeded" };
}

/** The last lines that a Job's running Pod has printed; undefined where none runs. */
export async function runningLog(namespace: string, job: string, lines: number): Promise<string | undefined> {
  const pod = (await podsOf(namespace, job)).find(({ status }) => status?.phase === "Running");
  return (
    pod &&
    (await request(`log of Job ${job}`, () =>
      cluster().core.readNamespacedPodLog({ namespace, name: pod.metadata!.name!, tailLines: lines }),
    ))
  );
}

/** Writes the message of a Job's Pod that succeeded on the Job itself, where it can be read once the Pod is gone. Writes nothing where none has. */
export async function keepResult(namespace: string, job: string): Promise<void> {
  const { metadata, status } = (await tellingPod(namespace, job)) ?? {};
  const message = status?.containerStatuses?.[0]?.state?.terminated?.message;
  const owner = metadata?.ownerReferences?.find(({ kind, name }) => kind === "Job" && name === job);
  if (status?.phase !== "Succeeded" || message === undefined || owner === undefined) return;
  // With the uid, the server refuses to write it on another Job that was made under the name meanwhile.
  const body = { metadata: { uid: owner.uid, annotations: { [kept]: message } } };
  await request(`result of Job ${job}`, () =>
    cluster().batch.patchNamespacedJob(
      { namespace, name: job, body },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    ),
  );
}

/** Deletes a Job's Pods that have ended. @returns the names of those that still run */
export async function deleteEndedPods(namespace: string, job: string): Promise<string[]> {
  const running: string[] = [];
  for (const { metadata, status } of await podsOf(namespace, job)) {
    const name = metadata!.name!;
    if (status?.phase === "Succeeded" || status?.phase === "Failed")
      await find(`deleting pod ${name}`, () => cluster().core.deleteNamespacedPod({ namespace, name }));
    else running.push(name);
  }
  return running;
}

export async function getJob(namespace: string, name: string): Promise<V1Job | undefined> {
  return find(`Job ${name}`, () => cluster().batch.readNamespacedJob({ namespace, name }));
}

/** Makes a Job; one of that name that is there already stays as it is. */
export async function createJob(namespace: string, body: V1Job): Promise<void> {
  const name = body.metadata!.name!;
  try {
    await request(`making Job ${name}`, () => cluster().batch.createNamespacedJob({ namespace, body }));
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 409)) throw error;
  }
}

/** Deletes a Job with its Pods. @returns whether all of it is gone by now */
export async function deleteJob(namespace: string, name: string): Promise<boolean> {
  await find(`deleting Job ${name}`, () =>
    cluster().batch.deleteNamespacedJob({ namespace, name, propagationPolicy: "Background" }),
  );
  return (await getJob(namespace, name)) === undefined && (await podsOf(namespace, name)).length === 0;
}
