import { setTimeout as sleep } from "node:timers/promises";
import { scaled } from "../kube/wait";
import { causeOf, told } from "./causes";
import { JujuError } from "./errors";
import { readErrors, readStatus } from "./read";
import type { Judgement } from "./settled";
import { snapshot } from "./snapshot";
import { type ModelStatus, parseStatus } from "./status";

/** Answers in a row that must agree: right after a change juju still shows the old state, and charms pass through short errors (facts, juju f). */
const agreeing = 3;

/** Milliseconds between two looks at the model; CKF_POLL_MS sets it. */
export function pollInterval(): number {
  const set = Number(process.env.CKF_POLL_MS);
  return set > 0 ? set : 2000;
}

/** Filters of `juju debug-log` for the applications that were waited for. */
function logs(model: string, texts: string[], status: ModelStatus | undefined): string {
  const words = new Set(texts.join(" ").split(/[\s/,;:]+/));
  const named = Object.keys(status?.applications ?? {}).filter((name) => words.has(name));
  return `\`juju status -m ${model}\` and \`juju debug-log -m ${model} --replay --no-tail${named.map((name) => ` --include ${name}`).join("")}\``;
}

/** What a wait is for, where it is for one application. */
export interface Awaited {
  timeoutSeconds: number;
  application?: string;
  /** Where that application should be. */
  target?: { channel: string; revision: number };
}

/** What the facts say of an application that was waited for; its log is asked only here. */
async function likely(
  model: string,
  { application: name, target }: Awaited,
  status: ModelStatus | undefined,
): Promise<string> {
  const application = name === undefined ? undefined : status?.applications[name];
  if (name === undefined || !application) return "";
  return told(
    causeOf({
      model,
      name,
      application,
      target,
      errors: await readErrors(model, name, Object.keys(application.units)),
    }),
  );
}

/** One answer, or why there is none at the moment: a controller may restart while its charms do. */
async function look(model: string, after: number): Promise<{ askedAt: number; status?: ModelStatus; why: string }> {
  const askedAt = Date.now();
  try {
    const found = await snapshot(model, "status", after, readStatus);
    return { askedAt: found.askedAt, status: parseStatus(found.text), why: "" };
  } catch (error) {
    if (error instanceof JujuError && (error.kind === "transient" || error.kind === "lock"))
      return { askedAt, why: error.message };
    throw error;
  }
}

/**
 * Waits until something holds for the model on three answers of juju in a row, all asked for after the wait began. All
 * steps that wait share those answers. What cannot get better by waiting ends it, once it was seen as often.
 * @throws saying what was waited for, for how long, what was still missing or what failed, and what the facts say of it
 */
export async function waitFor(
  model: string,
  describe: string,
  predicate: (status: ModelStatus) => Judgement,
  awaited: Awaited,
): Promise<ModelStatus> {
  const limit = scaled(awaited.timeoutSeconds);
  // A clock that nobody can set: a jump of the date must neither end a wait nor prolong it.
  const end = performance.now() + limit * 1000;
  let after = Date.now();
  let seen: ModelStatus | undefined;
  let [good, bad] = [0, 0];
  for (;;) {
    const { askedAt, status, why: silent } = await look(model, after);
    seen = status ?? seen;
    const { ok, why, failed } = status ? predicate(status) : { ok: false, why: silent, failed: undefined };
    good = ok ? good + 1 : 0;
    bad = failed === undefined ? 0 : bad + 1;
    if (status && good >= agreeing) return status;
    if (failed !== undefined && bad >= agreeing) {
      throw new Error(
        `${describe}: ${failed}. It does not get better by waiting${await likely(model, awaited, seen)}. Look at ${logs(model, [describe, failed], seen)}; once mended, run the upgrade again: it goes on from here`,
      );
    }
    if (performance.now() > end) {
      throw new Error(
        `${describe}: not reached in ${limit} s: ${why}${await likely(model, awaited, seen)}. Look at ${logs(model, [describe, why], seen)}; it may only be slow: run the upgrade again and it waits on, or set CKF_TIMEOUT_SCALE=2 to double how long`,
      );
    }
    after = askedAt + pollInterval();
    await sleep(Math.min(pollInterval(), Math.max(0, after - Date.now())));
  }
}
