import { chmodSync, constants, copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import { parse } from "yaml";

/** What the language host on PATH can do. */
export interface Host {
  path: string;
  /**
   * Hosts up to 3.7x take the options of Pulumi.yaml's `runtime` as flags, which today's CLI no longer passes,
   * and cannot start policy packs; the one built from the Go module is such a host (facts/toolchain.md).
   */
  takesFlags: boolean;
}

/** Finds pulumi-language-nodejs on the PATH of `env` and asks it for its flags. */
export async function languageHost(env: NodeJS.ProcessEnv): Promise<Host> {
  const { stdout: path } = await execa("sh", ["-c", "command -v pulumi-language-nodejs"], { env, reject: false });
  if (!path) throw new Error("pulumi-language-nodejs is not on PATH, so no Node.js program can run; put the rehearsal's toolchain first on PATH or install Pulumi whole");
  const { stdout, stderr } = await execa(path, ["--help"], { env, reject: false });
  return { path, takesFlags: `${stdout}${stderr}`.includes("-nodeargs") };
}

interface RuntimeOptions {
  typescript?: boolean;
  nodeargs?: string;
  tsconfig?: string;
}

/** The options of Pulumi.yaml's `runtime`; none when it is a mere name. */
export function runtimeOptions(root: string): RuntimeOptions {
  const { runtime } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { runtime?: string | { options?: RuntimeOptions } };
  return typeof runtime === "object" ? (runtime.options ?? {}) : {};
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function executable(folder: string, name: string, lines: string[]): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${lines.join("\n")}\n`);
  chmodSync(file, 0o755);
  return file;
}

/**
 * Makes `folder` hold a pulumi and a pulumi-language-nodejs that gives an old host the project's options as the flags
 * it knows. They must lie side by side: the CLI warns on each use of a language host that it was not shipped with.
 */
export async function passOptions(host: Host, options: RuntimeOptions, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const flags = Object.entries(options).map(([name, value]) => `-${name}=${String(value)}`);
  executable(folder, "pulumi-language-nodejs", [`exec ${[host.path, ...flags].map(quote).join(" ")} "$@"`]);
  const target = join(folder, "pulumi");
  if (existsSync(target)) return;
  const { stdout } = await execa("sh", ["-c", "command -v pulumi"], { env });
  const source = realpathSync(stdout);
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}

/**
 * What to give as --policy-pack: the pack's folder where the language host can start packs, else an executable that
 * serves the pack itself, written into `folder`. It runs in the pack's folder and is given the engine's address.
 */
export function policyPack(host: Host, root: string, pack: string, folder: string): string {
  if (!host.takesFlags) return pack;
  const runner = join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");
  return executable(folder, "policy-pack", [
    `cd ${quote(pack)}`,
    `exec ${[process.execPath, runner].map(quote).join(" ")} "$1" .`,
  ]);
}
