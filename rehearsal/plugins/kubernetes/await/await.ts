import { setTimeout as sleep } from "node:timers/promises";
import type { Bag } from "../../rpc/values";
import { isNotFound } from "../client";
import { ANNOTATION, annotation, isMarked, type KubeObject, nameOf } from "../object";
import { job } from "./job";
import { pod } from "./pods";
import type { Probe, Situation } from "./probe";
import { claim, volume } from "./storage";
import { waitFor } from "./waitfor";
import { daemonSet, deployment, statefulSet } from "./workloads";

const POLL_MS = 500;
const DEFAULT_SECONDS = 600;

/** How long the official provider waits for claims and volumes, whatever it is told (await/awaiters.go). */
const STORAGE_SECONDS = 300;

const probes: Record<string, Probe> = {
  "apps/v1/DaemonSet": daemonSet,
  "apps/v1/Deployment": deployment,
  "apps/v1/StatefulSet": statefulSet,
  "batch/v1/Job": job,
  "v1/PersistentVolume": volume,
  "v1/PersistentVolumeClaim": claim,
  "v1/Pod": pod,
};

/** Kinds whose readiness a refresh looks at too. */
const read = ["apps/v1/DaemonSet", "apps/v1/Deployment", "apps/v1/StatefulSet", "batch/v1/Job", "v1/Pod"];

const kindKey = (object: Bag): string => `${String(object.apiVersion)}/${String(object.kind)}`;

/** The object is there but did not become ready. */
export class NotReady extends Error {
  constructor(
    message: string,
    readonly object: KubeObject | undefined,
    readonly problems: string[],
  ) {
    super(message);
  }
}

/** Seconds to wait: the resource's customTimeouts, else its annotation, else 10 minutes (overrides.go TimeoutDuration). */
export function seconds(timeout: number, inputs: Bag): number {
  if (timeout > 0) return timeout;
  const text = annotation(inputs, ANNOTATION.timeoutSeconds) ?? "";
  return /^[+-]?\d+$/.test(text) ? Number(text) : DEFAULT_SECONDS;
}

export interface Wait extends Situation {
  /** What the program asked for; its annotations count. */
  inputs: Bag;
  /** Seconds of the resource's customTimeouts, 0 when it has none. */
  timeout: number;
  cancelled: AbortSignal;
  onStatus: (text: string) => void;
}

function chosen(object: KubeObject, inputs: Bag): { probe: Probe; limit: number } | undefined {
  if (isMarked(inputs, ANNOTATION.skipAwait)) return undefined;
  const asked = annotation(object, ANNOTATION.waitFor);
  if (asked) return { probe: waitFor(asked), limit: Infinity };
  const probe = probes[kindKey(object)];
  return probe && { probe, limit: probe === claim || probe === volume ? STORAGE_SECONDS : Infinity };
}

/**
 * Waits until an object is ready in the sense of its kind or of its annotation waitFor; at once for kinds that have no such sense.
 *
 * @returns the object as last seen
 * @throws NotReady on failure, timeout and cancellation
 */
export async function untilReady(object: KubeObject, wait: Wait): Promise<KubeObject> {
  const { client, inputs, cancelled, onStatus } = wait;
  const choice = chosen(object, inputs);
  if (!choice) return object;
  const deadline = Date.now() + Math.min(seconds(wait.timeout, inputs), choice.limit) * 1000;
  let live = object;
  for (let said: string | undefined; ;) {
    live = (await client.get(object).catch(() => undefined)) ?? live;
    const finding = await choice.probe(live, wait);
    if (finding.ready) return live;
    if (finding.failed)
      throw new NotReady(`Resource '${nameOf(live)}' was created but failed to initialize`, live, finding.problems);
    if (finding.status !== said) onStatus((said = finding.status) ?? "");
    if (cancelled.aborted)
      throw new NotReady(
        `Resource operation was cancelled for ${JSON.stringify(nameOf(live))}`,
        live,
        finding.problems,
      );
    if (Date.now() >= deadline)
      throw new NotReady(`'${nameOf(live)}' timed out waiting to be Ready`, live, finding.problems);
    await sleep(POLL_MS, undefined, { signal: cancelled }).catch(() => undefined);
  }
}

/** One look, as a refresh takes it. @throws NotReady */
export async function checkReady(object: KubeObject, inputs: Bag, situation: Situation): Promise<void> {
  if (isMarked(inputs, ANNOTATION.skipAwait) || !read.includes(kindKey(object))) return;
  const finding = await probes[kindKey(object)](object, situation);
  if (!finding.ready)
    throw new NotReady(`Resource '${nameOf(object)}' was created but failed to initialize`, object, finding.problems);
}

/** Waits until an object is gone. @throws NotReady on timeout and cancellation */
export async function untilGone(object: KubeObject, wait: Wait): Promise<void> {
  const deadline = Date.now() + seconds(wait.timeout, wait.inputs) * 1000;
  wait.onStatus(`Waiting for ${String(object.kind)} to be deleted`);
  for (let live: KubeObject = object; ;) {
    try {
      const found = await wait.client.get(object);
      // One that was made anew under the same name meanwhile is not the one deleted.
      if (object.metadata.uid && found.metadata.uid !== object.metadata.uid) return;
      live = found;
    } catch (error) {
      if (isNotFound(error)) return;
    }
    const finalizers = (live.metadata.finalizers ?? []).join(", ");
    if (wait.cancelled.aborted)
      throw new NotReady(`Resource operation was cancelled for ${JSON.stringify(nameOf(live))}`, live, []);
    if (Date.now() >= deadline)
      throw new NotReady(
        "timed out waiting for the condition",
        live,
        finalizers ? [`finalizers might be preventing deletion (${finalizers})`] : [],
      );
    await sleep(POLL_MS, undefined, { signal: wait.cancelled }).catch(() => undefined);
  }
}
