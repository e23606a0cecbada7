import { readdirSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ObjectName } from "./compare";
import { random } from "./objects";
import { clientFor, type Store } from "./store";

export interface CorruptOptions {
  /** How many. */
  count: number;
  /** The same number picks the same ones. */
  seed?: number;
  /** This one is left alone. */
  spare?: ObjectName;
}

/** Larger objects are left alone, so that spoiling some takes no time. */
const largest = 1024 * 1024;

function pick<T>(all: T[], { count, seed = 1 }: CorruptOptions): T[] {
  if (all.length < count)
    throw new Error(`${count} are to be picked and there are ${all.length} that have content: seed more`);
  const next = random(seed);
  const rest = [...all];
  return Array.from({ length: count }, () => rest.splice(Math.floor(next() * rest.length), 1)[0]);
}

async function candidates(client: S3Client, spare?: ObjectName): Promise<ObjectName[]> {
  const found: ObjectName[] = [];
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  for (const { Name: bucket = "" } of Buckets) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, EncodingType: "url" })) {
      for (const { Key = "", Size = 0 } of Contents) {
        const key = decodeURIComponent(Key.replaceAll("+", " "));
        if (Size > 0 && Size <= largest && !(bucket === spare?.bucket && key === spare.key))
          found.push({ bucket, key });
      }
    }
  }
  return found;
}

/** Reads some objects and writes each again, with what `change` makes of its content and the same type and metadata. */
async function rewrite(
  store: Store,
  options: CorruptOptions,
  change: (content: Buffer) => void,
): Promise<ObjectName[]> {
  const client = clientFor(store);
  try {
    const chosen = pick(await candidates(client, options.spare), options);
    for (const { bucket, key } of chosen) {
      const name = { Bucket: bucket, Key: key };
      const { Body, ContentType, ContentEncoding, Metadata } = await client.send(new GetObjectCommand(name));
      const content = Buffer.from(await Body!.transformToByteArray());
      change(content);
      await client.send(new PutObjectCommand({ ...name, Body: content, ContentType, ContentEncoding, Metadata }));
    }
    return chosen;
  } finally {
    client.destroy();
  }
}

/**
 * Changes one bit in the content of some objects and nothing else: not their size, type or metadata. Through S3, because
 * MinIO would not serve a file of its own that was changed behind its back.
 * @returns the objects that were changed
 */
export function corruptObjects(store: Store, options: CorruptOptions): Promise<ObjectName[]> {
  return rewrite(store, options, (content) => void (content[content.length >> 1] ^= 1));
}

/** Writes some objects again as they are: their files on the volume are other ones, and who reads them sees no difference. @returns these objects */
export function touchObjects(store: Store, options: CorruptOptions): Promise<ObjectName[]> {
  return rewrite(store, options, () => undefined);
}

/** Changes one bit of a file, in the middle or at a part (0 to 1) of its length, and puts its times back, as a failing disk would. @throws when it is empty */
export async function flipBit(file: string, part = 0.5): Promise<void> {
  const handle = await open(file, "r+");
  try {
    const { size, atime, mtime } = await handle.stat();
    if (size === 0) throw new Error(`${file} is empty: it has no bit to flip`);
    const at = Math.floor(size * part);
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, at);
    byte[0] ^= 1;
    await handle.write(byte, 0, 1, at);
    await handle.utimes(atime, mtime);
  } finally {
    await handle.close();
  }
}

/** Flips a bit in some of the files below a folder, e.g. of a claim's volume. @returns their paths below the folder */
export async function corruptFiles(folder: string, options: CorruptOptions): Promise<string[]> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const found: string[] = [];
  for (const name of names) {
    const facts = await stat(join(folder, name));
    if (facts.isFile() && facts.size > 0) found.push(name);
  }
  const chosen = pick(found, options);
  for (const name of chosen) await flipBit(join(folder, name));
  return chosen;
}
