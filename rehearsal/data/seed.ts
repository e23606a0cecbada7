import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import { buckets, contentOf, type SeedObject, seedObjects } from "./objects";
import { clientFor, concurrency, type Store } from "./store";

export interface SeedOptions {
  /** The same number gives the same objects, byte by byte. */
  seed?: number;
  /** At least so many objects. */
  objects?: number;
  /** No object gets more bytes. */
  largest?: number;
  /** No object gets a longer name, in bytes: below the prefix of a bucket there is less room for it. */
  longestKey?: number;
}

export interface Seeded {
  buckets: string[];
  objects: number;
  bytes: number;
}

/** Smallest part that S3 takes, except for the last one: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const partSize = 5 * 1024 * 1024;

async function putInParts(client: S3Client, { bucket, key, contentType }: SeedObject, content: Buffer): Promise<void> {
  const name = { Bucket: bucket, Key: key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...name, ContentType: contentType }));
  const parts: { ETag: string | undefined; PartNumber: number }[] = [];
  for (let start = 0; start < content.length; start += partSize) {
    const PartNumber = parts.length + 1;
    const { ETag } = await client.send(
      new UploadPartCommand({ ...name, UploadId, PartNumber, Body: content.subarray(start, start + partSize) }),
    );
    parts.push({ ETag, PartNumber });
  }
  await client.send(new CompleteMultipartUploadCommand({ ...name, UploadId, MultipartUpload: { Parts: parts } }));
}

async function put(client: S3Client, object: SeedObject, content: Buffer): Promise<void> {
  if (object.multipart) return putInParts(client, object, content);
  await client.send(
    new PutObjectCommand({
      Bucket: object.bucket,
      Key: object.key,
      Body: content,
      ContentType: object.contentType,
      ContentEncoding: object.contentEncoding,
      Metadata: object.metadata,
    }),
  );
}

/**
 * Fills an object store with at least 2,000 objects in four buckets, one of them left empty.
 * @throws naming the object that was not taken.
 */
export async function seedStore(
  store: Store,
  { seed = 1, objects: count = 2_000, largest, longestKey = Infinity }: SeedOptions = {},
): Promise<Seeded> {
  const client = clientFor(store);
  const objects = seedObjects(seed, count, largest).filter(({ key }) => Buffer.byteLength(key) <= longestKey);
  const limit = pLimit(concurrency);
  try {
    for (const bucket of buckets) await client.send(new CreateBucketCommand({ Bucket: bucket }));
    await Promise.all(
      objects.map((object) =>
        limit(async () => {
          try {
            await put(client, object, contentOf(seed, object));
          } catch (error) {
            throw new Error(
              `object ${JSON.stringify(object.key)} of bucket "${object.bucket}" was not taken by ${store.endpoint}: ${String(error)}`,
              { cause: error },
            );
          }
        }),
      ),
    );
  } finally {
    limit.clearQueue();
    client.destroy();
  }
  return { buckets, objects: objects.length, bytes: objects.reduce((sum, { size }) => sum + size, 0) };
}
