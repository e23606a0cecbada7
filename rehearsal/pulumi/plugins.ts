import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { executable, link, quote } from "./files";

/** Where a plugin came from: `official` was found or downloaded, `stand-in` is this project's own. */
export interface InstalledPlugin {
  name: string;
  version: string;
  origin: "official" | "stand-in";
}

/** Long enough to fetch some 30 MB; a machine that cannot look the host up fails within 3 s. */
const DOWNLOAD_MS = 90_000;

const names = ["command", "kubernetes"] as const;

interface Request {
  root: string;
  /** PULUMI_HOME that gets the plugins. */
  home: string;
  /** Environment in which `pulumi` is found. */
  env: NodeJS.ProcessEnv;
  /** Never try the official ones: CKF_PLUGINS=stand-in. */
  standInOnly: boolean;
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

type Present = "official" | "stand-in" | undefined;

/** What a PULUMI_HOME already has for a plugin; the stand-in is told by being a script. */
function present(home: string, name: string, version: string): Present {
  const file = join(folderOf(home, name, version), `pulumi-resource-${name}`);
  if (!existsSync(file)) return undefined;
  return readFileSync(file).subarray(0, 2).toString() === "#!" ? "stand-in" : "official";
}

/** Takes the plugin over that the user's own Pulumi has. */
function takenOver({ home, env }: Request, name: string, version: string): boolean {
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

function layOut({ root, home }: Request, name: string, version: string): void {
  const folder = folderOf(home, name, version);
  rmSync(folder, { recursive: true, force: true });
  executable(folder, `pulumi-resource-${name}`, launcher(root, name));
}

/**
 * Puts the command and kubernetes plugins into a PULUMI_HOME, in exactly the versions that the SDKs of the project
 * ask for: the official ones where they are installed already or can be downloaded, else the stand-ins.
 * Once one download has failed, the next is not tried; a home that has the stand-ins stays with them.
 */
export async function installPlugins(request: Request): Promise<InstalledPlugin[]> {
  const installed: InstalledPlugin[] = [];
  let reachable = !request.standInOnly;
  for (const name of names) {
    const version = requestedVersion(request.root, name);
    let origin = request.standInOnly ? "stand-in" : present(request.home, name, version);
    if (!origin && takenOver(request, name, version)) origin = "official";
    if (!origin && reachable) reachable = await downloaded(request, name, version);
    origin ??= reachable ? "official" : "stand-in";
    if (origin === "stand-in") layOut(request, name, version);
    request.log(
      `Pulumi plugin ${name} ${version}: ${origin === "official" ? "the official one" : "the rehearsal's stand-in"}`,
    );
    installed.push({ name, version, origin });
  }
  return installed;
}
