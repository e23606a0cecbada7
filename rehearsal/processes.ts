import { readFileSync, readdirSync } from "node:fs";

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

/** @returns whether there was such a process still */
function signal(id: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(id, name);
  } catch {
    return false; // ended by itself
  }
}

/**
 * Ends a process and everything it started at once, as a power cut would. All are stopped before one is ended: else a process
 * that was just started would live on without a parent that it could be found by.
 */
export function killTree(root: number): void {
  const stopped = new Set<number>();
  const stop = (id: number): void => {
    if (signal(id, "SIGSTOP")) stopped.add(id);
  };
  for (let more = [root]; more.length > 0; more = descendants(root).filter((id) => !stopped.has(id))) more.forEach(stop);
  for (const id of stopped) signal(id, "SIGKILL");
}
