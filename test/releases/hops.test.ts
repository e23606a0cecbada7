import { readFileSync } from "node:fs";
import { crosses, sourceGeneration, targetGeneration } from "../../plan/later";
import { makePlan } from "../../guide/plan";
import { closures } from "../../planner/reduce";
import { sameBlock } from "../../guide/storage/choose";
import { compareTracks } from "../../plan/tracks";
import type { Plan } from "../../plan/types";
import { hopFrom, legs } from "../../releases/line";
import { type Hop, hops, loadHop, withheldHops } from "../../releases/load";
import { settings } from "../support/baseline";
import { baselineOf } from "../support/line";

// Guards against data that lies: what a hazards file says is held against the charms' published metadata, for every hop of which
// there is data, offered or not.

interface Published {
  generation: "podspec" | "sidecar";
  deployment?: unknown;
  provides?: Record<string, string>;
  requires?: Record<string, string>;
  storage?: Record<string, { "minimum-size": string; location?: string; type?: string }>;
}

const published = JSON.parse(readFileSync("releases/charms.json", "utf8")) as Record<string, Record<string, Published>>;

/** Charms without metadata at a release, for there is no public branch of it: their generation comes from public issues. */
const unpublished: Record<string, string[]> = {
  "1.6": [
    "argo-server",
    "charmed-osm-mariadb-k8s",
    "kfp-api",
    "kfp-persistence",
    "kfp-profile-controller",
    "kfp-schedwf",
    "kfp-ui",
    "kfp-viewer",
    "kfp-viz",
  ],
  "1.7": [
    "argo-server",
    "mysql-k8s",
    "kfp-api",
    "kfp-persistence",
    "kfp-profile-controller",
    "kfp-schedwf",
    "kfp-ui",
    "kfp-viewer",
    "kfp-viz",
  ],
  "1.10": ["mysql-k8s"],
  "1.11": ["mysql-k8s"],
};

const all = [...hops, ...withheldHops].map(({ to }) => loadHop(to));
const named = all.map((hop): [string, Hop] => [`${hop.source.release} to ${hop.target.release}`, hop]);

const plan = (hop: Hop): Plan => makePlan(hop, baselineOf(hop), { ...settings, to: hop.target.release });

const mebibytes = (size: string): number => Number(/^(\d+)[GM]/.exec(size)![1]) * (size.includes("G") ? 1024 : 1);

/** Interface of an endpoint with its role, such as "provides object-storage". */
function sideOf(charm: string, release: string, endpoint: string): string | undefined {
  const found = published[charm]?.[release];
  if (found?.provides?.[endpoint] !== undefined) return `provides ${found.provides[endpoint]}`;
  return found?.requires?.[endpoint] === undefined ? undefined : `requires ${found.requires[endpoint]}`;
}

