import { rmSync } from "node:fs";
import { constants } from "node:os";
import { endRuns, stackSettings } from "./run";
import { log } from "./terminal";
import type { World } from "./world";

/**
 * What ends a world, once, whoever asks and however far it came: its processes, the settings of its stack in the project and,
 * where one is named, the folder of all that it wrote.
 */
export function leaving(raising: Promise<World>, folder?: string): () => Promise<void> {
  const leave = async (): Promise<void> => {
    const world = await raising.catch(() => undefined);
    await world?.stop();
    if (world) rmSync(stackSettings(world.workspace), { force: true });
    // What was killed may still be writing its last.
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  let ending: Promise<void> | undefined;
  return () => (ending ??= leave());
}

/** What a terminal, whoever ends a process, and a terminal that is closed send. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Ends a world by `end`, and then the process, when a signal comes. @returns what takes that back; it answers false once a signal came */
export function leaveOnSignal(end: () => Promise<void>): () => boolean {
  let came = false;
  const signalled = (signal: NodeJS.Signals): void => {
    came = true;
    // A terminal that was closed takes no more lines, which must not end the process before the world.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
    log(`${signal}: ending the world`);
    endRuns();
    void end().finally(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of signals) process.once(signal, signalled);
  return () => {
    for (const signal of signals) process.off(signal, signalled);
    return !came;
  };
}
