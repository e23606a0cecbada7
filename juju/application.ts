import type { RawApplication, RawFailure, RawUnit } from "./schema";

export interface Entity {
  current: string;
  message: string;
}

export interface UnitStatus {
  workload: Entity;
  agent: Entity;
  /** The charm that this unit still runs while its application already has another. */
  upgradingFrom?: string;
  leader?: boolean;
}

export interface AppStatus {
  /** As juju names it: the bare name, or the whole URL of a local charm. */
  charm?: string;
  charmName: string;
  /** With its track: "latest/stable" where juju leaves the track out. */
  channel: string;
  revision: number;
  /** 3.x only. */
  base?: { name: string; channel: string };
  /** Units asked for; juju leaves 0 out. */
  scale: number;
  /** "alive", "dying" or "dead". */
  life: string;
  status: Entity;
  /** Endpoint to the applications related there. The other side's endpoint is not told; see getRelations. */
  related: Record<string, string[]>;
  units: Record<string, UnitStatus>;
  endpoints?: string[];
  /** Offer to the relations that applications of other models have through it, of those that are of this application. */
  offers?: Record<string, number>;
  /** Why juju could not read this application; then nothing else is known of it. */
  statusError?: string;
}

function toUnit(found: RawUnit | RawFailure): UnitStatus {
  if ("status-error" in found) {
    const unknown = { current: "unknown", message: `juju could not read it: ${found["status-error"]}` };
    return { workload: unknown, agent: unknown, leader: false };
  }
  const from = found["upgrading-from"];
  return {
    workload: found["workload-status"],
    agent: found["juju-status"],
    ...(from !== undefined && { upgradingFrom: from }),
    leader: found.leader,
  };
}

/** One shape out of those of 2.9 and 3.x. */
export function toApplication(found: RawApplication | RawFailure): AppStatus {
  if ("status-error" in found) {
    const statusError = found["status-error"];
    const status = { current: "unknown", message: `juju could not read it: ${statusError}` };
    return {
      charm: "",
      charmName: "",
      channel: "",
      revision: -1,
      scale: 0,
      life: "alive",
      status,
      related: {},
      units: {},
      endpoints: [],
      statusError,
    };
  }
  const { charm, base, scale, life, relations, units, "charm-channel": channel, "endpoint-bindings": bindings } = found;
  return {
    charm,
    charmName: found["charm-name"],
    channel: /^(stable|candidate|beta|edge)$/.test(channel) ? `latest/${channel}` : channel,
    revision: found["charm-rev"],
    ...(base !== undefined && { base }),
    scale,
    life,
    status: found["application-status"],
    related: relations,
    units: Object.fromEntries(Object.entries(units).map(([name, one]) => [name, toUnit(one)])),
    endpoints: Object.keys(bindings)
      .filter((endpoint) => endpoint !== "")
      .sort(),
  };
}
