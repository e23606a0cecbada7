import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { compareInventories, describe as sentences } from "../../../rehearsal/data/compare";
import { corruptFiles, corruptObjects, touchObjects } from "../../../rehearsal/data/corrupt";
import { type Inventory, takeInventory } from "../../../rehearsal/data/inventory";
import { buckets, contentOf, seedObjects } from "../../../rehearsal/data/objects";
import { seedStore } from "../../../rehearsal/data/seed";
import { clientFor } from "../../../rehearsal/data/store";
import { Lab } from "../../support/mover";
import { type Server, startMinio } from "../../support/minio";
import { toolsTimeout } from "../../support/tools";

jest.setTimeout(120_000);

const largest = 300_000;
const seeded = seedObjects(1, 0, largest);
let server: Server;
let before: Inventory;
beforeAll(async () => {
  server = await startMinio();
  await seedStore(server.store, { objects: 0, largest });
  before = await takeInventory(server.store);
}, toolsTimeout);
afterAll(async () => {
  await server.stop();
  server.remove();
});

const different = async (): Promise<string[]> =>
  sentences(compareInventories(before, await takeInventory(server.store)));

test("an inventory has every object that was written, under its own name, with the digest of its own bytes", () => {
  const expected = seeded.map((object) => ({
    bucket: object.bucket,
    key: object.key,
    size: object.size,
    sha256: createHash("sha256").update(contentOf(1, object)).digest("hex"),
  }));
  const found = before.objects.map(({ bucket, key, size, sha256 }) => ({ bucket, key, size, sha256 }));
  const byName = (a: { bucket: string; key: string }, b: { bucket: string; key: string }): number =>
    JSON.stringify([a.bucket, a.key]) < JSON.stringify([b.bucket, b.key]) ? -1 : 1;
  expect(found.sort(byName)).toEqual(expected.sort(byName));
  expect(before.buckets).toEqual([...buckets].sort());
  expect(before.objects.find(({ key }) => key === "described/page.html")).toMatchObject({
    contentType: "text/html; charset=utf-8",
    metadata: { owner: "alice", purpose: "a b=c" },
  });
});

test("corrupted objects are found and named, and nothing else is", async () => {
  const chosen = await corruptObjects(server.store, { count: 4, seed: 3 });
  expect(chosen).toHaveLength(4);
  const { mismatched, missing, extra } = compareInventories(before, await takeInventory(server.store));
  expect(mismatched.map(({ bucket, key }) => `${bucket}/${key}`).sort()).toEqual(
    chosen.map(({ bucket, key }) => `${bucket}/${key}`).sort(),
  );
  expect(mismatched.map(({ reason }) => reason)).toEqual(Array(4).fill("has other content of the same size"));
  expect([...missing, ...extra]).toEqual([]);
  await restore(chosen);
  expect(await different()).toEqual([]);
});

test("an object that is to be spared is never picked, and objects that are written again differ in nothing", async () => {
  const inAll = { count: seeded.filter(({ size }) => size > 0).length, seed: 3 };
  const [spare] = await touchObjects(server.store, { count: 1, seed: 3 });
  await expect(touchObjects(server.store, { ...inAll, spare })).rejects.toThrow(
    `${inAll.count} are to be picked and there are ${inAll.count - 1}`,
  );
  expect(await different()).toEqual([]);
});

async function restore(names: { bucket: string; key: string }[]): Promise<void> {
  const client = clientFor(server.store);
  for (const { bucket, key } of names) {
    const object = seeded.find((one) => one.bucket === bucket && one.key === key)!;
    if (object.multipart) throw new Error("the seed of this test picks no object that was written in parts");
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: contentOf(1, object),
        ContentType: object.contentType,
        ContentEncoding: object.contentEncoding,
        Metadata: object.metadata,
      }),
    );
  }
  client.destroy();
}

test("an object that is gone, one that is new and one of another type are told apart", async () => {
  const client = clientFor(server.store);
  const [gone, retyped] = seeded.filter(({ bucket, multipart }) => bucket === "mlflow" && !multipart);
  await client.send(new DeleteObjectCommand({ Bucket: gone.bucket, Key: gone.key }));
  await client.send(new PutObjectCommand({ Bucket: "empty-bucket", Key: "new\nname", Body: "x" }));
  await client.send(
    new PutObjectCommand({
      Bucket: retyped.bucket,
      Key: retyped.key,
      Body: contentOf(1, retyped),
      ContentType: "image/png",
    }),
  );
  expect(await different()).toEqual([
    `${JSON.stringify(`${gone.bucket}/${gone.key}`)} is gone`,
    '"empty-bucket/new\\nname" was not there before',
    `${JSON.stringify(`${retyped.bucket}/${retyped.key}`)} has contentType image/png, had application/octet-stream`,
  ]);
  await client.send(new DeleteObjectCommand({ Bucket: "empty-bucket", Key: "new\nname" }));
  client.destroy();
  await restore([gone, retyped]);
});

test("a file that MinIO keeps, spoilt behind its back, makes its object unreadable or different", async () => {
  const client = clientFor(server.store);
  await client.send(new PutObjectCommand({ Bucket: "empty-bucket", Key: "victim", Body: Buffer.alloc(200_000, "v") }));
  const whole = await takeInventory(server.store);
  expect(await corruptFiles(join(server.folder, "empty-bucket", "victim"), { count: 2 })).toHaveLength(2);
  const { mismatched, missing } = compareInventories(whole, await takeInventory(server.store));
  expect([...mismatched, ...missing].map(({ key }) => key)).toEqual(["victim"]);
  rmSync(join(server.folder, "empty-bucket", "victim"), { recursive: true });
  client.destroy();
});

test("files of a folder are spoilt in one bit each, and nowhere else", async () => {
  const lab = new Lab();
  const folder = lab.folder("files");
  try {
    for (const name of ["a", "b", "c"]) writeFileSync(join(folder, name), name.repeat(99));
    writeFileSync(join(folder, "empty"), "");
    const [spoilt] = await corruptFiles(folder, { count: 1 });
    for (const name of ["a", "b", "c"]) {
      const bits = [...readFileSync(join(folder, name))].reduce((sum, byte) => sum + (byte ^ name.charCodeAt(0)), 0);
      expect(bits).toBe(name === spoilt ? 1 : 0);
    }
    await expect(corruptFiles(folder, { count: 4 })).rejects.toThrow("there are 3 that have content");
  } finally {
    lab.clean();
  }
});
