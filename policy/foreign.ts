import { type Effects, effectsOf } from "./effects";
import type { Node } from "./graph";
import { UNKNOWN, at, list } from "./known";
import { commandLines, isCommand } from "./step";

/** What a Command that is none of the upgrade's steps does when it is created or updated; undefined for anything else. */
export function foreignEffects({ type, props, step }: Node): Effects | undefined {
  if (!isCommand(type) || step) return undefined;
  const { create, update } = commandLines(props);
  return effectsOf([create, update].filter((line) => typeof line === "string").join("\n"));
}

/**
 * Whether nobody can tell from a preview what a Command will run: its text is not known yet, or it calls the upgrade's
 * steps in a way that this pack cannot read.
 */
export function isOpaque({ type, props, step }: Node): boolean {
  if (!isCommand(type) || step) return false;
  const { create, update } = commandLines(props);
  const interpreter = at(props, "interpreter");
  const unknown = [create, update, interpreter, ...list(interpreter)].includes(UNKNOWN);
  return unknown || [create, update].some((line) => typeof line === "string" && /\bstep\.js\b/.test(line));
}
