import type { Hop } from "../releases/load";
import { laterTrack } from "./later";
import { removedByHand } from "./removed";
import { rungsAbove } from "./tracks";
import type { Baseline } from "./types";

/** A channel that the plan takes an application's revision from. */
export interface NeededChannel {
  application: string;
  charm: string;
  channel: string;
}

/** Channels that a model needs of a hop: of live applications that run the target's charm, of new ones and those removed by hand, and every rung that is left to climb. */
export function neededChannels(hop: Hop, baseline: Baseline): NeededChannel[] {
  const { source, target, hazards } = hop;
  const { applications } = baseline;
  const removed = removedByHand(hop, baseline);
  return Object.entries(target.applications)
    .filter(([name, { charm }]) =>
      applications[name]
        ? applications[name].charm === charm
        : removed.includes(name) || !(name in source.applications),
    )
    .flatMap(([application, { charm, channel }]) => {
      const live = applications[application];
      const left =
        live && laterTrack(hop, baseline, application) === undefined
          ? rungsAbove(live.channel, hazards.ladders[application]?.channels ?? [])
          : [];
      return [...new Set([...left, channel])].map((one) => ({ application, charm, channel: one }));
    });
}

/** Those of them that Charmhub did not have when the baseline was taken. */
export function missingChannels(hop: Hop, baseline: Baseline): NeededChannel[] {
  return neededChannels(hop, baseline).filter(
    ({ charm, channel }) => baseline.available[charm]?.[channel] === undefined,
  );
}
