import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { sharedFolder } from "./folder";

/**
 * Options of an application as `juju config --file` and `juju deploy --config` read them, where an "@" has no meaning. Each value
 * is text, which the controller reads by the option's type: https://github.com/juju/charm/blob/v8/config.go, ParseSettingsYAML.
 * JSON is YAML but for what YAML 1.1 takes for the end of a line or does not allow, so all but plain ASCII is escaped.
 */
export function optionsYaml(application: string, values: Record<string, string | number | boolean>): string {
  const texts = Object.fromEntries(Object.entries(values).map(([option, value]) => [option, String(value)]));
  const escaped = (sign: string): string => `\\U${sign.codePointAt(0)!.toString(16).padStart(8, "0")}`;
  return `${JSON.stringify({ [application]: texts }).replace(/[^\x20-\x7e]/gu, escaped)}\n`;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A snap sees neither /tmp nor hidden folders, only its own (facts, juju e). */
function visibleFolder(): string {
  const snap = join(homedir(), "snap", "juju", "common");
  return existsSync(snap) ? snap : sharedFolder();
}

/**
 * Runs something with a file that this user alone can read, for a command that reads no standard input. The file goes in any
 * case but one: when this process is killed. So it is no place for a secret.
 */
export async function withOptionsFile<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(visibleFolder(), "options-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const ended = (signal: NodeJS.Signals): void => {
    remove();
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.once(signal, ended);
  try {
    const file = join(folder, "options.yaml");
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
    return await use(file);
  } finally {
    for (const signal of signals) process.off(signal, ended);
    remove();
  }
}
