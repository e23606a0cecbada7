import type { AppStatus } from "../../juju/status";
import type { Live, StatusFacts } from "../../status/facts";
import { baseline16 } from "../support/baseline";

const uuid = baseline16().model.uuid;

function application(channel: string, revision: number, scale: number): AppStatus {
  const units: AppStatus["units"] =
    scale > 0
      ? { "a/0": { workload: { current: "active", message: "" }, agent: { current: "idle", message: "" } } }
      : {};
  return {
    charmName: "a",
    channel,
    revision,
    scale,
    life: "alive",
    status: { current: "active", message: "" },
    related: {},
    units,
  };
}

/** A live model that could be read. */
export type Read = Extract<Live, { read: true }>;

/** A model at rest, as it was recorded. */
export function liveOf({ applications, relations }: Pick<StatusFacts["baseline"], "applications" | "relations">): Read {
  const live = Object.fromEntries(
    Object.entries(applications).map(([name, { channel, revision }]) => [name, application(channel, revision, 1)]),
  );
  return {
    read: true,
    facts: {
      begun: false,
      resumed: false,
      claims: [],
      marked: [],
      namespaceOf: uuid,
      juju: {
        uuid,
        clientVersion: "2.9.42",
        modelVersion: "2.9.42",
        modelStatus: "available",
        disabled: [],
        applications: live,
      },
      kubernetes: "v1.24.17",
      running: [],
      unread: [],
      storageClasses: [],
      capacities: {},
    },
    relations: relations.map(([a, b]) => [a, b]),
    findings: [],
  };
}
