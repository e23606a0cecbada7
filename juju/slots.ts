import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { sharedFolder } from "./folder";

/** juju commands at once, over all steps: its client locks its files for at most 5 s, and dozens at once time out (facts, juju e). */
const count = 6;

/** Long enough for a process on a busy machine; the lock of a killed one is free after that. */
const age = { stale: 15_000, update: 3_000 };

type Release = () => Promise<void>;

/**
 * The lock of a file, or nothing where somebody else has it. One that is lost to somebody else later only means one command
 * more at once, or one poll more; it is not worth failing for.
 */
export async function tryLock(file: string): Promise<Release | undefined> {
  try {
    const release = await lock(file, { realpath: false, ...age, onCompromised: () => undefined });
    return () => release().catch(() => undefined);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    // Two that find the lock of a killed process at once may take each other's away before it is used.
    if (code === "ELOCKED" || (code === "ENOENT" && syscall !== "mkdir")) return undefined;
    throw error;
  }
}

/** A while until another try, never the same for two processes. */
export const nextTry = (): Promise<void> => sleep(50 + Math.random() * 50);

async function take(): Promise<Release> {
  const folder = sharedFolder();
  for (;;) {
    for (let slot = 0; slot < count; slot += 1) {
      const release = await tryLock(join(folder, `slot-${slot}`));
      if (release) return release;
    }
    await nextTry();
  }
}

/** Runs something while one of the machine's few places for juju commands is held. */
export async function withSlot<T>(work: () => PromiseLike<T>): Promise<T> {
  const release = await take();
  try {
    return await work();
  } finally {
    await release();
  }
}
