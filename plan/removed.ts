import type { Hop } from "../releases/load";
import type { Baseline } from "./types";

/**
 * Applications that make room for another one's climb and that the model lacks though it has the other: somebody began by
 * hand, removed them and stopped. A model that is of the target release, that runs the charm under another name, or that
 * has nothing to climb, lacks none.
 */
export function removedByHand({ hazards, target }: Hop, { release, applications }: Baseline): string[] {
  if (release === target.release) return [];
  const charms = new Set(Object.values(applications).map(({ charm }) => charm));
  return Object.entries(hazards.redeploy)
    .filter(
      ([name, { around }]) =>
        around !== undefined &&
        around in applications &&
        !(name in applications) &&
        !charms.has(target.applications[name].charm),
    )
    .map(([name]) => name)
    .sort();
}
