import { appendFileSync, closeSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import execa from "execa";
import { parse } from "yaml";
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
  /** Is given a line with how far a run is, each time that changes. */
  tell?: (line: string) => void;
  /** Command that starts `pulumi` in surroundings of its own. */
  under?: string[];
}

/** File that Pulumi keeps the stack's settings in: in the project's folder, as for any stack. */
export function stackSettings({ project, stack }: Pick<Workspace, "project" | "stack">): string {
  return join(project, `Pulumi.${stack}.yaml`);
}

export interface Run {
  exitCode: number;
  /** What `pulumi` printed, both streams in order. */
  text: string;
  steps: StepRecord[];
}

/** What can be done to a run while it is under way. */
export interface Hands {
  /** Ends it and everything it started at once, without warning. */
  kill(): void;
  /** What Ctrl-C does in a terminal: only `pulumi` gets it, its plugins lead process groups of their own. */
  interrupt(): void;
}

export interface UpOptions {
  /** Without the policy pack, and past steps that fail: what somebody could do who knows nothing better. */
  unguarded?: boolean;
  /** Without the preview that `up` begins with, as somebody does who has just seen it. */
  reviewed?: boolean;
  /** One step after the other. */
  serial?: boolean;
  /** Called again and again while the update is under way, with every step that has started so far. */
  watch?: (steps: StepRecord[], hands: Hands) => void | Promise<void>;
  /** Called with each step as it starts. */
  onStep?: (step: StepRecord) => void;
}

let runs = 0;
/** Ids of the runs of `pulumi` that are under way. */
const underWay = new Set<number>();
let left = false;

/**
 * Ends every run of `pulumi` at once and lets no other begin, because the process is about to end: it would write into a folder
 * that is being removed. Who waits for a run never hears of it.
 */
export function endRuns(): void {
  left = true;
  for (const id of underWay) killTree(id);
}

const unlessLeft = (): Promise<void> => (left ? new Promise(() => undefined) : Promise.resolve());

/** Starts `pulumi`; `ended` never throws for its exit code. */
function start(
  { project, env, under = [] }: Workspace,
  args: string[],
  options: execa.Options,
): { id: number; interrupt: () => void; ended: Promise<execa.ExecaReturnValue> } {
  const [command, ...words] = [...under, "pulumi", ...args];
  const child = execa(command, words, { cwd: project, env, reject: false, ...options });
  const id = child.pid!;
  underWay.add(id);
  const ended = child.then(async (result) => {
    underWay.delete(id);
    await unlessLeft();
    return result;
  });
  return { id, interrupt: () => void child.kill("SIGINT"), ended };
}

/** Runs `pulumi` with the given words; never throws for its exit code. */
export async function pulumi(
  workspace: Workspace,
  args: string[],
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  await unlessLeft();
  const result = await start(workspace, args, { stdin: "ignore" }).ended;
  appendFileSync(workspace.output, `$ pulumi ${args.join(" ")}\n${result.stdout}\n${result.stderr}\n`);
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** Runs `pulumi` with the given words. @throws what it says where it fails */
export async function must(workspace: Workspace, ...args: string[]): Promise<void> {
  const { exitCode, stderr } = await pulumi(workspace, args);
  if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")}: ${stderr}`);
}

/** Sets settings of the stack, by their paths. @throws what `pulumi` says */
export async function configure(workspace: Workspace, settings: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(settings))
    await must(workspace, "config", "set", "--path", name, value, "--stack", workspace.stack);
}

/**
 * `pulumi up` under the policy pack, its steps followed through the engine's event log. The flag for that log is one of the
 * commands for debugging, as the Automation API uses it too.
 */
export async function up(
  workspace: Workspace,
  { unguarded = false, reviewed = false, serial = false, watch, onStep }: UpOptions = {},
): Promise<Run> {
  await unlessLeft();
  const file = join(workspace.logs, `events-${++runs}.json`);
  const log = new StepLog(file);
  const args = [
    "up",
    "--yes",
    "--non-interactive",
    "--color",
    "never",
    "--stack",
    workspace.stack,
    ...(unguarded ? ["--continue-on-error"] : ["--policy-pack", workspace.policyPack]),
    ...(reviewed ? ["--skip-preview"] : []),
    ...(serial ? ["--parallel", "1"] : []),
    "--event-log",
    file,
  ];
  // Into a file, not a pipe: a pipe stays open as long as anything that pulumi started lives, and a file is there after a kill.
  const printed = join(workspace.logs, `up-${runs}.log`);
  const stream = openSync(printed, "w");
  const { id, interrupt, ended } = start(workspace, args, {
    env: { ...workspace.env, PULUMI_DEBUG_COMMANDS: "true" },
    stdio: ["ignore", stream, stream],
  });
  const hands: Hands = { kill: () => killTree(id), interrupt };
  const seen = new Set<string>();
  let updating = false;
  const follow = async (): Promise<void> => {
    // What comes before this line is the preview that `up` begins with: nothing of it has run.
    updating ||= /^Updating \(/m.test(readFileSync(printed, "utf8"));
    if (!updating) return;
    const before = log.progress;
    await log.read();
    if (log.progress !== undefined && log.progress !== before) workspace.tell?.(log.progress);
    for (const step of log.records.values()) {
      if (seen.has(step.id)) continue;
      seen.add(step.id);
      onStep?.(step);
    }
  };
  while (
    (await Promise.race([ended.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 50, false))])) ===
    false
  ) {
    await unlessLeft();
    await follow();
    if (updating) await watch?.([...log.records.values()], hands);
  }
  const result = await ended;
  closeSync(stream);
  await follow();
  if (result.exitCode !== 0) dropEmptyAttributes(workspace);
  const text = readFileSync(printed, "utf8");
  appendFileSync(workspace.output, `$ pulumi ${args.join(" ")}\n${text}\n`);
  return { exitCode: result.exitCode ?? 1, text, steps: [...log.records.values()] };
}

function stateFile({ project, env, stack }: Workspace): string {
  const { name } = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as { name: string };
  return join(fileURLToPath(env.PULUMI_BACKEND_URL), ".pulumi", "stacks", name, `${stack}.json`);
}

/** Whether the state knows of a step: the engine tells of one before it writes down that it began it. */
function writtenDown(workspace: Workspace, id: string): boolean {
  return readFileSync(stateFile(workspace), "utf8").includes(`::${id}"`);
}

/** What docs/faults.md says to do after a kill: Pulumi reads a state without its file of attributes, and not with an empty one. */
export function dropEmptyAttributes(workspace: Workspace): void {
  const attributes = `${stateFile(workspace)}.attrs`;
  if (statSync(attributes, { throwIfNoEntry: false })?.size === 0) rmSync(attributes);
}

/** Whether a step that is under way is where a run is to be killed. @param steps all that have started, this one among them */
export type KillWhen = (step: StepRecord, steps: StepRecord[]) => boolean | Promise<boolean>;

/** `up`, killed with everything it started once this holds for a step that is under way and that the state knows of. @returns also the step, where there was one */
export async function killedUp(
  workspace: Workspace,
  when: KillWhen,
  onStep: (step: StepRecord) => void,
): Promise<{ run: Run; killedAt?: string }> {
  let killedAt: string | undefined;
  const run = await up(workspace, {
    reviewed: true,
    onStep,
    async watch(started, { kill }) {
      for (const step of started.filter(({ status }) => status === "running")) {
        if (killedAt === undefined && (await when(step, started)) && writtenDown(workspace, step.id))
          killedAt = step.id;
      }
      if (killedAt !== undefined) kill();
    },
  });
  return { run, killedAt };
}
