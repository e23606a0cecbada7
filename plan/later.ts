import type { Hop } from "../releases/load";
import type { Baseline, Generation } from "./types";

/** How the target release runs a charm's workload. Charms without one are of the sidecar format. */
export function targetGeneration({ hazards }: Hop, charm: string): Generation {
  return hazards.sidecar.includes(charm) || hazards.workloadless.includes(charm) ? "sidecar" : "podspec";
}

/**
 * Why an application is of a later level than the target release has, if it is: Juju never refreshes it back ("cannot
 * downgrade from v2 charm format to v1"), and its data may have moved on with it.
 *
 * A sidecar charm that the target release still has as podspec is later. Where both are sidecars, the channel that moved on
 * (`channelTrap` of the hazards file) puts only its own charms in doubt, and their revision decides: Charmhub counts them up.
 */
export function laterThanTarget(hop: Hop, baseline: Baseline, application: string): string | undefined {
  const live = baseline.applications[application];
  const target = hop.target.applications[application];
  if (!live || !target || live.charm !== target.charm || live.generation !== "sidecar") return undefined;
  const revision = baseline.available[target.charm]?.[target.channel];
  if (live.channel === target.channel && live.revision === revision) return undefined;
  if (targetGeneration(hop, live.charm) === "podspec") return `runs as a sidecar at revision ${live.revision}, which release ${hop.target.release} still has as podspec (${target.channel})`;
  if (hop.hazards.channelTrap.charms.includes(live.charm) && revision !== undefined && live.revision > revision) {
    return `is at revision ${live.revision} of ${live.channel}, later than revision ${revision} of ${target.channel}`;
  }
  return undefined;
}
