import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Where a command of docs/restore.md is typed: on the operator's machine or in the restoring Pod; "claim" and "bucket" are two ways of one step. */
export type Place = "machine" | "claim" | "bucket" | "pod";

export interface Block {
  place: Place;
  text: string;
}

const places: Place[] = ["machine", "claim", "bucket", "pod"];

/**
 * The commands of docs/restore.md, in their order.
 * @throws where a block does not say where it is typed.
 */
export function restoreCommands(): Block[] {
  const page = readFileSync(resolve(__dirname, "../docs/restore.md"), "utf8");
  return [...page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info, text]) => {
    const place = places.find((one) => info === `sh ${one}`);
    if (!place)
      throw new Error(
        `a block of docs/restore.md begins with "${info}", not with one of ${places.map((one) => `"sh ${one}"`).join(", ")}`,
      );
    return { place, text };
  });
}