describe.each(named)("%s", (_name, hop) => {
  const { source, target, hazards } = hop;

  test("every charm is published at both releases, or named as one that is not", () => {
    for (const { release, applications } of [source, target]) {
      const missing = Object.values(applications).flatMap(({ charm }) => (published[charm]?.[release] ? [] : [charm]));
      expect([...new Set(missing)].sort()).toEqual([...unpublished[release]].sort());
    }
  });

  test("every charm has the generation that its metadata has, in source and target", () => {
    const told = (
      { release, applications }: Hop["source"],
      of: typeof sourceGeneration,
    ): [string, unknown, unknown][] =>
      Object.values(applications).flatMap(({ charm }) => {
        const found = published[charm]?.[release]?.generation;
        return found && found !== of(hop, charm) ? [[charm, found, of(hop, charm)]] : [];
      });
    expect({ source: told(source, sourceGeneration), target: told(target, targetGeneration) }).toEqual({
      source: [],
      target: [],
    });
  });

  test("what is named in a list of charms or applications is in the release", () => {
    const charms = new Set(
      [source, target].flatMap(({ applications }) => Object.values(applications).map(({ charm }) => charm)),
    );
    const names = new Set([source, target].flatMap(({ applications }) => Object.keys(applications)));
    for (const list of [hazards.crdOwners, hazards.sidecar, hazards.sourceSidecar, hazards.workloadless])
      expect(list.filter((charm) => !charms.has(charm))).toEqual([]);
    for (const record of [hazards.keep, hazards.storage, hazards.declared, hazards.options])
      expect(Object.keys(record).filter((charm) => !charms.has(charm))).toEqual([]);
    for (const record of [hazards.ladders, hazards.redeploy, hazards.after, hazards.forwardOnly, hazards.unproven])
      expect(Object.keys(record).filter((name) => !names.has(name))).toEqual([]);
  });

  test("a charm that Juju does not refresh, for its deployment changes, is deployed again", () => {
    for (const [name, { charm }] of Object.entries(source.applications)) {
      const [from, to] = [
        published[charm]?.[source.release]?.deployment,
        published[charm]?.[target.release]?.deployment,
      ];
      if (name in target.applications && JSON.stringify(from) !== JSON.stringify(to))
        expect(Object.keys(hazards.redeploy)).toContain(name);
    }
  });

  test("every crossing is guarded between 0 units and the refresh", () => {
    const made = plan(hop);
    const baseline = baselineOf(hop);
    const before = closures(made.steps);
    for (const application of Object.keys(baseline.applications).filter((name) => crosses(hop, baseline, name))) {
      expect(before.get(`refresh-${application}`)).toContain(`guard-crossing-${application}`);
      expect(before.get(`guard-crossing-${application}`)).toContain(`scale-down-${application}`);
    }
  });

  test("no owner of definitions is removed, nor scaled to 0 as a sidecar", () => {
    const baseline = baselineOf(hop);
    for (const step of plan(hop).steps) {
      if (step.type !== "command") continue;
      const { action } = step;
      if (action.kind !== "remove-application" && !(action.kind === "scale" && action.units === 0)) continue;
      const { charm, generation } = baseline.applications[action.application];
      if (action.kind === "remove-application" || generation === "sidecar")
        expect(hazards.crdOwners).not.toContain(charm);
    }
  });

  test("Istio and Knative go one minor at a time", () => {
    for (const [name, { charm, channel }] of Object.entries(source.applications)) {
      if (!["istio-pilot", "knative-operator", "knative-serving", "knative-eventing"].includes(charm)) continue;
      const way = [channel, ...(hazards.ladders[name]?.channels ?? [])];
      if (way.at(-1) !== target.applications[name].channel) way.push(target.applications[name].channel);
      const minors = way.map((one) => Number(/^1\.(\d+)\//.exec(one)![1]));
      minors.slice(1).forEach((minor, index) => expect(minor - minors[index]).toBeLessThanOrEqual(1));
    }
  });

  test("no channel of the target is of an earlier track than that of the source", () => {
    for (const [name, { charm, channel }] of Object.entries(target.applications)) {
      const before = source.applications[name];
      // mlmd went from 1.14 to ckf-1.9: its tracks do not compare as numbers.
      if (before?.charm !== charm || charm === "mlmd") continue;
      expect(compareTracks(channel, before.channel) ?? 0).toBeGreaterThanOrEqual(0);
    }
  });

  test("a relation whose endpoint the target lacks, or has with another interface, is taken away first", () => {
    const removed = plan(hop).steps.flatMap((step) =>
      step.type === "command" && step.action.kind === "remove-relation" ? [step.action.relation.join(" ")] : [],
    );
    for (const relation of source.relations) {
      const lost = relation.some((side) => {
        const [name, endpoint] = side.split(":");
        const { charm } = source.applications[name];
        if (target.applications[name]?.charm !== charm || charm in hazards.keep) return false;
        if (!published[charm]?.[source.release] || !published[charm][target.release]) return false;
        return sideOf(charm, source.release, endpoint) !== sideOf(charm, target.release, endpoint);
      });
      if (lost) expect(removed).toContain(relation.join(" "));
    }
  });

  test("every storage that a target charm declares is here as a whole, and another one of the source is not taken for it", () => {
    for (const [name, { charm }] of Object.entries(target.applications)) {
      const [from, to] = [published[charm]?.[source.release]?.storage, published[charm]?.[target.release]?.storage];
      expect(Object.keys(hazards.storage[charm] ?? {})).toEqual(to ? Object.keys(to) : []);
      for (const [storage, { "minimum-size": size, location, type }] of Object.entries(to ?? {})) {
        const block = hazards.storage[charm][storage];
        expect(block.sizeMiB).toBe(mebibytes(size));
        const whole = { sizeMiB: mebibytes(size), location, type };
        const before = from?.[storage];
        // Where both releases name the same place it tells nothing apart, and may be left out.
        if (before?.location !== location) expect(sameBlock(block, whole)).toBe(true);
        if (name in source.applications && before)
          expect([name, mebibytes(before["minimum-size"]), before.location, before.type]).toEqual([
            name,
            mebibytes(size),
            location,
            type,
          ]);
      }
    }
  });

  test("every application of the source is refreshed, deployed again, left alone with a reason, or not in the target", () => {
    const made = plan(hop);
    const touched = new Set(
      made.steps.flatMap((step) =>
        step.type === "command" && (step.action.kind === "refresh" || step.action.kind === "deploy")
          ? [step.action.application]
          : [],
      ),
    );
    for (const [name, { charm }] of Object.entries(source.applications))
      if (name in target.applications) expect([name, touched.has(name) || charm in hazards.keep]).toEqual([name, true]);
  });

  test("its versions are in one place", () => {
    const [leg] = legs(source.release, target.release);
    expect([leg.juju.from, leg.kubernetes.from]).toEqual([
      hazards.versions.juju.from,
      hazards.versions.kubernetes.from,
    ]);
    expect(readFileSync("releases/path.yaml", "utf8")).not.toContain(`  ${source.release}-${target.release}:`);
  });
});

test("a hop is offered, or says what is missing and begins nowhere", () => {
  for (const { from, to, missing } of withheldHops) {
    expect(hops).not.toContainEqual({ from, to });
    for (const what of missing) expect(what.length).toBeGreaterThan(20);
    expect(() => hopFrom(from)).toThrow(/is not made by this version/);
  }
});
