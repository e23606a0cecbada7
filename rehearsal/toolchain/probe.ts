import { access, constants, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import execa from "execa";
import * as semver from "semver";
import { isStatic } from "./elf";
import type { Probe, Tool } from "./tools";

/** What was found of a tool outside the cache. `refused` says why it is not used; absent when it will do. */
export interface Found {
  path: string;
  version: string;
  refused?: string;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** Every folder where an executable is looked for: PATH, and the two that Debian keeps out of a plain user's PATH. */
export function searchPath(env: NodeJS.ProcessEnv = process.env): string[] {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder.startsWith("/"));
  return [...new Set([...folders, "/usr/sbin", "/sbin"])];
}

/** The version in a tool's own words, as `major.minor.patch`; undefined where the pattern does not match. */
export function readVersion(output: string, probe: Pick<Probe, "pattern">): string | undefined {
  const text = probe.pattern.exec(output)?.[1];
  return text === undefined ? undefined : semver.coerce(text.replaceAll("-", ".").replace(/\b0+(?=\d)/g, ""))?.version;
}

/** Why a version will not do, or undefined when it will. */
export function refuse(version: string | undefined, probe: Pick<Probe, "accept">): string | undefined {
  if (version === undefined) return "prints no version that can be read";
  return semver.satisfies(version, probe.accept) ? undefined : `version ${version} is outside ${probe.accept}`;
}

async function probeFolder(folder: NonNullable<Tool["folder"]>): Promise<Found | undefined> {
  for (const path of folder.candidates) {
    const present = await Promise.all(folder.files.map((file) => isReadable(join(path, file))));
    if (present.every(Boolean)) return { path, version: "-" };
  }
  return undefined;
}

async function probeExecutable(path: string, tool: Tool): Promise<Found> {
  if (!tool.probe) return { path, version: "-" };
  const run = await execa(path, tool.probe.args, { all: true, reject: false, timeout: 20_000, stdin: "ignore" });
  const version = readVersion(run.all ?? "", tool.probe);
  const refused =
    refuse(version, tool.probe) ??
    (tool.static && !(await isStatic(await realpath(path)))
      ? "is linked dynamically, an image needs it static"
      : undefined);
  return { path, version: version ?? "unknown", ...(refused ? { refused } : {}) };
}

/**
 * Looks for a tool on PATH (or in its candidate folders). The first that will do wins; where none will, the first
 * one found is returned with the reason. `home` is where the tool named by `beside` was found.
 */
export async function findTool(tool: Tool, options: { path: string[]; home?: string }): Promise<Found | undefined> {
  if (tool.folder) return probeFolder(tool.folder);
  if (tool.builtOnly) return undefined;
  let first: Found | undefined;
  for (const folder of options.path) {
    const path = join(folder, tool.onPath ?? tool.name);
    if (!(await isExecutable(path))) continue;
    const found = tool.beside ? besideFound(path, tool.beside, options.home) : await probeExecutable(path, tool);
    if (!found.refused) return found;
    first ??= found;
  }
  return first;
}

function besideFound(path: string, other: string, home: string | undefined): Found {
  if (home !== undefined && dirname(path) === dirname(home)) return { path, version: "-" };
  return { path, version: "unknown", refused: `prints no version, and is not beside a ${other} that will do` };
}
