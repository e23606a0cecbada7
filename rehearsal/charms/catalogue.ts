import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const names = z.record(z.string(), z.string()).default({});
const storage = z.record(
  z.string(),
  z.strictObject({ type: z.literal("filesystem"), location: z.string().optional(), "minimum-size": z.string() }),
);

/** Public metadata of a charm at one release: the shape of releases/charms.json. */
const metadataSchema = z
  .strictObject({
    track: z.string().optional(),
    generation: z.enum(["podspec", "sidecar"]),
    minJuju: z.string().optional(),
    assumes: z.array(z.string()).default([]),
    series: z.array(z.string()).default([]),
    /** As "ubuntu@20.04". */
    bases: z.array(z.string()).default(["ubuntu@20.04"]),
    provides: names,
    requires: names,
    peers: names,
    limits: z.record(z.string(), z.number().int()).default({}),
    containers: z.array(z.string()).default([]),
    /** Name -> upstream image, which a rehearsal replaces by an image of its own. */
    resources: names,
    deployment: z.strictObject({ type: z.string(), service: z.string() }).optional(),
    storage: storage.default({}),
    /** Name -> default; null where there is none. */
    config: z.record(z.string(), scalar.nullable()).default({}),
    user: z.string().optional(),
    head: z.string().optional(),
  })
  // By its series Juju takes a charm for one with a podspec (github.com/juju/charm, MetaFormat).
  .transform((metadata) => ({
    ...metadata,
    series: metadata.generation === "podspec" ? ["kubernetes"] : metadata.series,
  }));

const definitionSchema = z.strictObject({
  group: z.string(),
  version: z.string(),
  kind: z.string(),
  plural: z.string(),
  scope: z.enum(["Namespaced", "Cluster"]).default("Namespaced"),
});

const shown = { status: z.enum(["blocked", "waiting"]), message: z.string() };

const charmSchema = z.strictObject({
  needs: z.array(z.strictObject({ anyOf: z.array(z.string()), ...shown })).default([]),
  conflicts: z.array(z.strictObject({ allOf: z.array(z.string()), ...shown })).default([]),
  definitions: z.array(definitionSchema).default([]),
  rules: z.array(z.string()).default([]),
  program: z.strictObject({ script: z.string(), resource: z.string(), container: z.string().optional() }).optional(),
  image: z.enum(["minio", "mariadb"]).optional(),
  ports: z.array(z.number().int()).default([]),
  untrusted: z.boolean().default(false),
  revisions: z
    .record(
      z.string(),
      z.strictObject({ release: z.string(), version: z.string().optional(), storage: storage.optional() }),
    )
    .default({}),
  channels: z
    .record(
      z.string(),
      z.strictObject({ revision: z.number().int(), at: z.record(z.string(), z.number().int()).optional() }),
    )
    .default({}),
  releases: z.record(z.string(), metadataSchema).default({}),
});

const catalogueSchema = z.strictObject({ schema: z.literal(1), charms: z.record(z.string(), charmSchema) });

export type Metadata = z.infer<typeof metadataSchema>;
export type Definition = z.infer<typeof definitionSchema>;
export type CharmData = z.infer<typeof charmSchema>;

/** One revision of a charm with all that is known about it. */
export interface CharmRevision {
  name: string;
  revision: number;
  data: CharmData;
  metadata: Metadata;
  /** Version of Istio that the charm brings. */
  version?: string;
}

function addLaterTracks(charm: CharmData, releases: Record<string, Metadata>): void {
  const versioned = Object.values(charm.revisions).some(({ version }) => version !== undefined);
  for (const [release, { track }] of Object.entries(releases)) {
    if (track === undefined || charm.channels[`${track}/stable`] !== undefined) continue;
    const revision = Math.max(0, ...Object.keys(charm.revisions).map(Number)) + 100;
    charm.revisions[String(revision)] = { release, ...(versioned && { version: `${track}.0` }) };
    charm.channels[`${track}/stable`] = { revision };
  }
}

