/** Whether something is so, and if not, what is missing. */
export interface Answer {
  ok: boolean;
  why: string;
}

/** Seconds that a wait may take here: CKF_TIMEOUT_SCALE stretches all of them, for slow clusters. */
export function scaled(seconds: number): number {
  const factor = Number(process.env.CKF_TIMEOUT_SCALE ?? 1);
  return seconds * (factor > 0 ? factor : 1);
}

/**
 * Asks again and again until it is so.
 * @throws saying what was waited for, how long, and what was still missing.
 */
export async function until(what: string, timeoutSeconds: number, ask: () => Promise<Answer>): Promise<void> {
  const set = Number(process.env.CKF_POLL_MS);
  const interval = set > 0 ? set : 2000;
  const limit = scaled(timeoutSeconds);
  // A clock that nobody can set: a jump of the date must neither end a wait nor prolong it.
  const end = performance.now() + limit * 1000;
  for (;;) {
    const { ok, why } = await ask();
    if (ok) return;
    if (performance.now() > end)
      throw new Error(
        `${what}: not reached in ${limit} s: ${why}. It may only be slow: run the upgrade again and it waits on, or set CKF_TIMEOUT_SCALE=2 to double how long`,
      );
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
