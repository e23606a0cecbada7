import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import { contentOf, type SeedObject } from "../rehearsal/data/objects";
import { clientFor, concurrency, type Store } from "../rehearsal/data/store";
import { bucket, type Change } from "./objects";

async function each<T>(
  store: Store,
  items: T[],
  send: (client: ReturnType<typeof clientFor>, item: T) => Promise<unknown>,
): Promise<void> {
  const client = clientFor(store);
  const limit = pLimit(concurrency);
  try {
    await Promise.all(items.map((item) => limit(() => send(client, item))));
  } finally {
    limit.clearQueue();
    client.destroy();
  }
}

/** Writes the objects through S3. */
export async function fill(store: Store, seed: number, objects: SeedObject[]): Promise<void> {
  await each(store, [bucket], (client, Bucket) => client.send(new CreateBucketCommand({ Bucket })));
  await each(store, objects, (client, object) =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: object.key, Body: contentOf(seed, object) })),
  );
}

/** Makes a change through S3, as users do. */
export async function change(store: Store, { put, removed }: Change): Promise<void> {
  await each(store, removed, (client, { key }) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
  await each(store, put, (client, { object: { key }, content }) =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content })),
  );
}