function readCharms(): Record<string, CharmData> {
  const { charms } = catalogueSchema.parse(parse(readFileSync(join(__dirname, "catalogue.yaml"), "utf8")));
  const file = join(__dirname, "..", "..", "releases", "charms.json");
  const published = z
    .record(z.string(), z.record(z.string(), metadataSchema))
    .parse(JSON.parse(readFileSync(file, "utf8")));
  for (const [name, releases] of Object.entries(published)) {
    const charm = (charms[name] ??= charmSchema.parse({}));
    charm.releases = { ...releases, ...charm.releases };
    addLaterTracks(charm, releases);
  }
  for (const [name, { channels, revisions, releases }] of Object.entries(charms)) {
    for (const [revision, { release }] of Object.entries(revisions))
      if (releases[release] === undefined)
        throw new Error(`catalogue.yaml: ${name} ${revision} has the metadata of ${release}, which there is not`);
    for (const [channel, { revision, at }] of Object.entries(channels))
      for (const number of [revision, ...Object.values(at ?? {})])
        if (revisions[String(number)] === undefined)
          throw new Error(`catalogue.yaml: ${name} ${channel} names revision ${number}, which is not described`);
  }
  return charms;
}

let charms: Record<string, CharmData> | undefined;

/** Every charm by its name; read once. */
export function everyCharm(): Record<string, CharmData> {
  return (charms ??= readCharms());
}

/** @throws when there is no such revision */
export function charmRevision(name: string, revision: number): CharmRevision {
  const data = everyCharm()[name];
  const found = data?.revisions[String(revision)];
  if (data === undefined || found === undefined) throw new Error(`no revision ${revision} of charm "${name}" is known`);
  const metadata = data.releases[found.release];
  return {
    name,
    revision,
    data,
    metadata: found.storage === undefined ? metadata : { ...metadata, storage: found.storage },
    ...(found.version !== undefined && { version: found.version }),
  };
}

export function everyRevision(): CharmRevision[] {
  return Object.entries(everyCharm()).flatMap(([name, { revisions }]) =>
    Object.keys(revisions).map((revision) => charmRevision(name, Number(revision))),
  );
}

/** "1.6" and "edge" are short for "1.6/stable" and "latest/edge". */
export function normalizeChannel(channel: string): string {
  const risks = ["stable", "candidate", "beta", "edge"];
  if (risks.includes(channel)) return `latest/${channel}`;
  return channel.includes("/") ? channel : `${channel}/stable`;
}

/** Tags of the workload image that the charms ask for: one for each revision, and those of the Deployments that Istio's charms make. */
export function workloadTags(): string[] {
  const images: Record<string, string> = { "istio-pilot": "pilot", "istio-gateway": "proxyv2" };
  return everyRevision()
    .flatMap(({ name, revision, version }) => [
      `${name}-${revision}`,
      ...(version === undefined ? [] : [`${images[name]}-${version}`]),
    ])
    .sort();
}

/**
 * A bundle with the revisions that its channels held when `release` was current, as a model deployed then has them: a
 * channel may have moved on since. `pins` names the revisions of single applications.
 * @throws when a charm has no such channel
 */
export function pinBundle(bundle: string, release: string, pins: Record<string, number> = {}): string {
  const document = parse(bundle) as {
    applications: Record<string, { charm: string; channel: string; revision?: number }>;
  };
  for (const [name, application] of Object.entries(document.applications)) {
    const channel = everyCharm()[application.charm]?.channels[normalizeChannel(application.channel)];
    if (channel === undefined)
      throw new Error(
        `charm "${application.charm}" has no channel "${application.channel}", which application "${name}" asks for: see rehearsal/charms/catalogue.yaml`,
      );
    application.revision = pins[name] ?? channel.at?.[release] ?? channel.revision;
  }
  return stringify(document, { lineWidth: 0 });
}
