import type { Hop } from "../releases/load";
import { compareTracks } from "./tracks";
import type { Baseline, Generation } from "./types";

/** How the target release runs a charm's workload. Charms without one are of the sidecar format. */
export function targetGeneration({ hazards }: Hop, charm: string): Generation {
  return hazards.sidecar.includes(charm) || hazards.workloadless.includes(charm) ? "sidecar" : "podspec";
}

/** How the source release runs a charm's workload. */
export function sourceGeneration({ hazards }: Hop, charm: string): Generation {
  return hazards.sourceSidecar.includes(charm) || hazards.workloadless.includes(charm) ? "sidecar" : "podspec";
}

/** Whether the hop leaves an application as it is: it runs another charm than the target bundle names, or one that no hop refreshes. */
export function keeps(
  { target, hazards }: Hop,
  { applications }: Pick<Baseline, "applications">,
  name: string,
): boolean {
  const [live, wanted] = [applications[name], target.applications[name]];
  return live !== undefined && wanted !== undefined && (live.charm !== wanted.charm || live.charm in hazards.keep);
}

/** Why an application is past the target release by its track, if it is; one that climbs a ladder must have a track to climb from. */
export function laterTrack(
  { target: { release, applications }, hazards }: Hop,
  baseline: Baseline,
  application: string,
): string | undefined {
  const [live, target] = [baseline.applications[application], applications[application]];
  if (!live || live.charm !== target?.charm) return undefined;
  const difference = compareTracks(live.channel, target.channel);
  if (difference !== undefined && difference > 0)
    return `is on channel ${live.channel}, a later track than ${target.channel} of release ${release}`;
  if (difference === undefined && application in hazards.ladders)
    return `is on channel ${live.channel}, which does not tell its level: which steps lead to ${target.channel} is not known`;
  return undefined;
}

/**
 * Why an application is of a later level than the target release has, if it is: Juju never refreshes it back ("cannot
 * downgrade from v2 charm format to v1"), and its data may have moved on with it. A later track is never refreshed down.
 *
 * A sidecar charm that the target release still has as podspec is later. Where both are sidecars, the channel that moved on
 * (`channelTrap` of the hazards file) puts only its own charms in doubt, and their revision decides: Charmhub counts them up.
 */
export function laterThanTarget(hop: Hop, baseline: Baseline, application: string): string | undefined {
  const live = baseline.applications[application];
  const target = hop.target.applications[application];
  if (!live || !target || live.charm !== target.charm) return undefined;
  const revision = baseline.available[target.charm]?.[target.channel];
  if (live.channel === target.channel && live.revision === revision) return undefined;
  const track = laterTrack(hop, baseline, application);
  if (track !== undefined) return track;
  const { around = application } = hop.hazards.redeploy[application] ?? {};
  const other = laterTrack(hop, baseline, around);
  if (other !== undefined) return `goes with ${around}, which ${other}`;
  if (live.generation !== "sidecar") return undefined;
  if (targetGeneration(hop, live.charm) === "podspec")
    return `runs as a sidecar at revision ${live.revision}, which release ${hop.target.release} still has as podspec (${target.channel})`;
  if (hop.hazards.channelTrap.charms.includes(live.charm) && revision !== undefined && live.revision > revision) {
    return `is at revision ${live.revision} of ${live.channel}, later than revision ${revision} of ${target.channel}`;
  }
  return undefined;
}

/** Whether an application is refreshed from a podspec to a sidecar charm, which takes it through 0 units (F3). */
export function crosses(hop: Hop, baseline: Baseline, application: string): boolean {
  const [live, target] = [baseline.applications[application], hop.target.applications[application]];
  return live?.generation === "podspec" && live.charm === target?.charm && hop.hazards.sidecar.includes(live.charm);
}

/** Applications that this hop takes across, sorted. */
export function crossingsOf(hop: Hop, baseline: Baseline): string[] {
  return Object.keys(baseline.applications)
    .filter((name) => crosses(hop, baseline, name) && laterThanTarget(hop, baseline, name) === undefined)
    .sort();
}
