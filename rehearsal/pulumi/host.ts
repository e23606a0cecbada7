import { mkdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import execa from "execa";
import { executable, link, quote } from "./files";

/** `pulumi` and the host that runs Node.js programs for it, as found on PATH. */
export interface Engine {
  /** Real paths, links followed. */
  pulumi: string;
  host: string;
  /**
   * Whether the host can start policy packs. One that still takes its options as flags (-nodeargs; up to 3.7x) cannot;
   * the one built from the Go module is such a host (facts/toolchain.md).
   */
  startsPacks: boolean;
}

async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await execa("sh", ["-c", `command -v ${name}`], { env, reject: false });
  if (!stdout)
    throw new Error(
      `${name} is not on PATH, so no program can run; put the rehearsal's toolchain first on PATH or install Pulumi`,
    );
  return realpathSync(stdout);
}

/** @throws naming the program that is missing */
export async function findEngine(env: NodeJS.ProcessEnv): Promise<Engine> {
  const [pulumi, host] = [await onPath("pulumi", env), await onPath("pulumi-language-nodejs", env)];
  const { stdout, stderr } = await execa(host, ["--help"], { env, reject: false });
  return { pulumi, host, startsPacks: !`${stdout}${stderr}`.includes("-nodeargs") };
}

/**
 * Puts both side by side into a folder, unless they lie so already: the CLI warns at each use of a host from PATH that
 * it was not shipped with.
 */
export function sideBySide({ pulumi, host }: Engine, folder: string): void {
  if (dirname(pulumi) === dirname(host)) return;
  mkdirSync(folder, { recursive: true });
  link(pulumi, join(folder, "pulumi"));
  link(host, join(folder, "pulumi-language-nodejs"));
}

/**
 * What to give as --policy-pack: the pack's folder where the host can start packs, else an executable that serves the
 * pack itself, written into `folder`. It runs in the pack's folder and is given the engine's address.
 */
export function policyPack({ startsPacks }: Engine, root: string, pack: string, folder: string): string {
  if (startsPacks) return pack;
  const runner = join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");
  return executable(
    folder,
    "policy-pack",
    `#!/bin/sh\ncd ${quote(pack)} && exec ${quote(process.execPath)} ${quote(runner)} "$1" .\n`,
  );
}
