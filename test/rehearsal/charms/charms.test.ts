import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { parse } from "yaml";
import {
  charmFiles,
  charmRevision,
  everyCharm,
  everyRevision,
  packCharm,
  pinBundle,
  resourceImage,
  workloadTags,
} from "../../../rehearsal/charms";
import { pinBundle as pinStandInBundle, workloadTags as standInTags } from "../../../rehearsal/juju";
import { scenarios } from "../../../rehearsal/scenarios";
import { ends, world } from "./world";

const releases = join(__dirname, "..", "..", "..", "releases");
const published = JSON.parse(readFileSync(join(releases, "charms.json"), "utf8")) as Record<
  string,
  Record<string, { track: string; config?: object; provides?: object; storage?: object; containers?: string[] }>
>;
const bundle = (name: string): string => readFileSync(join(releases, name), "utf8");
const yamlOf = (name: string, revision: number, file: string) =>
  // As Juju reads it.
  parse(charmFiles(charmRevision(name, revision), world)[file], { version: "1.1" });

describe("generated charms", () => {
  it.each(everyRevision().map(({ name, revision }) => [name, revision] as const))(
    "%s %d has files that can be read, with all that its data declares",
    (name, revision) => {
      const { metadata } = charmRevision(name, revision);
      const meta = yamlOf(name, revision, "metadata.yaml");
      expect(meta.name).toBe(name);
      for (const role of ["provides", "requires", "peers"] as const)
        expect(Object.keys(meta[role] ?? {})).toEqual(Object.keys(metadata[role]));
      expect(meta.storage ?? {}).toEqual(metadata.storage);
      expect(meta.deployment).toEqual(metadata.deployment);
      expect(meta.series?.[0] === "kubernetes").toBe(metadata.series.length > 0);
      expect(Object.keys(meta.containers ?? {})).toEqual(metadata.containers);
      for (const { resource, mounts } of Object.values<{ resource: string; mounts?: { location: string }[] }>(
        meta.containers ?? {},
      )) {
        expect(Object.keys(meta.resources)).toContain(resource);
        for (const { location } of mounts ?? []) expect(location).toMatch(/^\//);
      }
      const { options } = yamlOf(name, revision, "config.yaml");
      expect(Object.keys(options)).toEqual(Object.keys(metadata.config));
      for (const [option, value] of Object.entries(metadata.config))
        expect(options[option].default ?? null).toEqual(value);
      expect(yamlOf(name, revision, "manifest.yaml").bases[0].architectures).toEqual(["amd64"]);
      yamlOf(name, revision, "actions.yaml");
    },
  );

  it.each(["1.6", "1.7"])("has every track of release %s, with that release's metadata", (release) => {
    for (const [name, tracks] of Object.entries(published)) {
      const data = tracks[release];
      if (data === undefined) continue;
      const { at, revision } = everyCharm()[name].channels[`${data.track}/stable`];
      const { metadata } = charmRevision(name, at?.[release] ?? revision);
      for (const field of ["config", "provides", "storage", "containers"] as const)
        expect([name, metadata[field]]).toEqual([name, data[field] ?? (field === "containers" ? [] : {})]);
    }
  });

  it("knows every later track, too", () => {
    for (const [name, tracks] of Object.entries(published))
      for (const { track } of Object.values(tracks))
        expect(Object.keys(everyCharm()[name].channels)).toContain(`${track}/stable`);
  });

  it("takes MinIO of early 2023 with 1 GiB", () => {
    expect(yamlOf("minio", 143, "metadata.yaml").storage["minio-data"]["minimum-size"]).toBe("1G");
    expect(yamlOf("minio", 99, "metadata.yaml").storage["minio-data"]["minimum-size"]).toBe("10G");
  });

  it("pins bundles as the stand-in does, and has a tag for each of its images", () => {
    for (const [file, release] of [
      ["1.6.yaml", "1.6"],
      ["1.6-lite.yaml", "1.6"],
      ["1.7.yaml", "1.7"],
    ])
      expect(pinBundle(bundle(file), release, { minio: 143 })).toBe(
        pinStandInBundle(bundle(file), release, { minio: 143 }),
      );
    expect(workloadTags()).toEqual(expect.arrayContaining(standInTags()));
    expect(() => pinBundle(bundle("1.6.yaml").replace("3.3/stable", "9.9/stable"), "1.6")).toThrow(/no channel "9.9/);
  });

  it.each(Object.entries(scenarios))("scenario %s relates endpoints that its charms have", (_name, scenario) => {
    const document = parse(bundle(scenario.bundle)) as {
      applications: Record<string, { charm: string; channel: string; revision: number }>;
      relations: [string, string][];
    };
    for (const [application, channel] of Object.entries(scenario.channels))
      document.applications[application].channel = channel;
    for (const { charm, channel } of scenario.beside) document.applications[charm] = { charm, channel, revision: 0 };
    const { applications } = parse(pinBundle(JSON.stringify(document), scenario.release)) as typeof document;
    for (const relation of [...document.relations, ...scenario.beside.flatMap(({ relations }) => relations)])
      expect([relation, ends(applications, relation).length]).toEqual([relation, 1]);
  });

  it("packs equal bytes for equal input, with dispatch executable", () => {
    const charm = charmRevision("minio", 99);
    const archive = packCharm(charm, world);
    expect(packCharm(charm, world).equals(archive)).toBe(true);
    const index = archive.readUInt32LE(archive.length - 6);
    const entries = new Map<string, { mode: number; text: string }>();
    for (let at = index; archive.readUInt32LE(at) === 0x02014b50;) {
      const length = archive.readUInt16LE(at + 28);
      const name = archive.toString("utf8", at + 46, at + 46 + length);
      const local = archive.readUInt32LE(at + 42);
      const start = local + 30 + archive.readUInt16LE(local + 26);
      const packed = archive.subarray(start, start + archive.readUInt32LE(at + 20));
      entries.set(name, { mode: archive.readUInt32LE(at + 38) >>> 16, text: inflateRawSync(packed).toString("utf8") });
      at += 46 + length;
    }
    expect(Object.fromEntries([...entries].map(([name, { text }]) => [name, text]))).toEqual(charmFiles(charm, world));
    expect(entries.get("dispatch")?.mode).toBe(0o100755);
    expect(entries.get("metadata.yaml")?.mode).toBe(0o100644);
  });

  it("names an image for each resource", () => {
    expect(resourceImage(charmRevision("minio", 99), world)).toBe("minio:test");
    expect(resourceImage(charmRevision("katib-ui", 90), world)).toBe("workload:katib-ui-90");
  });
});
