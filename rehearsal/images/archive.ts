import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack as newPack } from "tar-stream";
import { addEntry, addStream, type Entry, packEntries } from "./rootfs";

/** What a container of the image runs. */
export interface ImageConfig {
  entrypoint: string[];
  cmd?: string[];
  workingDir?: string;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Platform name as image configurations spell it. */
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64" };

async function writeLayer(file: string, entries: Entry[]): Promise<string> {
  const pack = newPack();
  const digest = createHash("sha256");
  const measure = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      digest.update(chunk);
      yield chunk;
    }
  };
  const written = pipeline(pack as AsyncIterable<Buffer>, measure, createWriteStream(file));
  await packEntries(pack, entries);
  pack.finalize();
  await written;
  return digest.digest("hex");
}

/** The configuration object of an image with one layer, without any time of its own. */
export function imageConfig(
  config: ImageConfig,
  layerDigest: string,
  arch: NodeJS.Architecture = process.arch,
): string {
  return JSON.stringify({
    architecture: ARCHITECTURES[arch] ?? arch,
    os: "linux",
    created: "1970-01-01T00:00:00Z",
    config: {
      Entrypoint: config.entrypoint,
      Cmd: config.cmd ?? null,
      Env: ["PATH=/usr/bin:/bin", "HOME=/root"],
      WorkingDir: config.workingDir ?? "/",
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${layerDigest}`] },
  });
}

/**
 * Writes a docker-archive (what `docker save` writes): one layer, its configuration, and manifest.json, whose
 * RepoTags name the image as often as wanted. Equal input gives equal bytes. The file appears only when complete.
 */
export async function writeArchive(
  file: string,
  options: { entries: Entry[]; config: ImageConfig; tags: string[] },
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const work = await mkdtemp(join(dirname(file), ".image-"));
  try {
    const layer = join(work, "layer.tar");
    const layerDigest = await writeLayer(layer, options.entries);
    const config = imageConfig(options.config, layerDigest);
    const layerName = `${layerDigest}/layer.tar`;
    const configName = `${sha256(config)}.json`;
    const pack = newPack();
    const written = pipeline(pack, createWriteStream(join(work, "image.tar")));
    await addStream(pack, { name: layerName, size: (await stat(layer)).size }, createReadStream(layer));
    addEntry(pack, { name: configName }, config);
    addEntry(
      pack,
      { name: "manifest.json" },
      JSON.stringify([{ Config: configName, RepoTags: options.tags, Layers: [layerName] }]),
    );
    pack.finalize();
    await written;
    await rename(join(work, "image.tar"), file);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
