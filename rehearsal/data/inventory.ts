import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { GetObjectCommand, ListBucketsCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import { clientFor, concurrency, type Store } from "./store";

/** One object as a reader got it. */
export interface InventoryObject {
  bucket: string;
  key: string;
  /** Bytes that were received. */
  size: number;
  etag: string;
  /** Of the bytes that were received; empty when it could not be read. */
  sha256: string;
  contentType: string;
  contentEncoding: string;
  metadata: Record<string, string>;
  /** Why it could not be read. */
  error?: string;
}

/** Everything that an object store serves. */
export interface Inventory {
  buckets: string[];
  /** Sorted by bucket and key. */
  objects: InventoryObject[];
  bytes: number;
}

/** Keys are asked for URL-encoded: XML cannot carry a control character. A "+" stands for a space. */
const decodeKey = (encoded: string): string => decodeURIComponent(encoded.replaceAll("+", " "));

async function keysOf(client: S3Client, bucket: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client, pageSize: 1000 },
    { Bucket: bucket, EncodingType: "url" },
  )) {
    keys.push(...Contents.map(({ Key = "" }) => decodeKey(Key)));
  }
  return keys;
}

async function read(client: S3Client, bucket: string, key: string): Promise<InventoryObject> {
  const object: InventoryObject = {
    bucket,
    key,
    size: 0,
    etag: "",
    sha256: "",
    contentType: "",
    contentEncoding: "",
    metadata: {},
  };
  try {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const hash = createHash("sha256");
    for await (const chunk of answer.Body as Readable) {
      hash.update(chunk as Buffer);
      object.size += (chunk as Buffer).length;
    }
    object.etag = answer.ETag ?? "";
    object.contentType = answer.ContentType ?? "";
    object.contentEncoding = answer.ContentEncoding ?? "";
    object.metadata = answer.Metadata ?? {};
    object.sha256 = hash.digest("hex");
  } catch (error) {
    object.error = String(error);
  }
  return object;
}

const byName = (a: InventoryObject, b: InventoryObject): number =>
  a.bucket === b.bucket ? (a.key < b.key ? -1 : 1) : a.bucket < b.bucket ? -1 : 1;

/**
 * Reads every object of every bucket to its end. An object that cannot be read is in the result with its error.
 * @throws when buckets or keys cannot be listed.
 */
export async function takeInventory(store: Store): Promise<Inventory> {
  const client = clientFor(store);
  const limit = pLimit(concurrency);
  try {
    const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
    const buckets = Buckets.map(({ Name = "" }) => Name).sort();
    const objects: InventoryObject[] = [];
    for (const bucket of buckets) {
      const keys = await keysOf(client, bucket);
      objects.push(...(await Promise.all(keys.map((key) => limit(() => read(client, bucket, key))))));
    }
    return { buckets, objects: objects.sort(byName), bytes: objects.reduce((sum, { size }) => sum + size, 0) };
  } finally {
    client.destroy();
  }
}
