import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { sharedFolder } from "./folder";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A snap sees neither /tmp nor hidden folders, only its own (facts, juju e). */
function visibleFolder(): string {
  const snap = join(homedir(), "snap", "juju", "common");
  return existsSync(snap) ? snap : sharedFolder();
}

/** Runs something with a YAML file of options by application, readable by this user alone; the file goes in any case. */
export async function withOptionsFile<T>(options: Record<string, Record<string, string>>, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(visibleFolder(), "options-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const ended = (signal: NodeJS.Signals): void => {
    remove();
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.once(signal, ended);
  try {
    const file = join(folder, "options.yaml");
    // In quotes, always: juju reads YAML 1.1, to which more plain words are no text ("on", "1_000", "12:30") than to 1.2.
    writeFileSync(file, stringify(options, { defaultStringType: "QUOTE_DOUBLE", lineWidth: 0 }), { mode: 0o600, flag: "wx" });
    return await use(file);
  } finally {
    for (const signal of signals) process.off(signal, ended);
    remove();
  }
}
