import { readFileSync, readdirSync } from "node:fs";

/** Whether a process of that id is there. */
export function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ids of all processes below one, by /proc; a process that ends meanwhile is left out. */
export function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      // The command, in brackets, may hold spaces; the parent's id is the second field after it.
      const parent = Number(readFileSync(`/proc/${entry}/stat`, "utf8").split(") ").at(-1)!.split(" ")[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      continue;
    }
  }
  const below = (id: number): number[] => (children.get(id) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}

function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    return; // ended by itself
  }
}

/** @returns whether no thread of it can start a process any more: a signal to stop is only heeded at the next return from the kernel */
function halted(id: number): boolean {
  try {
    return readdirSync(`/proc/${id}/task`).every(
      (thread) => !/\) [RS] /.test(readFileSync(`/proc/${id}/task/${thread}/stat`, "utf8")),
    );
  } catch {
    return true; // ended by itself
  }
}

/**
 * Ends a process and everything it started at once, as a power cut would. All are stopped before one is ended: else a process
 * that was just started would live on without a parent that it could be found by. Each must have been seen standing still before
 * the last look for new ones, since one that was only told to stop may be in the middle of starting another.
 */
export function killTree(root: number): void {
  const still = new Set<number>();
  for (let moving = [root]; moving.length > 0; moving = [root, ...descendants(root)].filter((id) => !still.has(id))) {
    for (const id of moving) {
      signal(id, "SIGSTOP");
      if (halted(id)) still.add(id);
    }
  }
  for (const id of still) signal(id, "SIGKILL");
}
