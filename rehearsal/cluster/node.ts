import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { searchPath } from "../toolchain/probe";
import type { Toolchain } from "../toolchain";
import { tailOf } from "./component";
import type { Layout } from "./layout";
import { childrenOf, identify, type ProcessId } from "./processes";

/** A set of namespaces with its process 1, before anything runs in it. */
export interface NodeProcess {
  keeper: ProcessId;
  node: ProcessId;
  /** Lets the node outlive this process. */
  keep(): void;
}

/** PATH inside the node: the toolchain first. */
export const nodePath = (toolchain: Toolchain): string => [toolchain.bin, ...searchPath()].join(":");

/** Folders that hold the tools, by their real names. */
async function toolFolders(toolchain: Toolchain): Promise<string[]> {
  const real = await Promise.all(toolchain.tools.map(async ({ path }) => dirname(await realpath(path))));
  return [...new Set([toolchain.bin, ...real])];
}

async function ready(keeper: ChildProcess, log: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (reason: string) =>
      reject(new Error(`the node's namespaces did not come up (${reason}): ${tailOf(log)}`));
    const timer = setTimeout(() => fail("nothing after 20 s"), 20_000);
    keeper.stdout!.once("data", () => resolve());
    keeper.once("exit", (code) => fail(`exit code ${code}`));
    keeper.once("error", (error) => fail(error.message));
    keeper.once("exit", () => clearTimeout(timer));
    keeper.stdout!.once("data", () => clearTimeout(timer));
  });
}

/**
 * Starts process 1 of a node (node.sh) under its keeper (keeper.sh). Both end with this process, whatever ends it,
 * unless `keep` was called: process 1 waits for the end of the pipe that this process holds.
 */
export async function startNode(layout: Layout, toolchain: Toolchain): Promise<NodeProcess> {
  const logFile = join(layout.logs, "node.log");
  const log = openSync(logFile, "a");
  const keeper = spawn(
    "/bin/sh",
    [join(__dirname, "keeper.sh"), join(__dirname, "node.sh"), layout.node, ...(await toolFolders(toolchain))],
    {
      // A session of its own, so that Ctrl-C at the terminal reaches us only.
      detached: true,
      stdio: ["pipe", "pipe", log],
      env: { PATH: searchPath().join(":") },
      cwd: "/",
    },
  );
  closeSync(log);
  await ready(keeper, logFile);
  keeper.unref();
  keeper.stdout!.destroy();
  keeper.stdin!.on("error", () => undefined);
  (keeper.stdin as unknown as { unref(): void }).unref();
  const unshare = childrenOf(keeper.pid!)[0];
  const first = unshare === undefined ? undefined : childrenOf(unshare)[0];
  const [keeperId, node] = [identify(keeper.pid!), first === undefined ? undefined : identify(first)];
  if (!keeperId || !node) throw new Error(`the node's first process ended at once: ${tailOf(logFile)}`);
  return { keeper: keeperId, node, keep: () => void keeper.stdin!.end("keep\n") };
}
