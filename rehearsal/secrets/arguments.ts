import { readFileSync, readdirSync } from "node:fs";
import { type Planted, secretsIn } from "./planted";

/** How often a process is looked at: one that just began still shows what it was before. */
const looks = 8;

/**
 * Looks at the arguments of every process of the machine, those in containers too, every few milliseconds.
 * @returns ends the watch and answers each finding once, as "minio secret-key in the arguments of <program>"
 */
export function watchArguments(planted: Planted[], everyMs = 25): () => { processes: number; found: string[] } {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  let processes = 0;
  const look = (): void => {
    const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    for (const id of ids) {
      const times = seen.get(id) ?? 0;
      if (times >= looks) continue;
      if (times === 0) processes += 1;
      seen.set(id, times + 1);
      const text = argumentsOf(id);
      for (const secret of secretsIn(text, planted)) found.add(`${secret} in the arguments of ${text.split("\0")[0]}`);
    }
    const alive = new Set(ids);
    for (const id of seen.keys()) if (!alive.has(id)) seen.delete(id);
  };
  // A rehearsal that fails does not ask for what was seen; it must end all the same.
  const timer = setInterval(look, everyMs).unref();
  return () => {
    clearInterval(timer);
    return { processes, found: [...found] };
  };
}

function argumentsOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8");
  } catch {
    return ""; // ended meanwhile
  }
}
