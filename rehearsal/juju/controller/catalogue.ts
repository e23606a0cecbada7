import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const storageSchema = z.object({ location: z.string(), minimumMiB: z.number().int().positive() });
const endpointSchema = z.object({
  interface: z.string(),
  role: z.enum(["provides", "requires", "peer"]),
  limit: z.number().int().positive().optional(),
  since: z.number().int().optional(),
  until: z.number().int().optional(),
});
const optionSchema = z.object({
  type: z.enum(["string", "int", "boolean", "float"]),
  default: scalar.optional(),
  until: z.number().int().optional(),
});
const statusNeed = { status: z.enum(["blocked", "waiting"]), message: z.string() };
const crdSchema = z.object({
  group: z.string(),
  version: z.string(),
  kind: z.string(),
  plural: z.string(),
  scope: z.enum(["Namespaced", "Cluster"]).default("Namespaced"),
});
const revisionSchema = z.object({
  level: z.string(),
  generation: z.enum(["podspec", "sidecar", "none"]),
  deployment: z.object({ type: z.string() }).optional(),
  trust: z.boolean().default(false),
  storage: z.record(z.string(), storageSchema).default({}),
  ports: z.array(z.number().int()).default([]),
  version: z.string().optional(),
  bases: z.array(z.string()).default(["ubuntu@20.04"]),
});
const charmSchema = z.object({
  summary: z.string().optional(),
  endpoints: z.record(z.string(), endpointSchema),
  needs: z.array(z.object({ anyOf: z.array(z.string()), ...statusNeed })).default([]),
  conflicts: z.array(z.object({ allOf: z.array(z.string()), ...statusNeed })).default([]),
  options: z.record(z.string(), optionSchema).default({}),
  crds: z.array(crdSchema).default([]),
  revisions: z.record(z.string(), revisionSchema),
  channels: z.record(
    z.string(),
    z.object({ revision: z.number().int(), at: z.record(z.string(), z.number().int()).optional() }),
  ),
});
const catalogueSchema = z.object({ schema: z.literal(1), charms: z.record(z.string(), charmSchema) });

export type Scalar = z.infer<typeof scalar>;
export type StorageDeclaration = z.infer<typeof storageSchema>;
export type Endpoint = z.infer<typeof endpointSchema>;
export type Option = z.infer<typeof optionSchema>;
export type Crd = z.infer<typeof crdSchema>;
export type Revision = z.infer<typeof revisionSchema>;
export type Charm = z.infer<typeof charmSchema>;

/** Another storage block for one revision, so that a rehearsal can make a refresh meet F1. */
export interface StorageOverride {
  charm: string;
  revision: number;
  storage: Record<string, StorageDeclaration>;
}

/** The stand-in's Charmhub: what charms, channels and revisions there are. */
export class Catalogue {
  private constructor(private readonly charms: Record<string, Charm>) {}

  /** Reads charmhub.yaml beside this folder, with overrides laid over it. */
  static load(overrides: StorageOverride[] = [], file = join(__dirname, "..", "charmhub.yaml")): Catalogue {
    const { charms } = catalogueSchema.parse(parse(readFileSync(file, "utf8"), { merge: true }));
    for (const { charm, revision, storage } of overrides) {
      const entry = charms[charm]?.revisions[String(revision)];
      if (entry === undefined)
        throw new Error(`storage override: charmhub.yaml has no revision ${revision} of charm "${charm}"`);
      entry.storage = storage;
    }
    for (const [name, charm] of Object.entries(charms)) {
      for (const [channel, { revision, at }] of Object.entries(charm.channels)) {
        for (const number of [revision, ...Object.values(at ?? {})]) {
          if (charm.revisions[String(number)] === undefined)
            throw new Error(`charmhub.yaml: ${name} ${channel} names revision ${number}, which is not described`);
        }
      }
    }
    return new Catalogue(charms);
  }

  names(): string[] {
    return Object.keys(this.charms);
  }

  find(charm: string): Charm | undefined {
    return this.charms[charm];
  }

  charm(charm: string): Charm {
    const found = this.charms[charm];
    if (found === undefined) throw new Error(`charmhub.yaml has no charm "${charm}"`);
    return found;
  }

  revision(charm: string, revision: number): Revision {
    const found = this.charm(charm).revisions[String(revision)];
    if (found === undefined) throw new Error(`charmhub.yaml has no revision ${revision} of charm "${charm}"`);
    return found;
  }

  /** Endpoints that this revision declares. */
  endpoints(charm: string, revision: number): Record<string, Endpoint> {
    return Object.fromEntries(
      Object.entries(this.charm(charm).endpoints).filter(
        ([, { since, until }]) =>
          (since === undefined || revision >= since) && (until === undefined || revision < until),
      ),
    );
  }

  /** Options that this revision declares. */
  options(charm: string, revision: number): Record<string, Option> {
    return Object.fromEntries(
      Object.entries(this.charm(charm).options).filter(([, { until }]) => until === undefined || revision < until),
    );
  }

  /** Every (charm, revision) there is. */
  everyRevision(): { charm: string; revision: number; version?: string }[] {
    return Object.entries(this.charms).flatMap(([charm, { revisions }]) =>
      Object.entries(revisions).map(([revision, { version }]) => ({
        charm,
        revision: Number(revision),
        ...(version === undefined ? {} : { version }),
      })),
    );
  }
}

/** "1.6" and "stable" are short for "latest/..." or ".../stable" the way Juju reads a channel; anything else comes back as it is. */
export function normalizeChannel(channel: string): string {
  const risks = ["stable", "candidate", "beta", "edge"];
  if (risks.includes(channel)) return `latest/${channel}`;
  return channel.includes("/") ? channel : `${channel}/stable`;
}
