import { rmSync } from "node:fs";
import { stackSettings } from "./rehearse";
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
