import execa from "execa";
import pLimit from "p-limit";
import { scaled } from "../kube/wait";
import { blot } from "./blot";
import { JujuError } from "./errors";
import { commandName } from "./model-name";
import { withSlot } from "./slots";

export interface JujuOptions {
  /** Bound on one run: juju itself may dial for ten minutes and has no setting for that (facts, juju e). Default 120. */
  timeoutSeconds?: number;
  /** Texts to blot out wherever juju repeats them in a failure. */
  secrets?: string[];
  /** What it reads from standard input; nothing by default, so that a prompt fails instead of waiting. */
  input?: string;
}

/** juju commands of this process at once; `withSlot` bounds those of all processes together. */
const own = pLimit(4);

/**
 * JUJU_MODEL is dropped, for every command here names its model; but the controller it names, or JUJU_CONTROLLER, stays:
 * it decides which controller a model's bare name belongs to, and the user's juju by hand must mean the same one.
 */
function environment(): NodeJS.ProcessEnv {
  const { JUJU_MODEL, ...rest } = process.env;
  const controller = /^([^:]+):/.exec(JUJU_MODEL ?? "")?.[1];
  return {
    ...(controller !== undefined && { JUJU_CONTROLLER: controller }),
    ...rest,
    NO_COLOR: "",
    JUJU_STATUS_ISO_TIME: "true",
  };
}

/** With the model named right after the verb: the current one of `juju switch` is the user's. */
function withModel(model: string | undefined, [verb, ...rest]: string[]): string[] {
  return model === undefined ? [verb, ...rest] : [verb, "-m", commandName(model), ...rest];
}

/** With a timer of our own: that of execa 5 goes on, and keeps this process, where the command cannot be started. */
async function spawn(
  args: string[],
  limit: number,
  input?: string,
): Promise<{ result: execa.ExecaReturnValue; late: boolean }> {
  const child = execa("juju", args, {
    ...(input === undefined ? { stdin: "ignore" } : { input }),
    reject: false,
    maxBuffer: 256 * 1024 * 1024,
    stripFinalNewline: false,
    extendEnv: false,
    env: environment(),
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

/**
 * Runs juju once: an argument vector and no shell.
 * @returns standard output alone: progress and notes of juju are on the other stream
 * @throws JujuError when it fails, cannot be started or does not end in time
 */
export async function juju(
  model: string | undefined,
  args: string[],
  { timeoutSeconds = 120, secrets = [], input }: JujuOptions = {},
): Promise<string> {
  const all = withModel(model, args);
  const limit = scaled(timeoutSeconds);
  const { result, late } = await own(() => withSlot(() => spawn(all, limit, input)));
  if (!result.failed && !late) return result.stdout;
  if ((result as { code?: string }).code === "ENOENT") {
    throw new JujuError(
      all,
      { stderr: "there is no command juju on PATH" },
      {
        kind: "permanent",
        meaning: "the model can be reached through juju's own client only",
        next: "Install it, of the controller's own line: `snap install juju --channel 2.9/stable`, or 3.6/stable",
      },
    );
  }
  const [stdout, stderr] = [blot(result.stdout, secrets), blot(result.stderr, secrets)];
  if (late) {
    throw new JujuError(
      all,
      { stdout, stderr: `no answer in ${limit} s` },
      {
        kind: "transient",
        meaning: "the controller does not answer, or not in time",
        next: "See `juju status`, then run the upgrade again; CKF_TIMEOUT_SCALE=2 doubles how long",
      },
    );
  }
  if (result.exitCode === undefined) {
    throw new JujuError(
      all,
      { stdout, stderr: `it was ended by ${result.signal ?? "the system"}` },
      {
        kind: "transient",
        meaning: "whether it took effect is not known",
        next: "Run the upgrade again: it looks first",
      },
    );
  }
  throw new JujuError(all, { stdout, stderr, exitCode: result.exitCode });
}
