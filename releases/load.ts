import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Block, Relation } from "../plan/types";

/** What is looked up by a name from the model: an application may be called "constructor", which every other object of JavaScript answers to. */
const named = <V extends z.ZodType>(values: V) =>
  z
    .record(z.string(), values)
    .transform((record): typeof record => Object.assign(Object.create(null) as typeof record, record));

const option = z.union([z.string(), z.number(), z.boolean()]);

const bundleSchema = z.object({
  applications: named(
    z.object({
      charm: z.string(),
      channel: z.string(),
      trust: z.boolean().default(false),
      options: named(option).default({}),
      constraints: z.string().optional(),
    }),
  ),
  relations: z.array(z.tuple([z.string(), z.string()])),
});

const reason = z.string();

/** A number stands for a file system of that many MiB without a place of its own. */
const block = z
  .union([
    z.number().int().positive(),
    z.strictObject({
      sizeMiB: z.number().int().positive(),
      location: z.string().optional(),
      type: z.string().optional(),
    }),
  ])
  .transform((given): Block => (typeof given === "number" ? { sizeMiB: given } : given));

const versionRange = z.strictObject({ from: z.string(), to: z.string(), source: reason });

const shownBy = z.strictObject({ application: z.string(), workload: z.string() });

const hazardsSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  withheld: z.array(reason).default([]),
  rehearsed: reason.optional(),
  base: z.string().optional(),
  endpoints: named(z.tuple([z.string(), z.string()])),
  ladders: named(
    z.strictObject({
      channels: z.array(z.string()).min(1),
      awaiting: z.strictObject({ status: z.string(), message: z.string() }).optional(),
      why: reason,
    }),
  ),
  redeploy: named(z.strictObject({ around: z.string().optional(), gone: z.array(z.string()), why: reason })),
  profile: z.strictObject({ application: z.string(), option: z.string(), why: reason }),
  after: named(named(reason)),
  keep: named(reason),
  crdOwners: z.array(z.string()),
  sidecar: z.array(z.string()),
  sourceSidecar: z.array(z.string()),
  workloadless: z.array(z.string()),
  channelTrap: z.strictObject({ charms: z.array(z.string()), level: z.string(), why: reason }),
  mesh: z.strictObject({ controlPlane: shownBy, gateway: shownBy }),
  serverless: named(z.strictObject({ application: z.string(), plural: z.string() })),
  addedKinds: named(z.array(z.string())),
  forwardOnly: named(reason),
  versions: z.strictObject({ juju: versionRange, kubernetes: versionRange }),
  options: named(named(z.strictObject({ keep: option, why: reason }))).default({}),
  storage: named(named(block)),
  declared: named(
    z.array(
      z.strictObject({
        revisions: z.array(z.number().int().positive()),
        storage: named(block),
        why: reason,
        source: reason,
      }),
    ),
  ),
  databases: named(z.array(z.string()).min(1)),
  unproven: named(z.strictObject({ what: reason, why: reason, how: reason })).default({}),
  assumes: named(
    z.strictObject({
      juju: z.array(z.strictObject({ from: z.string(), below: z.string().optional() })).min(1),
      source: reason,
    }),
  ),
  customResources: z.strictObject({ apply: z.array(z.string()), runs: z.array(z.string()) }),
  objectStore: z.strictObject({
    application: z.string(),
    storage: z.string(),
    secret: z.string(),
    pinned: reason.optional(),
  }),
});

/** An upstream bundle, reduced to what an upgrade needs; relations with full endpoints where the bundle or the hazards give them. */
export interface Bundle {
  release: string;
  applications: Record<
    string,
    {
      charm: string;
      channel: string;
      trust: boolean;
      options: Record<string, string | number | boolean>;
      constraints?: string;
    }
  >;
  relations: Relation[];
}

/** What the bundles of a hop cannot say; see releases/hazards-*.yaml. */
export type Hazards = z.infer<typeof hazardsSchema>;

/** Everything known about one hop before a live model is looked at. */
export interface Hop {
  source: Bundle;
  target: Bundle;
  hazards: Hazards;
}

/** Hops of which there is data, oldest first: those that have a hazards file. */
const known = readdirSync(__dirname)
  .flatMap((file) => {
    const [, from, to] = /^hazards-([\d.]+)-([\d.]+)\.yaml$/.exec(file) ?? [];
    return from === undefined ? [] : [{ from, to }];
  })
  .sort((a, b) => a.to.localeCompare(b.to, "en", { numeric: true }));

/** Why a hop is not offered; empty where it is. */
function withheld({ from, to }: { from: string; to: string }): string[] {
  return z.object({ withheld: hazardsSchema.shape.withheld }).parse(readYaml(`hazards-${from}-${to}.yaml`)).withheld;
}

function readYaml(file: string): unknown {
  return parse(readFileSync(join(__dirname, file), "utf8"));
}

function readBundle(release: string, endpoints: Hazards["endpoints"]): Bundle {
  const { applications, relations } = bundleSchema.parse(readYaml(`${release}.yaml`));
  return {
    release,
    applications,
    relations: relations.map(([a, b]) => {
      const pair = endpoints[`${a} ${b}`] ?? [a, b];
      if (!pair.every((endpoint) => endpoint.includes(":"))) {
        throw new Error(
          `releases/${release}.yaml relates "${a}" and "${b}" without endpoints; name them under "endpoints" in the hop's hazards file`,
        );
      }
      return [...pair].sort() as Relation;
    }),
  };
}

/** Hops that this program makes, oldest first. */
export const hops = known.filter((hop) => withheld(hop).length === 0);

/** Hops that it has data of and does not make, with what is missing. */
export const withheldHops = known
  .map((hop) => ({ ...hop, missing: withheld(hop) }))
  .filter(({ missing }) => missing.length > 0);

/**
 * Reads the bundles and the hazards file of the hop that ends at release `to`, offered or not.
 * @throws when no hop ends there, or a data file is malformed.
 */
export function loadHop(to: string): Hop {
  const hop = known.find((one) => one.to === to);
  if (!hop) {
    throw new Error(
      `no hop to release "${to}" is known; known: ${known.map((one) => `${one.from} to ${one.to}`).join(", ")}`,
    );
  }
  const hazards = hazardsSchema.parse(readYaml(`hazards-${hop.from}-${hop.to}.yaml`));
  return { source: readBundle(hop.from, hazards.endpoints), target: readBundle(hop.to, hazards.endpoints), hazards };
}

/** The channels whose revisions a plan of this hop may need: charm -> channels, each list sorted. */
export function channelsOf({ target, hazards }: Hop): Record<string, string[]> {
  const channels = new Map<string, Set<string>>();
  for (const [application, { charm, channel }] of Object.entries(target.applications)) {
    const known = channels.get(charm) ?? new Set<string>();
    for (const one of [channel, ...(hazards.ladders[application]?.channels ?? [])]) known.add(one);
    channels.set(charm, known);
  }
  return Object.fromEntries(
    [...channels].sort(([a], [b]) => (a < b ? -1 : 1)).map(([charm, set]) => [charm, [...set].sort()]),
  );
}
