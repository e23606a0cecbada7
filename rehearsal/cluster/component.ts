import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ComponentSpec } from "./components";
import { childrenOf, end, endAtOnce, identify, isAlive, type ProcessId } from "./processes";

/** A component of a running node, as faults use it. */
export interface Component {
  readonly name: string;
  /** Process id on the machine; undefined while it is stopped. */
  readonly pid: number | undefined;
  /** Ends the process: TERM, and KILL where that does not help. */
  stop(): Promise<void>;
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it (again) with the same arguments. Does nothing while it runs. */
  start(): Promise<void>;
  /** The end of its log, for error messages. */
  tail(lines?: number): string;
}

export interface ComponentContext {
  spec: ComponentSpec;
  executable: string;
  /** Process 1 of the node. */
  node: ProcessId;
  logs: string;
  /** PATH of the component. */
  path: string;
  /** Called whenever the component's process changes, so that it can be found again after a crash of ours. */
  changed: (id: ProcessId | undefined) => void;
}

/** The last lines of a log file, or a note that there is none. */
export function tailOf(file: string, lines = 12): string {
  if (!existsSync(file)) return `(no log at ${file})`;
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
}

/** nsenter stays outside the node and waits for the component, which is its only child. */
async function startIn(context: ComponentContext): Promise<ProcessId> {
  const log = openSync(join(context.logs, `${context.spec.name}.log`), "a");
  const wrapper = spawn(
    "nsenter",
    ["--target", String(context.node.pid), "--mount", "--net", "--pid", "--", context.executable, ...context.spec.args],
    {
      detached: true,
      stdio: ["ignore", log, log],
      env: { PATH: context.path, HOME: "/root" },
    },
  );
  closeSync(log);
  wrapper.unref();
  for (let attempt = 0; attempt < 100 && wrapper.exitCode === null; attempt++) {
    const child = wrapper.pid === undefined ? undefined : childrenOf(wrapper.pid)[0];
    const id = child === undefined ? undefined : identify(child);
    if (id) return id;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`${context.spec.name} did not start: ${tailOf(join(context.logs, `${context.spec.name}.log`))}`);
}

/** Makes the handle of a component. `running` is its process when it was started by someone before. */
export function componentOf(context: ComponentContext, running?: ProcessId): Component {
  let current = running;
  const set = (id: ProcessId | undefined): void => {
    current = id;
    context.changed(id);
  };
  return {
    name: context.spec.name,
    get pid() {
      return current && isAlive(current) ? current.pid : undefined;
    },
    stop: async () => {
      if (current) await end(current);
      set(undefined);
    },
    kill: async () => {
      if (current) await endAtOnce(current);
      set(undefined);
    },
    start: async () => {
      if (current && isAlive(current)) return;
      set(await startIn(context));
    },
    tail: (lines) => tailOf(join(context.logs, `${context.spec.name}.log`), lines),
  };
}
