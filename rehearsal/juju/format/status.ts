import { leaderOf, relationsOf, revisionOf, versionOf, type Host } from "../controller/host";
import type { Application, Status, Unit } from "../controller/state";
import { orOmit, sortedMap } from "./gojson";
import { storageDocument } from "./storage";
import { since, timeOfDay } from "./time";

function statusDocument(status: Status, utc: boolean, version?: string): object {
  return { current: status.current, message: orOmit(status.message), since: since(status.since, utc), version };
}

function unitDocument(host: Host, app: Application, unit: Unit, utc: boolean): object {
  const sidecar = host.catalogue.revision(app.charm, unit.revision).generation !== "podspec";
  return {
    "workload-status": statusDocument(unit.workload, utc),
    "juju-status": statusDocument(unit.agent, utc, sidecar ? versionOf[host.face] : undefined),
    leader: orOmit(leaderOf(app) === unit),
    "upgrading-from":
      unit.revision === app.revision
        ? undefined
        : `ch:amd64/${seriesOf(host, app, unit.revision)}/${app.charm}-${unit.revision}`,
    "open-ports": orOmit(revisionOf(host, app).ports.map((port) => `${port}/TCP`)),
    address: unit.address,
    "provider-id": unit.providerId,
  };
}

function seriesOf(host: Host, app: Application, revision: number): string {
  return host.catalogue.revision(app.charm, revision).generation === "podspec" ? "kubernetes" : "focal";
}

/** 2.9: endpoint -> applications; 3.x: endpoint -> {related-application, interface, scope} (juju.md a). Dying relations still show; a peer lists its own application. */
function relationsDocument(host: Host, app: Application): object | undefined {
  const byEndpoint = new Map<string, { name: string; interface: string }[]>();
  const add = (endpoint: string, name: string, over: string): unknown =>
    byEndpoint.set(endpoint, [...(byEndpoint.get(endpoint) ?? []), { name, interface: over }]);
  for (const { relation, endpoint, other } of relationsOf(host, app.name))
    add(endpoint, other.application, relation.interface);
  for (const [endpoint, { role, interface: over }] of Object.entries(
    host.catalogue.endpoints(app.charm, app.revision),
  )) {
    if (role === "peer") add(endpoint, app.name, over);
  }
  if (byEndpoint.size === 0) return undefined;
  return sortedMap(
    [...byEndpoint].map(([endpoint, others]): [string, unknown] => {
      const sorted = others.sort((a, b) => (a.name < b.name ? -1 : 1));
      return [
        endpoint,
        host.face === "2.9"
          ? sorted.map(({ name }) => name)
          : sorted.map(({ name, interface: over }) => ({
              "related-application": name,
              interface: over,
              scope: "global",
            })),
      ];
    }),
  );
}

function applicationDocument(host: Host, app: Application, utc: boolean): object {
  const podspec = revisionOf(host, app).generation === "podspec";
  const base = revisionOf(host, app).bases[0]?.split("@") ?? ["ubuntu", "20.04"];
  const platform =
    host.face === "2.9"
      ? { series: podspec ? "kubernetes" : "focal", os: podspec ? "kubernetes" : "ubuntu" }
      : { base: { name: base[0], channel: base[1] } };
  const units = app.units.map((unit): [string, object] => [
    `${app.name}/${unit.number}`,
    unitDocument(host, app, unit, utc),
  ]);
  return {
    charm: app.charm,
    ...platform,
    "charm-origin": "charmhub",
    "charm-name": app.charm,
    "charm-rev": app.revision,
    "charm-channel": orOmit(app.channel),
    scale: orOmit(app.scale),
    "provider-id": orOmit(app.providerId),
    address: orOmit(app.address),
    exposed: app.exposed,
    life: app.life === "dying" ? "dying" : undefined,
    "application-status": statusDocument(app.status, utc),
    relations: relationsDocument(host, app),
    units: units.length === 0 ? undefined : sortedMap(units),
    version:
      podspec && app.workloadRevision !== undefined
        ? `res:oci-image@${(app.revision * 2654435761).toString(16).slice(0, 7)}`
        : undefined,
    "endpoint-bindings": sortedMap([
      ["", "alpha"],
      ...Object.keys(host.catalogue.endpoints(app.charm, app.revision)).map((endpoint): [string, string] => [
        endpoint,
        "alpha",
      ]),
    ]),
  };
}

/** What a selector of `juju status` leaves: an application by name, by unit or by status word. */
function matches(app: Application, selectors: string[]): boolean {
  if (selectors.length === 0) return true;
  return selectors.some((selector) => {
    const [name] = selector.split("/");
    return (
      new RegExp(`^${(name ?? "").replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`).test(app.name) ||
      app.units.some(({ workload, agent }) => [workload.current, agent.current].includes(selector))
    );
  });
}

export interface StatusDocument {
  applications: Record<string, object>;
  [field: string]: unknown;
}

/** `juju status` as data, field by field in the order of juju.md section a. */
export function statusDocumentOf(host: Host, selectors: string[], utc: boolean): StatusDocument {
  const { state } = host;
  return {
    model: {
      name: state.name,
      type: "caas",
      controller: host.controller,
      cloud: "microk8s",
      region: "localhost",
      version: versionOf[host.face],
      "model-status": { current: "available", since: since(state.createdAt, utc) },
      sla: "unsupported",
    },
    machines: {},
    applications: sortedMap(
      Object.values(state.applications)
        .filter((app) => matches(app, selectors))
        .map((app): [string, object] => [app.name, applicationDocument(host, app, utc)]),
    ),
    storage: storageDocument(host, utc),
    controller: { timestamp: timeOfDay(host.now(), utc) },
  };
}
