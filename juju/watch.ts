import { setTimeout as sleep } from "node:timers/promises";
import { scaled } from "../kube/wait";
import { readStatus } from "./read";
import type { Judgement } from "./settled";
import { snapshot } from "./snapshot";
import { type ModelStatus, parseStatus } from "./status";

export interface WaitOptions {
  timeoutSeconds: number;
  /** Fresh answers in a row that must agree; right after a change juju still shows the old state (facts, juju f). */
  successes?: number;
}

/** Milliseconds between two looks at the model; CKF_POLL_MS sets it. */
export function pollInterval(): number {
  const set = Number(process.env.CKF_POLL_MS);
  return set > 0 ? set : 3000;
}

/**
 * Waits until something holds for the model on several fresh answers of juju in a row; all waiting steps share those
 * answers. What cannot get better by waiting ends it, once it was seen as often.
 * @throws saying what was waited for, for how long, and what was still missing or what failed
 */
export async function waitFor(
  model: string,
  what: string,
  judge: (status: ModelStatus) => Judgement,
  { timeoutSeconds, successes = 3 }: WaitOptions,
): Promise<ModelStatus> {
  const limit = scaled(timeoutSeconds);
  const end = Date.now() + limit * 1000;
  let after = Date.now();
  let [good, bad] = [0, 0];
  for (;;) {
    const { askedAt, text } = await snapshot(model, "status", after, readStatus);
    const status = parseStatus(text);
    const { ok, why, failed } = judge(status);
    good = ok ? good + 1 : 0;
    bad = failed === undefined ? 0 : bad + 1;
    if (good >= successes) return status;
    if (bad >= successes) {
      throw new Error(`${what}: ${failed}. It does not get better by waiting. See \`juju status\` and \`juju debug-log -m ${model} --replay --level WARNING\`; once mended, run the upgrade again: it goes on from here`);
    }
    if (Date.now() > end) {
      throw new Error(`${what}: not reached in ${limit} s: ${why}. It may only be slow. See \`juju status -m ${model}\`, then run the upgrade again: it waits on; CKF_TIMEOUT_SCALE=2 doubles how long`);
    }
    after = askedAt + pollInterval();
    await sleep(Math.max(0, after - Date.now()));
  }
}
