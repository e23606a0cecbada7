import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { sharedFolder } from "./folder";

/** juju commands at once, over all steps: its client locks its files for at most 5 s, and dozens at once time out (facts, juju e). */
const count = 6;

/** Long enough for a process on a busy machine; the lock of a killed one is free after that. */
export const lockAge = { stale: 15_000, update: 3_000 };

/** A lock that was lost to somebody else only means one command more at once, or one poll more; it is not worth failing for. */
export const lenient = { realpath: false, ...lockAge, onCompromised: () => undefined };

async function take(): Promise<() => Promise<void>> {
  const folder = sharedFolder();
  for (;;) {
    for (let slot = 0; slot < count; slot += 1) {
      try {
        return await lock(join(folder, `slot-${slot}`), lenient);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      }
    }
    await sleep(50 + Math.random() * 50);
  }
}

/** Runs something while one of the machine's few places for juju commands is held. */
export async function withSlot<T>(work: () => PromiseLike<T>): Promise<T> {
  const release = await take();
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}
