import { rmSync } from "node:fs";
import { stackSettings } from "./rehearse";
import { endRuns } from "./run";
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

/** Ends a world by `end`, and then the process, when a signal comes. @returns what takes that back */
export function leaveOnSignal(end: () => Promise<void>): () => void {
  const signalled = (signal: NodeJS.Signals): void => {
    log(`${signal}: ending the world`);
    endRuns();
    void end().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
  };
  process.once("SIGINT", signalled).once("SIGTERM", signalled);
  return () => void process.off("SIGINT", signalled).off("SIGTERM", signalled);
}
