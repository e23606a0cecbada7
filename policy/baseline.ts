import { type Known, at, list, parsed, text } from "./known";

/** What the recorded model says, as far as rules ask. Absent where the graph carries no baseline. */
export interface Baseline {
  /** application -> what runs under that name. */
  applications: Map<string, { charm: string; channel: string; generation: string; trusted: boolean }>;
  /** application -> its claims and the volumes they are bound to. */
  volumes: Map<string, { claim: string; volume: string }[]>;
  /** Profile that the dashboard charm made; undefined when it made none. */
  dashboardProfile: string | undefined;
}

function entries(value: Known): [string, Known][] {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : [];
}

/** The baseline among the ConfigMaps of a graph: the one with a "baseline.json". */
export function baselineOf(configMaps: Known[]): Baseline | undefined {
  const recorded = configMaps
    .map((props) => parsed(at(props, "data", "baseline.json")))
    .find((value) => typeof at(value, "schema") === "number");
  if (recorded === undefined) return undefined;
  return {
    applications: new Map(
      entries(at(recorded, "applications")).map(([name, live]) => [
        name,
        {
          charm: text(at(live, "charm")) ?? name,
          channel: text(at(live, "channel")) ?? "",
          generation: text(at(live, "generation")) ?? "podspec",
          trusted: at(live, "trust") === true,
        },
      ]),
    ),
    volumes: new Map(
      entries(at(recorded, "volumes")).map(([name, volumes]) => [
        name,
        list(volumes).flatMap((volume) => {
          const [claim, bound] = [text(at(volume, "claim")), text(at(volume, "volume"))];
          return claim && bound ? [{ claim, volume: bound }] : [];
        }),
      ]),
    ),
    dashboardProfile: text(at(recorded, "dashboardProfile")),
  };
}
