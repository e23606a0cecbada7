import { type Effects, effectsOf } from "./effects";
import type { Graph, Node } from "./graph";
import { UNKNOWN, at, list } from "./known";
import { commandLines, isCommand } from "./step";

/** What a Command that is none of the upgrade's steps does when it is created or updated; undefined for anything else. */
export function foreignEffects({ type, props, step }: Node): Effects | undefined {
  if (!isCommand(type) || step) return undefined;
  const { create, update } = commandLines(props);
  return effectsOf([create, update, at(props, "stdin")].filter((line) => typeof line === "string").join("\n"));
}

/** Refreshes of an application by a Command that is none of the upgrade's steps. */
export function refreshesByHand(graph: Graph): { node: Node; application: string; channel: string }[] {
  return graph.nodes.flatMap((node) =>
    (foreignEffects(node)?.refreshes ?? []).map((refresh) => ({ node, ...refresh })),
  );
}

/**
 * Whether nobody can tell from a preview what a resource will run: its text is not known yet, it calls the upgrade's
 * steps in a way that this pack cannot read, or it is code of a program (a dynamic resource).
 */
export function isOpaque({ type, props, step }: Node): boolean {
  if (/^pulumi-\w+:dynamic\b/.test(type)) return true;
  if (!isCommand(type) || step) return false;
  const { create, update } = commandLines(props);
  const interpreter = at(props, "interpreter");
  const unknown = [create, update, interpreter, ...list(interpreter)].includes(UNKNOWN);
  return unknown || [create, update].some((line) => typeof line === "string" && /\bstep\.js\b/.test(line));
}
