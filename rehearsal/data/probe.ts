import { createHash } from "node:crypto";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { InventoryObject } from "./inventory";
import { clientFor, type Store } from "./store";

/** What an outsider saw of a service over some time. */
export interface Downtime {
  /** Longest time in a row without an answer, in seconds. */
  longestSeconds: number;
  /** All times without an answer, in seconds. */
  totalSeconds: number;
  /** How often it went away. */
  windows: number;
  probes: number;
}

export interface ProbeOptions {
  /** Milliseconds from one question to the next. */
  intervalMs?: number;
  /** An answer that takes longer is none. */
  timeoutMs?: number;
}

/**
 * Adds up the times between a service's last answer and its next one.
 * A window starts with the last probe that was answered, because it went away at some moment after that: what is
 * reported is never shorter than the truth, and longer by two intervals at most.
 */
export class DowntimeMeter {
  private lastAnswer: number;
  private down = false;
  private readonly windows: number[] = [];
  private probes = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: number) {
    this.lastAnswer = now;
  }

  record(now: number, answered: boolean): void {
    this.probes++;
    if (!answered) {
      this.down = true;
      return;
    }
    if (this.down) this.windows.push(now - this.lastAnswer);
    this.down = false;
    this.lastAnswer = now;
  }

  /** The sum so far; a window that is still open ends now. */
  read(now: number): Downtime {
    const windows = this.down ? [...this.windows, now - this.lastAnswer] : this.windows;
    return {
      longestSeconds: Math.max(0, ...windows) / 1000,
      totalSeconds: windows.reduce((sum, window) => sum + window, 0) / 1000,
      windows: windows.length,
      probes: this.probes,
    };
  }
}

/**
 * Whether a store serves an object with the content that it had. One that answers and is empty, or knows another key, does not.
 * @throws where it gives no object
 */
export async function serves(
  store: Store,
  { bucket, key, sha256 }: InventoryObject,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const client = clientFor(store, { maxAttempts: 1 });
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
    return (
      createHash("sha256")
        .update(await Body!.transformToByteArray())
        .digest("hex") === sha256
    );
  } finally {
    client.destroy();
  }
}

/** Milliseconds from one question of a probe to the next. */
export const probeIntervalMs = 250;

/**
 * Asks again and again until it is stopped.
 * @param answered whether the service does what it is for; an error is a no
 * @returns a function that ends the probe and says what it saw
 */
export function startProbe(
  answered: (signal: AbortSignal) => Promise<boolean>,
  { intervalMs = probeIntervalMs, timeoutMs = 1_000 }: ProbeOptions = {},
): () => Promise<Downtime> {
  const meter = new DowntimeMeter(performance.now());
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const started = performance.now();
      const answer = await answered(AbortSignal.timeout(timeoutMs)).catch(() => false);
      meter.record(performance.now(), answer);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, intervalMs - (performance.now() - started))));
    }
  })();
  return async () => {
    stopped = true;
    await loop;
    return meter.read(performance.now());
  };
}
