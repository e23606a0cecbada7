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

/** Ends a process and everything it started at once, as a power cut would. */
export function killTree(root: number): void {
  for (const id of [root, ...descendants(root)]) {
    try {
      process.kill(id, "SIGKILL");
    } catch {
      continue; // ended by itself
    }
  }
}
