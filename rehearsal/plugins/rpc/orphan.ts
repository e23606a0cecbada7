import { readFileSync } from "node:fs";

const POLL_MS = 500;
const GRACE_MS = 2000;

/** True when this process leads its process group, which the engine arranges for the plugins it starts. */
function leadsGroup(): boolean {
  try {
    // /proc/<pid>/stat: "pid (name) state ppid pgrp ..."; the name may hold spaces and brackets.
    const stat = readFileSync("/proc/self/stat", "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]) === process.pid;
  } catch {
    return false;
  }
}

/**
 * Ends this process, and what it started, once the engine is gone. A killed engine cannot tell its plugins; the kernel
 * then gives them another parent, and that is what is looked for.
 *
 * The commands under way get SIGTERM through the process group and 2 s to end, then SIGKILL.
 *
 * @param enginePid process id of the engine, taken by the launching script before node was up
 */
export function endWithEngine(enginePid: number, onGone: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === enginePid) return;
    clearInterval(timer);
    if (!leadsGroup()) {
      onGone();
      process.exit(1);
    }
    // The group includes this process, which has to stay to finish the others off.
    process.on("SIGTERM", () => undefined);
    process.kill(-process.pid, "SIGTERM");
    setTimeout(() => process.kill(-process.pid, "SIGKILL"), GRACE_MS);
  }, POLL_MS);
  timer.unref();
}
