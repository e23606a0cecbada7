import { type Effects, effectsOf } from "./effects";
import type { Node } from "./graph";
import { UNKNOWN } from "./known";
import { commandLines, isCommand } from "./step";

/** What a Command that is none of the upgrade's steps does when it is created or updated; undefined for anything else. */
export function foreignEffects({ type, props, step }: Node): Effects | undefined {
  if (!isCommand(type) || step) return undefined;
  const { create, update } = commandLines(props);
  return effectsOf([create, update].filter((line) => typeof line === "string").join("\n"));
}

/** Whether a preview cannot tell what a Command will run. */
export function isOpaque({ type, props }: Node): boolean {
  if (!isCommand(type)) return false;
  const { create, update } = commandLines(props);
  return create === UNKNOWN || update === UNKNOWN;
}
