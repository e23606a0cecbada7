import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { orderVariable, readOnlyKinds } from "../plan/action";
import { type Bundle, type Hop, hops, loadHop } from "./load";

/** File that `npm run policy:data` writes: the pack is published by itself, so it carries what it knows of releases and actions. */
export const policyDataFile = join(__dirname, "..", "policy", "data.ts");

const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

/** @param hop the hop that ends at the bundle's release, if one does */
function release({ applications }: Bundle, hop?: Hop): object {
  const charms = Object.values(applications);
  const crossing = (charm: string): boolean =>
    !hop!.hazards.sourceSidecar.includes(charm) &&
    Object.values(hop!.source.applications).some((one) => one.charm === charm);
  const minors = hop?.hazards.ladders["istio-pilot"]?.channels ?? [];
  return {
    tracks: Object.fromEntries(
      charms.map(({ charm, channel }) => [charm, channel.split("/")[0]]).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    trusted: sorted(charms.filter(({ trust }) => trust).map(({ charm }) => charm)),
    sidecar: sorted(hop?.hazards.sidecar.filter(crossing) ?? []),
    istio: minors.map((channel) => Number(/^1\.(\d+)\//.exec(channel)?.[1])),
  };
}

/** Text of policy/data.ts, out of the bundles, the hazards files and the kinds of actions. */
export function policyData(): string {
  const all = hops.map(({ to }) => loadHop(to));
  const releases: Record<string, object> = {};
  for (const hop of all) {
    releases[hop.source.release] ??= release(hop.source);
    releases[hop.target.release] = release(hop.target, hop);
  }
  const stateful = all.flatMap(({ source, hazards: { objectStore, databases } }) => [
    objectStore.application,
    ...Object.keys(source.applications).filter((name) => source.applications[name].charm in databases),
  ]);
  const json = (value: unknown): string => JSON.stringify(value, null, 2);
  return `// Written by \`npm run policy:data\`. Do not edit.

/** What the pack knows of a release. */
export interface Release {
  /** charm -> track of its channel. */
  tracks: Record<string, string>;
  /** Charms that the release runs with cluster access. */
  trusted: string[];
  /** Charms that are podspec in the release before and sidecar in this one. */
  sidecar: string[];
  /** Istio minors, first to last, that the hop to this release climbs. */
  istio: number[];
}

/** Oldest first. */
export const releases: Record<string, Release> = ${json(releases)};

/** Charms whose removal deletes custom resource definitions, and with them every user's objects of these kinds (F2). */
export const crdOwners: string[] = ${json(sorted(all.flatMap(({ hazards }) => hazards.crdOwners)))};

/** Applications that hold data, for graphs that carry no baseline. */
export const stateful: string[] = ${json(sorted(stateful))};

/** Kinds of steps that do not change the model. */
export const readOnlyKinds: string[] = ${json(readOnlyKinds)};

/** Variable of a step's environment that holds its order. */
export const orderVariable = ${json(orderVariable)};
`;
}

if (require.main === module) writeFileSync(policyDataFile, policyData());
