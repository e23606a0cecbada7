import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { editsOf, GO_MODULES, type GoModuleName } from "./modules";

/** Marker that is written last: a folder without it is not a finished build. */
export const MARKER = "built.json";

/** Folder that outlives the checkout: CKF_CACHE, else charmed-kubeflow-upgrade under XDG_CACHE_HOME or ~/.cache. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  return env.CKF_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "charmed-kubeflow-upgrade");
}

/** Folder of the checkout that pins one build: go.mod, go.sum, and tools.go or a main package of ours. */
export const recipeFolder = (module: GoModuleName): string => join(__dirname, "go", module);

/**
 * Where the executables of one build live. The name carries the version for people and a digest of everything
 * that decides the result (pinned modules, edits, flags, platform; not the tests), so that a changed recipe is built anew.
 */
export function buildFolder(module: GoModuleName, root: string): string {
  const digest = createHash("sha256");
  const recipe = recipeFolder(module);
  const files = readdirSync(recipe, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.endsWith("_test.go") && statSync(join(recipe, name)).isFile(),
  );
  for (const file of files.sort())
    digest
      .update(file)
      .update("\0")
      .update(readFileSync(join(recipe, file)))
      .update("\0");
  const edits = editsOf(module);
  const { ldflags, tags = "" } = GO_MODULES[module];
  digest
    .update(ldflags)
    .update(tags && `\0${tags}`)
    .update(edits.length ? JSON.stringify(edits) : "")
    .update(`\0${process.platform}/${process.arch}`);
  return join(root, `${module}-${GO_MODULES[module].version}-${digest.digest("hex").slice(0, 10)}`);
}

export const isBuilt = (folder: string): boolean => existsSync(join(folder, MARKER));
