import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { executable, link, quote } from "./files";

/**
 * Where a plugin came from: `official` was found or downloaded, `built` is the official one built from Go modules,
 * `stand-in` is this project's own.
 */
export type PluginOrigin = "official" | "built" | "stand-in";

export interface InstalledPlugin {
  name: string;
  /** Its own version. A built one may be older than the one that the SDK asks for, in whose place it is. */
  version: string;
  origin: PluginOrigin;
}

/** Long enough to fetch some 30 MB; a machine that cannot look the host up fails within 3 s. */
const DOWNLOAD_MS = 90_000;

/** What takes the place of each official plugin that cannot be had. */
const substitutes = { command: "stand-in", kubernetes: "built" } as const;

type Name = keyof typeof substitutes;

interface Request {
  root: string;
  /** PULUMI_HOME that gets the plugins. */
  home: string;
  /** Environment in which `pulumi` is found. */
  env: NodeJS.ProcessEnv;
  /** The kubernetes plugin of the toolchain. */
  built: { path: string; version: string };
  /** Do not look for official ones: CKF_PLUGINS=local. */
  localOnly: boolean;
  log: (line: string) => void;
}

/** The version that the SDK in node_modules asks the engine for: the plugin's is the package's. */
export function requestedVersion(root: string, name: string): string {
  const file = join(root, "node_modules", "@pulumi", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version.replace(/^v/, "");
}

const folderOf = (home: string, name: string, version: string): string =>
  join(home, "plugins", `resource-${name}-v${version}`);
/** The script that the engine starts as the plugin. It hands over the engine's pid, which node could only look up too late. */
export function launcher(root: string, name: string): string {
  const command = [process.execPath, join(root, "rehearsal", "plugins", "launch.js"), name].map(quote).join(" ");
  return `#!/bin/sh\n# The rehearsal's stand-in for pulumi-resource-${name}.\nexec ${command} --engine-pid "$PPID" "$@"\n`;
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from)) {
    const [source, target] = [join(from, entry), join(to, entry)];
    if (statSync(source).isDirectory()) linkTree(source, target);
    else link(source, target);
  }
}

/** Beside a plugin that was put there by this file: its origin. */
const ORIGIN = "origin";

/** What a PULUMI_HOME already has for a plugin. */
function present(home: string, name: Name, version: string): PluginOrigin | undefined {
  const folder = folderOf(home, name, version);
  if (!existsSync(join(folder, `pulumi-resource-${name}`))) return undefined;
  return existsSync(join(folder, ORIGIN)) ? substitutes[name] : "official";
}

/** Takes the plugin over that the user's own Pulumi has. */
function takenOver({ home, env }: Request, name: Name, version: string): boolean {
  const own = env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  if (own === home || present(own, name, version) !== "official") return false;
  linkTree(folderOf(own, name, version), folderOf(home, name, version));
  return true;
}

async function downloaded({ home, env, log }: Request, name: string, version: string): Promise<boolean> {
  log(`Pulumi plugin ${name} ${version}: looking for the official one`);
  const { failed, stderr } = await execa("pulumi", ["plugin", "install", "resource", name, version], {
    env: { ...env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: DOWNLOAD_MS,
    reject: false,
  });
  if (!failed) return true;
  log(
    `Pulumi plugin ${name} ${version}: not to be had here (${stderr.trim().split("\n").at(-1)?.trim() || "no answer in time"})`,
  );
  return false;
}

function substitute({ root, home, built }: Request, name: Name, version: string): void {
  const folder = folderOf(home, name, version);
  rmSync(folder, { recursive: true, force: true });
  const file = `pulumi-resource-${name}`;
  if (name === "command") executable(folder, file, launcher(root, name));
  else {
    mkdirSync(folder, { recursive: true });
    link(built.path, join(folder, file));
  }
  writeFileSync(join(folder, ORIGIN), substitutes[name]);
}

const described: Record<PluginOrigin, string> = {
  official: "the official one",
  built: "the official one, built from Go modules",
  "stand-in": "the rehearsal's stand-in",
};

/**
 * Puts the command and kubernetes plugins into a PULUMI_HOME, in exactly the versions that the SDKs of the project
 * ask for: the official ones where they are installed already or can be downloaded, else their substitutes.
 * Once one download has failed, the next is not tried; a home that has substitutes stays with them.
 */
export async function installPlugins(request: Request): Promise<InstalledPlugin[]> {
  const installed: InstalledPlugin[] = [];
  let reachable = !request.localOnly;
  for (const name of Object.keys(substitutes) as Name[]) {
    const wanted = requestedVersion(request.root, name);
    let origin = request.localOnly ? substitutes[name] : present(request.home, name, wanted);
    if (!origin && takenOver(request, name, wanted)) origin = "official";
    if (!origin && reachable) reachable = await downloaded(request, name, wanted);
    origin ??= reachable ? "official" : substitutes[name];
    if (origin !== "official") substitute(request, name, wanted);
    const version = origin === "built" ? request.built.version : wanted;
    const instead = version === wanted ? "" : `, in the place of ${wanted}`;
    request.log(`Pulumi plugin ${name} ${version}: ${described[origin]}${instead}`);
    installed.push({ name, version, origin });
  }
  return installed;
}
