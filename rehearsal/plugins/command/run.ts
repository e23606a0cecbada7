import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";

export type Logging = "stdout" | "stderr" | "stdoutAndStderr" | "none";

/** What a command runs with, as https://www.pulumi.com/registry/packages/command/api-docs/local/command/ names it. */
export interface Settings {
  interpreter?: string[];
  dir?: string;
  environment?: Record<string, string>;
  stdin?: string;
  logging?: Logging;
  addPreviousOutputInEnv?: boolean;
}

export interface Output {
  stdout: string;
  stderr: string;
}

const shell = ["/bin/sh", "-c"];

/** Go's %q, in which the official provider quotes the command of its errors. */
export function quoted(text: string): string {
  const named: Record<string, string> = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
    "\x07": "\\a",
  };
  return `"${text.replace(/[\\"\u0000-\u001f\u007f]/g, (char) => named[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;
}

const logs = (logging: Logging | undefined, stream: "stdout" | "stderr"): boolean =>
  logging === undefined || logging === stream || logging === "stdoutAndStderr";

/** Variables later in the list win: the machine's, then the program's, then the previous output. */
export function environmentOf(settings: Settings, previous: Output): NodeJS.ProcessEnv {
  const remembered = settings.addPreviousOutputInEnv ?? true;
  return {
    ...process.env,
    ...settings.environment,
    ...(remembered && previous.stdout !== "" && { PULUMI_COMMAND_STDOUT: previous.stdout }),
    ...(remembered && previous.stderr !== "" && { PULUMI_COMMAND_STDERR: previous.stderr }),
  };
}

/** The buffer of Go's bufio.Scanner, by which the official plugin reads what it logs. */
const LINE_BYTES = 64 * 1024;

/**
 * Cuts what is printed into lines. After a line that does not fit the buffer nothing is read any more, and `end` never
 * resolves: so the official plugin hangs.
 */
function lineReader(onLine: (line: string) => void): { write(chunk: Buffer): void; end(): Promise<void> } {
  let rest = Buffer.alloc(0);
  let stuck = false;
  return {
    write(chunk) {
      if (stuck) return;
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf("\n"); end >= 0 && end < LINE_BYTES; end = rest.indexOf("\n")) {
        onLine(rest.subarray(0, end).toString().replace(/\r$/, ""));
        rest = rest.subarray(end + 1);
      }
      stuck = rest.length >= LINE_BYTES;
    },
    end() {
      if (stuck) return new Promise(() => undefined);
      if (rest.length > 0) onLine(rest.toString());
      return Promise.resolve();
    },
  };
}

/**
 * Runs one command to its end and returns what it printed, one trailing newline less per stream.
 * Lines are passed on as they come, as far as `logging` asks for them.
 *
 * Rejects as the official provider words it (provider/pkg/provider/local/commandOutputs.go):
 * `exit status 3: running "<command>":` and, on the lines below, everything printed in the order it came.
 *
 * @param started gets the process, to be ended when the run is cancelled
 */
export async function run(
  command: string,
  settings: Settings,
  previous: Output,
  onLine: (line: string) => void,
  started: (child: ChildProcess) => void = () => undefined,
): Promise<Output> {
  const [program, ...args] = [...(settings.interpreter?.length ? settings.interpreter : shell), command];
  const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[], both: [] as Buffer[] };
  const fail = (what: string): Error =>
    new Error(`${what}: running ${quoted(command)}:\n${Buffer.concat(printed.both).toString()}`);
  if (settings.dir !== undefined && !existsSync(settings.dir))
    throw fail(`chdir ${settings.dir}: no such file or directory`);

  const child = spawn(program, args, { cwd: settings.dir, env: environmentOf(settings, previous), stdio: "pipe" });
  started(child);
  const lines = lineReader(onLine);
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (chunk: Buffer) => {
      printed[stream].push(chunk);
      printed.both.push(chunk);
      if (logs(settings.logging, stream)) lines.write(chunk);
    });
  }
  // A command that does not read its input may end first; that is no fault of its own.
  child.stdin.on("error", () => undefined);
  child.stdin.end(settings.stdin ?? "");

  const ending = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      const found =
        error.code === "ENOENT"
          ? program.includes("/")
            ? "no such file or directory"
            : "executable file not found in $PATH"
          : error.message;
      resolve(program.includes("/") ? `fork/exec ${program}: ${found}` : `exec: ${quoted(program)}: ${found}`);
    });
    child.on("close", (code, signal) =>
      resolve(signal ? `signal: ${signalName(signal)}` : code === 0 ? undefined : `exit status ${code}`),
    );
  });
  await lines.end();
  if (ending !== undefined) throw fail(ending);
  const text = (stream: "stdout" | "stderr"): string => Buffer.concat(printed[stream]).toString().replace(/\n$/, "");
  return { stdout: text("stdout"), stderr: text("stderr") };
}

const signals: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGINT: "interrupt",
  SIGHUP: "hangup",
};

function signalName(signal: NodeJS.Signals): string {
  return signals[signal] ?? signal;
}
