import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import pLimit from "p-limit";
import { cacheRoot } from "./cache";
import { ensureGoModule } from "./go-build";
import { installPackages } from "./debian";
import { type Inspected, inspectTools } from "./inspect";
import { findPrerequisites, missingOf, PrerequisitesMissing } from "./prerequisites";
import type { GoModuleName } from "./modules";
import { type Part, type Tool, ALL_PARTS, BESIDE_CLUSTER, TOOLS } from "./tools";

export interface Toolchain {
  /** Folder with one link per tool, to be put first on PATH. */
  bin: string;
  tools: { name: string; path: string; version: string; origin: "path" | "built" | "package" }[];
}

export interface EnsureOptions {
  log: (line: string) => void;
  /** What the tools are for; everything where left out. A rehearsal on an existing cluster needs no "cluster". */
  parts?: Part[];
}

/** Path of one tool of a toolchain. @throws when the toolchain was made without its part. */
export function toolPath(toolchain: Toolchain, name: string): string {
  const tool = toolchain.tools.find((entry) => entry.name === name);
  if (!tool)
    throw new Error(
      `the toolchain holds no ${name}: it was made for other parts; it has ${toolchain.tools.map((entry) => entry.name).join(", ")}`,
    );
  return tool.path;
}

/**
 * Makes sure that every tool is there and returns where. What is on PATH and will do is used; the rest is built
 * from pinned Go modules into the cache or installed from Debian packages. A second start only looks.
 * @throws PrerequisitesMissing naming everything that has to be installed by hand.
 */
export async function ensureToolchain({ log, parts = ALL_PARTS }: EnsureOptions): Promise<Toolchain> {
  let inspected = await inspectTools(parts);
  const packages = [
    ...new Set(inspected.flatMap(({ decision }) => (decision.action === "install" ? [decision.package] : []))),
  ];
  const modules = [
    ...new Set(
      inspected.flatMap(({ tool, decision }) =>
        decision.action === "build" && tool.source.kind === "go" ? [tool.source.module] : [],
      ),
    ),
  ];
  await checkPrerequisites(parts, inspected);
  if (packages.length) {
    await installPackages(packages, log);
    inspected = await inspectTools(parts);
  }
  const limit = pLimit(2);
  await Promise.all(modules.map((module) => limit(() => ensureGoModule(module, toolsOf(module), cacheRoot(), log))));
  if (modules.length) inspected = await inspectTools(parts);
  return link(inspected);
}

const toolsOf = (module: GoModuleName): Tool[] =>
  TOOLS.filter((tool) => tool.source.kind === "go" && tool.source.module === module);

async function checkPrerequisites(parts: Part[], inspected: Inspected[]): Promise<void> {
  const missing = missingOf(await findPrerequisites(parts, inspected));
  if (missing.length === 0) return;
  throw new PrerequisitesMissing(
    missing,
    parts.includes("cluster") ? missingOf(await findPrerequisites(BESIDE_CLUSTER, inspected)) : undefined,
  );
}

async function link(inspected: Inspected[]): Promise<Toolchain> {
  const tools = inspected.map(({ tool, decision }) => {
    if (decision.action !== "use") {
      throw new Error(
        `${tool.name} is still missing after ${decision.action === "install" ? `Debian package ${decision.package} was installed` : "its build"}${decision.why ? `: ${decision.why}` : ""}`,
      );
    }
    return { name: tool.name, path: decision.path, version: decision.version, origin: decision.origin };
  });
  const digest = createHash("sha256")
    .update(JSON.stringify(tools.map(({ name, path }) => [name, path])))
    .digest("hex")
    .slice(0, 10);
  const bin = join(cacheRoot(), `bin-${digest}`);
  if (!existsSync(bin)) {
    await mkdir(cacheRoot(), { recursive: true });
    const work = await mkdtemp(join(cacheRoot(), ".bin-"));
    await Promise.all(tools.map(({ name, path }) => symlink(path, join(work, name))));
    await rename(work, bin).catch(async (error: NodeJS.ErrnoException) => {
      await rm(work, { recursive: true, force: true });
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  }
  return { bin, tools };
}
