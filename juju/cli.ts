import execa from "execa";
import pLimit from "p-limit";
import pRetry, { AbortError } from "p-retry";
import { scaled } from "../kube/wait";
import { JujuError } from "./errors";
import { withSlot } from "./slots";

/** Seconds after which a command is ended: juju itself may dial for ten minutes, and has no setting for that (facts, juju e). */
const bounds = { read: 180, change: 300 };

/** juju commands of this process at once; `withSlot` bounds those of all processes together. */
const own = pLimit(4);

/**
 * Runs juju once: an argument vector and no shell, nothing on standard input (so that a prompt fails instead of waiting),
 * plain output. Which controller and whose login is left to the shell's environment, as for juju by hand.
 * @returns standard output alone: progress and notes of juju are on the other stream
 * @throws JujuError when it fails, cannot be started or does not end in time
 */
export async function run(args: string[], seconds: number): Promise<string> {
  const limit = scaled(seconds);
  const { result, late } = await own(() => withSlot(() => spawn(args, limit)));
  if (late) {
    throw new JujuError(args, `no answer in ${limit} s`, { kind: "transient", meaning: "the controller does not answer, or not in time", next: "See `juju status`, then run the upgrade again" });
  }
  if ((result as { code?: string }).code === "ENOENT") {
    throw new JujuError(args, "there is no command juju on PATH", { kind: "permanent", meaning: "the model can be reached through juju's own client only", next: "Install it: `snap install juju`, of the controller's own line" });
  }
  if (result.failed) throw new JujuError(args, result.stderr);
  return result.stdout;
}

/** With a timer of our own: that of execa 5 goes on, and keeps this process, where the command cannot be started. */
async function spawn(args: string[], limit: number): Promise<{ result: execa.ExecaReturnValue; late: boolean }> {
  const child = execa("juju", args, {
    stdin: "ignore",
    reject: false,
    maxBuffer: 256 * 1024 * 1024,
    stripFinalNewline: false,
    env: { NO_COLOR: "", JUJU_STATUS_ISO_TIME: "true" },
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limit * 1000);
  try {
    return { result: await child, late };
  } finally {
    clearTimeout(timer);
  }
}

const patience = { retries: 5, minTimeout: 500, maxTimeout: 8000 };

/** With the model named explicitly: the current one of `juju switch` is the user's. */
function withModel(model: string | undefined, [verb, ...rest]: string[]): string[] {
  return model === undefined ? [verb, ...rest] : [verb, "-m", model, ...rest];
}

/**
 * Runs a command that changes nothing; failures that pass by themselves are tried again.
 * @throws JujuError
 */
export async function read(model: string | undefined, args: string[]): Promise<string> {
  return pRetry(
    () =>
      run(withModel(model, args), bounds.read).catch((error: unknown) => {
        throw error instanceof JujuError && error.kind === "permanent" ? new AbortError(error) : error;
      }),
    patience,
  );
}

/**
 * Runs a command that changes the model. A connection can break after the change was taken, so it is never simply
 * repeated: `done` looks first, and ends it where the change is there.
 * @throws JujuError when it failed and `done` does not see its effect
 */
export async function change(model: string, args: string[], done: () => Promise<boolean>): Promise<void> {
  await pRetry(async () => {
    try {
      await run(withModel(model, args), bounds.change);
    } catch (error) {
      if (!(error instanceof JujuError)) throw new AbortError(error as Error);
      if (await done().catch(() => false)) return;
      throw error.kind === "permanent" ? new AbortError(error) : error;
    }
  }, patience);
}
