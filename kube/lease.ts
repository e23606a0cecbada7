import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type V1Lease, V1MicroTime } from "@kubernetes/client-node";
import { names } from "../plan/names";
import { KubeError, cluster, find, request } from "./client";

/** A holder that has not renewed for so long is gone. */
export const durationSeconds = 20;
const renewEveryMs = 5_000;
/** With the pause before it, a renewal is through or given up before the lease runs out. */
const limits = { seconds: 5, retries: 1 };

/** This kernel and its process ids; undefined where they cannot be told, and then nobody is taken for gone by them. */
function machine(): string | undefined {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}

/** Who holds a lease, as people read it, and so that the next run on the same machine sees whether they still do. */
function ownIdentity(): string {
  return JSON.stringify({
    user: userInfo().username,
    host: hostname(),
    pid: process.pid,
    since: new Date().toISOString(),
    machine: machine(),
  });
}

interface Identity {
  user?: string;
  host?: string;
  pid?: number;
  since?: string;
  machine?: string;
}

function parseIdentity(text: string): Identity {
  try {
    return JSON.parse(text) as Identity;
  } catch {
    return { user: text };
  }
}

/** Whether the holder ran on this very machine and its process is no more: after a kill nobody has to wait. */
export function isGone(text: string): boolean {
  const { pid, machine: where } = parseIdentity(text);
  if (pid === undefined || where === undefined || where !== machine()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function refusal(namespace: string, text: string): Error {
  const { user = "somebody", host, pid, since } = parseIdentity(text);
  const who = [user, host && `on ${host}`, pid !== undefined && `(process ${pid})`, since && `since ${since}`]
    .filter(Boolean)
    .join(" ");
  return new Error(
    `Another run of an upgrade works on model "${namespace}": ${who}. Two at once would undo each other's steps, so this one changed nothing. ` +
      `Wait until the other has ended, or stop it there, then run this one again; Lease ${namespace}/${names.lease} runs out ${durationSeconds} s after it`,
  );
}

const what = (namespace: string): string => `Lease ${namespace}/${names.lease}`;

/** @returns the lease as it is now, undefined where somebody else was faster */
async function write(
  namespace: string,
  held: V1Lease | undefined,
  holder: string | undefined,
): Promise<V1Lease | undefined> {
  const spec = {
    leaseDurationSeconds: durationSeconds,
    ...(holder !== undefined && { holderIdentity: holder, renewTime: new V1MicroTime() }),
  };
  const body: V1Lease = {
    metadata: { name: names.lease, namespace, ...(held && { resourceVersion: held.metadata!.resourceVersion }) },
    spec,
  };
  try {
    return await request(
      what(namespace),
      () =>
        held
          ? cluster().coordination.replaceNamespacedLease({ namespace, name: names.lease, body })
          : cluster().coordination.createNamespacedLease({ namespace, body }),
      limits,
    );
  } catch (error) {
    if (error instanceof KubeError && error.code === 409) return undefined;
    throw error;
  }
}

const read = (namespace: string): Promise<V1Lease | undefined> =>
  find(what(namespace), () => cluster().coordination.readNamespacedLease({ namespace, name: names.lease }), limits);

/** Who holds a model; undefined where nobody does. */
export async function holderOf(namespace: string): Promise<string | undefined> {
  return (await read(namespace))?.spec?.holderIdentity || undefined;
}

/**
 * Lets a step go on only as long as the run that started it holds the model: one whose Pulumi was killed would change what the
 * next run changes, too.
 * @param holder who held it when the step began; without one nobody is asked
 * @throws before anything is changed
 */
export async function requireHolder(namespace: string, holder: string | undefined): Promise<void> {
  if (holder === undefined) return;
  const now = await holderOf(namespace);
  if (now !== undefined && now !== holder) throw refusal(namespace, now);
  if (now === undefined || isGone(holder))
    throw new Error(
      `The run that started this step is gone, so it stops before its next change. Run the upgrade again: it goes on from here`,
    );
}

/** Takes the lease, from a holder only that is seen not to renew it for as long as it is good for: clocks of two machines are never compared. */
async function take(namespace: string, me: string): Promise<V1Lease> {
  let seen: string | undefined;
  for (;;) {
    const held = await read(namespace);
    const { holderIdentity: holder, renewTime } = held?.spec ?? {};
    if (held && holder && holder !== me && !isGone(holder)) {
      const now = JSON.stringify([holder, renewTime]);
      if (seen !== undefined && seen !== now) throw refusal(namespace, holder);
      if (seen === undefined) {
        seen = now;
        await sleep(durationSeconds * 1000);
        continue;
      }
    }
    const mine = await write(namespace, held, me);
    if (mine) return mine;
    seen = undefined;
  }
}

/** Renews the lease once. A write whose answer was lost has moved it on, so a conflict alone says nothing. */
async function renew(namespace: string, held: V1Lease, me: string): Promise<V1Lease> {
  const renewed = (await write(namespace, held, me)) ?? (await read(namespace));
  if (renewed?.spec?.holderIdentity === me) return renewed;
  throw new Error(
    `${what(namespace)} was taken by another run while this one was held up. Two at once would undo each other's steps, so this one stops. Wait until the other has ended, then run this one again`,
  );
}

/**
 * Holds a model for one run, so that a second one that is started meanwhile, by whomever and wherever, refuses before it
 * changes anything. The lease is renewed as long as this process lives, and runs out by itself after it was killed.
 * @returns what lets go of it
 * @throws naming who works on the model, or what the cluster answers
 */
export async function holdModel(namespace: string): Promise<() => Promise<void>> {
  const me = ownIdentity();
  const ended = new AbortController();
  let held = await take(namespace, me);
  const renewing = (async () => {
    for (;;) {
      await sleep(renewEveryMs, undefined, { ref: false, signal: ended.signal });
      held = await renew(namespace, held, me);
    }
  })().catch((error: Error) => {
    if (error.name !== "AbortError") throw error;
  });
  return async () => {
    ended.abort();
    await renewing;
    await write(namespace, held, undefined);
  };
}
