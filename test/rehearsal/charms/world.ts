import { charmRevision, type CharmWorld } from "../../../rehearsal/charms";

export const world: CharmWorld = {
  workload: "workload",
  minio: "minio:test",
  mariadb: "mariadb:test",
  faults: "http://127.0.0.1:9",
};

type Applications = Record<string, { charm: string; revision: number }>;

/** Pairs of endpoints that a relation of a bundle can mean, as Juju resolves them: same interface, one side provides. */
export function ends(applications: Applications, [a, b]: [string, string]): string[][] {
  const side = (text: string, role: "provides" | "requires"): [string, string][] => {
    const [application, endpoint] = text.split(":");
    const { charm, revision } = applications[application];
    return Object.entries(charmRevision(charm, revision).metadata[role]).filter(
      ([name]) => endpoint === undefined || endpoint === name,
    );
  };
  const pairs = (provider: string, requirer: string): string[][] =>
    side(provider, "provides").flatMap(([provided, kind]) =>
      side(requirer, "requires").flatMap(([required, wanted]) => (kind === wanted ? [[provided, required]] : [])),
    );
  return [...pairs(a, b), ...pairs(b, a)];
}
