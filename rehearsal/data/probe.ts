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

async function answers(url: string, timeoutMs: number): Promise<boolean> {
  try {
    const { ok, body } = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), headers: { connection: "close" } });
    await body?.cancel();
    return ok;
  } catch {
    return false;
  }
}

/**
 * Asks a health URL every 250 ms until it is stopped; MinIO has "/minio/health/live" (https://min.io/docs/minio/linux/operations/monitoring/healthcheck-probe.html).
 * @param url a URL, or a function that looks it up for each question, where it can change
 * @returns a function that ends the probe and says what it saw
 */
export function startProbe(url: string | (() => Promise<string | undefined>), { intervalMs = 250, timeoutMs = 1_000 }: ProbeOptions = {}): () => Promise<Downtime> {
  const meter = new DowntimeMeter(performance.now());
  let stopped = false;
  const look = typeof url === "string" ? () => Promise.resolve(url) : url;
  const loop = (async () => {
    while (!stopped) {
      const started = performance.now();
      const target = await look().catch(() => undefined);
      const answered = target !== undefined && (await answers(target, timeoutMs));
      meter.record(performance.now(), answered);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, intervalMs - (performance.now() - started))));
    }
  })();
  return async () => {
    stopped = true;
    await loop;
    return meter.read(performance.now());
  };
}
