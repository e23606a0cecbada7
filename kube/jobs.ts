import type { V1Pod } from "@kubernetes/client-node";
import { cluster, find, request } from "./client";

export interface JobOutcome {
  /** Termination message of the Pod that succeeded, or of the last one that failed. */
  message: string;
  /** Its log. */
  log: string;
  succeeded: boolean;
}

async function podsOf(namespace: string, job: string): Promise<V1Pod[]> {
  const { items } = await request(`pods of Job ${job}`, () => cluster().core.listNamespacedPod({ namespace, labelSelector: `batch.kubernetes.io/job-name=${job}` }));
  return items;
}

/** What a Job's last Pod left behind; undefined when there is no Pod of it. */
export async function jobOutcome(namespace: string, job: string): Promise<JobOutcome | undefined> {
  const byAge = (await podsOf(namespace, job)).sort((a, b) => Number(a.metadata?.creationTimestamp ?? 0) - Number(b.metadata?.creationTimestamp ?? 0));
  const pod = byAge.find(({ status }) => status?.phase === "Succeeded") ?? byAge.at(-1);
  if (!pod) return undefined;
  // Where a container before the last one failed, the last never ran and has neither message nor log.
  const failed = pod.status?.initContainerStatuses?.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  const message = (failed ?? pod.status?.containerStatuses?.[0])?.state?.terminated?.message ?? "";
  const log = await request(`log of Job ${job}`, () => cluster().core.readNamespacedPodLog({ namespace, name: pod.metadata!.name!, ...(failed && { container: failed.name }) }));
  return { message, log, succeeded: pod.status?.phase === "Succeeded" };
}

/** The last lines that a Job's running Pod has printed; undefined where none runs. */
export async function runningLog(namespace: string, job: string, lines: number): Promise<string | undefined> {
  const pod = (await podsOf(namespace, job)).find(({ status }) => status?.phase === "Running");
  return pod && (await request(`log of Job ${job}`, () => cluster().core.readNamespacedPodLog({ namespace, name: pod.metadata!.name!, tailLines: lines })));
}

/** Deletes a Job's Pods that have ended. @returns the names of those that still run */
export async function deleteEndedPods(namespace: string, job: string): Promise<string[]> {
  const running: string[] = [];
  for (const { metadata, status } of await podsOf(namespace, job)) {
    const name = metadata!.name!;
    if (status?.phase === "Succeeded" || status?.phase === "Failed") await find(`deleting pod ${name}`, () => cluster().core.deleteNamespacedPod({ namespace, name }));
    else running.push(name);
  }
  return running;
}
