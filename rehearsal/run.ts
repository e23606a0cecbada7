import { appendFileSync, closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import { StepLog, type StepRecord } from "./events";
import { killTree } from "./processes";

/** Where and how `pulumi` is run in a rehearsal. */
export interface Workspace {
  /** The project's folder. */
  project: string;
  env: Record<string, string>;
  stack: string;
  /** The Juju model that the stack upgrades. */
  model: string;
  /** What `--policy-pack` is given. */
  policyPack: string;
  /** Folder for event logs. */
  logs: string;
  /** File that everything `pulumi` prints is added to. */
  output: string;
}

export interface Run {
  exitCode: number;
  /** What `pulumi` printed, both streams in order. */
  text: string;
  steps: StepRecord[];
  /** The step at which the run was killed, if it was. */
  killedAt?: string;
}

export interface UpOptions {
  /** Without the policy pack, and past steps that fail: what somebody could do who knows nothing better. */
  unguarded?: boolean;
  /** Kills everything, without warning, once this holds for a step that just started. */
  killWhen?: (step: StepRecord) => boolean;
  /** Called with each step as it starts. */
  onStep?: (step: StepRecord) => void;
}

let runs = 0;

/** Runs `pulumi` with the given words; never throws for its exit code. */
export async function pulumi(workspace: Workspace, args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const result = await execa("pulumi", args, { cwd: workspace.project, env: workspace.env, reject: false, stdin: "ignore" });
  appendFileSync(workspace.output, `$ pulumi ${args.join(" ")}\n${result.stdout}\n${result.stderr}\n`);
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/**
 * `pulumi up` under the policy pack, its steps followed through the engine's event log. The flag for that log is one of the
 * commands for debugging, as the Automation API uses it too.
 */
export async function up(workspace: Workspace, { unguarded = false, killWhen, onStep }: UpOptions = {}): Promise<Run> {
  const file = join(workspace.logs, `events-${++runs}.json`);
  const log = new StepLog(file);
  const args = ["up", "--yes", "--non-interactive", "--color", "never", "--stack", workspace.stack, ...(unguarded ? ["--continue-on-error"] : ["--policy-pack", workspace.policyPack]), "--event-log", file];
  // Into a file, not a pipe: a pipe stays open as long as anything that pulumi started lives, and a file is there after a kill.
  const printed = join(workspace.logs, `up-${runs}.log`);
  const stream = openSync(printed, "w");
  const child = execa("pulumi", args, { cwd: workspace.project, env: { ...workspace.env, PULUMI_DEBUG_COMMANDS: "true" }, reject: false, stdio: ["ignore", stream, stream] });
  let killedAt: string | undefined;
  const seen = new Set<string>();
  // What comes before this line is the preview that `up` begins with: nothing of it has run.
  const updating = (): boolean => /^Updating \(/m.test(readFileSync(printed, "utf8"));
  const follow = async (): Promise<void> => {
    if (!updating()) return;
    await log.read();
    for (const step of log.records.values()) {
      if (seen.has(step.id)) continue;
      seen.add(step.id);
      onStep?.(step);
      if (killedAt === undefined && killWhen?.(step)) {
        killedAt = step.id;
        killTree(child.pid!);
      }
    }
  };
  const ended = child.then((result) => result);
  while ((await Promise.race([ended.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 100, false))])) === false) await follow();
  const result = await ended;
  closeSync(stream);
  await follow();
  const text = readFileSync(printed, "utf8");
  appendFileSync(workspace.output, `$ pulumi ${args.join(" ")}\n${text}\n`);
  return { exitCode: result.exitCode ?? 1, text, steps: [...log.records.values()], ...(killedAt !== undefined && { killedAt }) };
}
