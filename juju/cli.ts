import pRetry, { AbortError, type Options } from "p-retry";
import { JujuError } from "./errors";
import { juju, type JujuOptions } from "./process";

export { JujuError } from "./errors";
export { juju, type JujuOptions } from "./process";

/** Milliseconds; CKF_POLL_MS sets the first pause. Five tries in all to read, four to change. */
function patience(tries: number): Options {
  const minTimeout = Math.min(Number(process.env.CKF_POLL_MS) || 1000, 8000);
  return { retries: tries - 1, minTimeout, maxTimeout: 8000, randomize: true };
}

/** p-retry takes any other error for one to try again. */
function fail(error: unknown): never {
  throw new AbortError(error as Error);
}

const passing = (error: unknown): boolean =>
  error instanceof JujuError && (error.kind === "transient" || error.kind === "lock");

/**
 * Runs a command that changes nothing; failures that pass by themselves are tried again, five times at most.
 * @param alsoPassing standard error of others that do, for this command: twenty times at most, about two minutes
 * @throws JujuError
 */
export async function read(model: string | undefined, args: string[], alsoPassing?: RegExp): Promise<string> {
  const passes = (error: unknown): boolean =>
    passing(error) || (error instanceof JujuError && (alsoPassing?.test(error.stderr) ?? false));
  return pRetry(
    () => juju(model, args).catch((error: unknown) => (passes(error) ? Promise.reject(error) : fail(error))),
    // A unit that is being deployed may take minutes to come.
    patience(alsoPassing ? 20 : 5),
  );
}

let permission: () => Promise<void> = () => Promise.resolve();

/** What is asked before each command that changes a model; it refuses by throwing. */
export function askBeforeChanges(ask: () => Promise<void>): void {
  permission = ask;
}

/**
 * Runs a command that changes the model. Where its answer got lost or it had to be ended it may have taken effect, and
 * where juju says "already exists" or "not found" it may have had it before: `done` looks, and only what is not done is
 * run again, four times at most. Commands are accepted or refused at once, but may fetch a charm first: 300 s for one run.
 * @returns whether this call (probably) made the change; false when juju said that there is nothing to change
 * @throws JujuError when it is refused, or not done after the last try
 */
export async function mutate(
  model: string | undefined,
  args: string[],
  done: () => Promise<boolean>,
  options: JujuOptions = {},
): Promise<boolean> {
  return pRetry(async () => {
    await permission().catch(fail);
    try {
      await juju(model, args, { timeoutSeconds: 300, ...options });
      return true;
    } catch (error) {
      if (!(error instanceof JujuError) || !(passing(error) || error.maybeDone)) return fail(error);
      const isDone = await done().catch((unseen: Error) =>
        fail(new Error(`${error.message}. Whether it took effect could not be seen: ${unseen.message}`)),
      );
      if (isDone) return passing(error);
      return passing(error) ? Promise.reject(error) : fail(error);
    }
  }, patience(4));
}
