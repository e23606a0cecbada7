import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import execa from "execa";
import lockfile from "proper-lockfile";
import { buildFolder, isBuilt, MARKER, recipeFolder } from "./cache";
import { editsOf, executableName, GO_MODULES, type GoModuleName } from "./modules";
import { applyEdits } from "./edits";
import type { Tool } from "./tools";

/** A machine's own Go settings that would change what is built are overridden. */
const GO_ENV = { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-mod=readonly -buildvcs=false" };

/** Builds into a folder of its own and renames it; what a killed build of the same folder left is removed first. */
async function build(module: GoModuleName, tools: Tool[], folder: string, root: string): Promise<void> {
  const partial = `${basename(folder)}.partial-`;
  for (const name of await readdir(root))
    if (name.startsWith(partial)) await rm(join(root, name), { recursive: true, force: true });
  const work = await mkdtemp(join(root, partial));
  try {
    await cp(recipeFolder(module), join(work, "src"), { recursive: true });
    const bin = join(work, "bin");
    await mkdir(bin);
    const packages = tools.map((tool) => (tool.source.kind === "go" ? tool.source.package : ""));
    const { ldflags, tags = "" } = GO_MODULES[module];
    const source = join(work, "src");
    await applyEdits(editsOf(module), source, GO_ENV);
    await execa("go", ["build", "-tags", tags, "-ldflags", ldflags, "-o", `${bin}/`, ...packages], {
      cwd: source,
      env: GO_ENV,
      stdin: "ignore",
    });
    for (const [i, tool] of tools.entries()) {
      const from = executableName(packages[i]);
      if (from !== tool.name) await rename(join(bin, from), join(bin, tool.name));
    }
    await writeFile(
      join(bin, MARKER),
      JSON.stringify({ module, version: GO_MODULES[module].version, tools: tools.map((tool) => tool.name) }),
    );
    await rename(bin, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Makes sure that every executable of one Go module is in the cache. Two processes that want the same wait for each
 * other.
 * @returns seconds spent building, 0 when it was there.
 * @throws with the end of the compiler's output.
 */
export async function ensureGoModule(
  module: GoModuleName,
  tools: Tool[],
  root: string,
  log: (line: string) => void,
): Promise<number> {
  const folder = buildFolder(module, root);
  if (isBuilt(folder)) return 0;
  await mkdir(root, { recursive: true });
  const unlock = await lockfile.lock(folder, {
    realpath: false,
    stale: 30_000,
    retries: { retries: 3600, minTimeout: 1000, maxTimeout: 1000 },
  });
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const title = `${module} ${GO_MODULES[module].version}`;
  const beat = setInterval(() => log(`${title}: still building, ${seconds()} s`), 30_000);
  try {
    if (isBuilt(folder)) return 0;
    log(`${title}: building ${tools.map((tool) => tool.name).join(", ")}`);
    await rm(folder, { recursive: true, force: true });
    await build(module, tools, folder, root);
    log(`${title}: built in ${seconds()} s`);
    return seconds();
  } catch (error) {
    const { stderr, message } = error as execa.ExecaError;
    throw new Error(
      `building ${title} failed after ${seconds()} s: ${(stderr || message).split("\n").slice(-15).join("\n")}`,
      { cause: error },
    );
  } finally {
    clearInterval(beat);
    await unlock();
  }
}
