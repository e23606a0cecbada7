import type { Cluster } from "../cluster/types";
import type { Catalogue, Revision } from "./catalogue";
import type { Settle } from "./settle";
import type { Application, ModelState, Relation, Unit } from "./state";

export type Face = "2.9" | "3.6";

export interface Images {
  /** Image that runs for a charm's revision; also asked for what charms start themselves ("pilot", "proxyv2" with a version). */
  workload(charm: string, revision: number | string): string;
  minio: string;
  mariadb: string;
}

/** What every part of the controller works with. */
export interface Host {
  face: Face;
  state: ModelState;
  cluster: Cluster;
  catalogue: Catalogue;
  settle: Settle;
  images: Images;
  controller: string;
  /** F3 guard on or off; facts: absent in 2.9.42, present in 3.6.11. */
  podspecNeedsScaleZero: boolean;
  now(): number;
  /** Lower-case hex of so many random bytes. */
  randomHex(bytes: number): string;
  /** A line in the model's log, where a charm's own error text is found. */
  log(line: string): void;
}

export const versionOf: Record<Face, string> = { "2.9": "2.9.42", "3.6": "3.6.11" };

export function unitName(app: Application, unit: Unit): string {
  return `${app.name}/${unit.number}`;
}

/** The unit that acts for its application: the lowest number alive, else the lowest. */
export function leaderOf(app: Application): Unit | undefined {
  const byNumber = [...app.units].sort((a, b) => a.number - b.number);
  return byNumber.find(({ life }) => life === "alive") ?? byNumber[0];
}

/** What the catalogue says of the revision that the application is set to. */
export function revisionOf(host: Host, app: Application): Revision {
  return host.catalogue.revision(app.charm, app.revision);
}

export interface Side {
  relation: Relation;
  endpoint: string;
  other: { application: string; endpoint: string };
}

/** An application's relations, seen from its side. */
export function relationsOf(host: Host, application: string): Side[] {
  return host.state.relations.flatMap((relation) => {
    if (relation.requirer.application === application)
      return [{ relation, endpoint: relation.requirer.endpoint, other: relation.provider }];
    if (relation.provider.application === application)
      return [{ relation, endpoint: relation.provider.endpoint, other: relation.requirer }];
    return [];
  });
}

/** Endpoints over which the application has a live relation. */
export function relatedEndpoints(host: Host, application: string): Set<string> {
  return new Set(
    relationsOf(host, application)
      .filter(({ relation }) => relation.life === "alive")
      .map(({ endpoint }) => endpoint),
  );
}
