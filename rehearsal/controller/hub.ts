import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { CharmhubOptions } from "../charmhub";
import { end, identify, isAlive, type ProcessId } from "../cluster/processes";

/** The stand-in for Charmhub, in a process of its own. */
export interface Hub {
  url: string;
  /** Lets it outlive this process. */
  keep(): void;
  stop(): Promise<void>;
}

const idFile = (dir: string): string => join(dir, "charmhub.json");

/** The same in each world, whose address is its own: a model keeps the address of its Charmhub. */
const PORT = 8899;

/**
 * Starts the stand-in for Charmhub. It ends with this process, whatever ends that, unless it is kept. What it is asked goes into
 * `<dir>/charmhub.log`.
 * @param options.address one of this machine that Pods reach, too
 */
export async function startHub(dir: string, options: Pick<CharmhubOptions, "address" | "images">): Promise<Hub> {
  const log = openSync(join(dir, "charmhub.log"), "a");
  const main = resolve(__dirname, "..", "charmhub", "main.ts");
  const file = join(dir, "charmhub-options.json");
  writeFileSync(file, JSON.stringify({ ...options, port: PORT }));
  const child = spawn(process.execPath, ["--import", "tsx", main, file], {
    cwd: resolve(__dirname, "..", ".."),
    detached: true,
    stdio: ["pipe", "pipe", log],
  });
  const first = await Promise.race([
    once(createInterface({ input: child.stdout! }), "line").then(([line]) => line as string),
    once(child, "exit").then(() => undefined),
  ]);
  if (first === undefined)
    throw new Error(
      `the stand-in for Charmhub did not start, so nothing can be deployed: see ${join(dir, "charmhub.log")}`,
    );
  writeFileSync(idFile(dir), JSON.stringify(identify(child.pid!)));
  return {
    url: first,
    keep: () => {
      child.stdin!.end("keep\n");
      child.stdout!.destroy();
      child.unref();
    },
    stop: async () => void (await stopHub(dir)),
  };
}

/** Ends the one of a folder, whoever started it. @returns whether one ran */
export async function stopHub(dir: string): Promise<boolean> {
  if (!existsSync(idFile(dir))) return false;
  const id = JSON.parse(readFileSync(idFile(dir), "utf8")) as ProcessId;
  const ran = isAlive(id);
  await end(id);
  rmSync(idFile(dir));
  return ran;
}
