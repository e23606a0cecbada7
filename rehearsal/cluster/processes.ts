import { readdirSync, readFileSync } from "node:fs";

/** A process that cannot be mistaken for a later one with the same id. */
export interface ProcessId {
  pid: number;
  /** Clock ticks between boot and start: field 22 of /proc/PID/stat (proc_pid_stat(5)). */
  startTime: string;
}

interface Stat {
  state: string;
  parent: number;
  startTime: string;
}

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces and parentheses itself.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0], parent: Number(fields[1]), startTime: fields[19] };
  } catch {
    return undefined;
  }
}

/** Identity of a running process, undefined when there is none with this id. */
export function identify(pid: number): ProcessId | undefined {
  const stat = readStat(pid);
  return stat && stat.state !== "Z" && stat.state !== "X" ? { pid, startTime: stat.startTime } : undefined;
}

/** Whether exactly this process still runs. */
export const isAlive = (id: ProcessId): boolean => identify(id.pid)?.startTime === id.startTime;

/** Ids of the running children of a process. */
export function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      const stat = readStat(candidate);
      return stat !== undefined && stat.parent === pid && stat.state !== "Z";
    });
}

/** Sends a signal to exactly this process; nothing happens when it has ended. */
export function signal(id: ProcessId, name: NodeJS.Signals): void {
  if (!isAlive(id)) return;
  try {
    process.kill(id.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Waits until a process has ended. @returns whether it did within the time, in milliseconds. */
export async function hasEnded(id: ProcessId, timeout: number): Promise<boolean> {
  for (const end = Date.now() + timeout; Date.now() < end;) {
    if (!isAlive(id)) return true;
    await new Promise((done) => setTimeout(done, 50));
  }
  return !isAlive(id);
}

/** Ends a process with KILL. @throws when it stays all the same. */
export async function endAtOnce(id: ProcessId): Promise<void> {
  signal(id, "SIGKILL");
  if (!(await hasEnded(id, 10_000)))
    throw new Error(
      `process ${id.pid} does not end, not even at SIGKILL: it hangs in the kernel, look at /proc/${id.pid}/stack`,
    );
}

/** Ends a process: asks with TERM, insists with KILL after `grace` milliseconds. @throws when it outlives both. */
export async function end(id: ProcessId, grace = 10_000): Promise<void> {
  signal(id, "SIGTERM");
  if (!(await hasEnded(id, grace))) await endAtOnce(id);
}
