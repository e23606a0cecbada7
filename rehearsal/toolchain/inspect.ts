import { cacheRoot } from "./cache";
import { decide, type Decision } from "./decide";
import { findTool, searchPath } from "./probe";
import { type Part, type Tool, TOOLS } from "./tools";

export interface Inspected {
  tool: Tool;
  decision: Decision;
}

/** Looks at every tool of the wanted parts, all at once, and decides what to do about it. Changes nothing. */
export async function inspectTools(parts: Part[], env: NodeJS.ProcessEnv = process.env): Promise<Inspected[]> {
  const path = searchPath(env);
  const root = cacheRoot(env);
  const wanted = TOOLS.filter((tool) => tool.parts.some((part) => parts.includes(part)));
  const inspectOne = async (tool: Tool, home?: string): Promise<Inspected> => ({
    tool,
    decision: decide(tool, await findTool(tool, { path, home }), root),
  });
  const independent = await Promise.all(wanted.filter((tool) => !tool.beside).map((tool) => inspectOne(tool)));
  const dependent = await Promise.all(
    wanted
      .filter((tool) => tool.beside)
      .map((tool) => {
        const other = independent.find((entry) => entry.tool.name === tool.beside)?.decision;
        return inspectOne(tool, other?.action === "use" && other.origin === "path" ? other.path : undefined);
      }),
  );
  const all = [...independent, ...dependent];
  return wanted.map((tool) => all.find((entry) => entry.tool === tool)!);
}
