import { join } from "node:path";
import { buildFolder, isBuilt } from "./cache";
import type { Found } from "./probe";
import { editsOf, executableName } from "./modules";
import type { Tool } from "./tools";

/** What happens with one tool. `why` is a reason for people, empty where there is nothing to explain. */
export type Decision =
  | { action: "use"; origin: "path" | "built" | "package"; path: string; version: string; why: string }
  | { action: "build"; path: string; version: string; why: string }
  | { action: "install"; package: string; why: string };

/** Where the executable of a Go tool is, or will be, in the cache. */
export function builtPath(tool: Tool, root: string): string | undefined {
  return tool.source.kind === "go" ? join(buildFolder(tool.source.module, root), tool.name) : undefined;
}

/** Version of a tool that is built, with the edits that are in it: `2.9.42 (raised QPS)`. */
export function builtVersion(tool: Tool): string {
  if (tool.source.kind !== "go") return tool.version;
  const executable = executableName(tool.source.package);
  const edits = editsOf(tool.source.module).filter(({ executables }) => executables.includes(executable));
  const names = new Set(edits.map(({ name }) => name));
  return names.size ? `${tool.version} (${[...names].join(", ")})` : tool.version;
}

/**
 * Decides from what was found: what is there and will do is used, else a finished build, else it is built or
 * installed. Pure but for looking whether a build is finished.
 */
export function decide(tool: Tool, found: Found | undefined, root: string, built = isBuilt): Decision {
  const why = found?.refused ? `${found.path} ${found.refused}` : "";
  if (found && !found.refused) {
    return {
      action: "use",
      origin: tool.source.kind === "debian" ? "package" : "path",
      path: found.path,
      version: found.version,
      why,
    };
  }
  if (tool.source.kind === "debian") return { action: "install", package: tool.source.package, why };
  const folder = buildFolder(tool.source.module, root);
  const path = join(folder, tool.name);
  return built(folder)
    ? { action: "use", origin: "built", path, version: builtVersion(tool), why }
    : { action: "build", path, version: builtVersion(tool), why };
}
