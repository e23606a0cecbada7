import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { type BackupResult, differingNames } from "../../objectstore/result";
import { takeInventory } from "../../rehearsal/data/inventory";
import { seedObjects } from "../../rehearsal/data/objects";
import { seedStore } from "../../rehearsal/data/seed";
import { clientFor } from "../../rehearsal/data/store";
import { type Server, startMinio } from "../support/minio";
import { Lab } from "../support/mover";
import { stallAfter } from "../support/stall";
import { toolsTimeout } from "../support/tools";

jest.setTimeout(180_000);

const largest = 200_000;
const seeded = seedObjects(1, 0, largest);
// Too long below a prefix; see the test of that.
const tooLong = seeded.filter(({ bucket, key }) => Buffer.byteLength(`${bucket}/${key}`) > 900);
const files = seeded.length - tooLong.length - 1;
const bucket = "backups";
const base = "clusters/one/1.6-1.7";

let server: Server;
let elsewhere: Server;
let lab: Lab;
beforeAll(async () => {
  [server, elsewhere] = await Promise.all([startMinio(), startMinio()]);
  await seedStore(server.store, { objects: 0, largest });
  for (const { bucket: Bucket, key } of tooLong)
    await clientFor(server.store).send(new DeleteObjectCommand({ Bucket, Key: key }));
  await clientFor(elsewhere.store).send(new CreateBucketCommand({ Bucket: bucket }));
}, toolsTimeout);
afterAll(async () => {
  for (const one of [server, elsewhere]) {
    await one.stop();
    one.remove();
  }
});
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

const run = (mover: "backup" | "verify", into = lab.into(`${bucket}/clusters/one`, elsewhere.store)) =>
  lab.run(mover, { store: server.store, env: into });

async function keys(prefix: string): Promise<string[]> {
  const { Contents = [] } = await clientFor(elsewhere.store).send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  );
  return Contents.map(({ Key }) => Key!);
}

test("a backup goes into a bucket of another store, is read back from there, restored from there, and verified against", async () => {
  const { exitCode, result, log } = await run("backup");
  expect([exitCode, differingNames(log)]).toEqual([0, []]);
  expect(result()).toMatchObject({ resumed: "fresh", buckets: 4, objects: files, copied: files, differing: 0 });
  expect((result() as BackupResult).restored).toBeGreaterThan(8);
  expect(await keys(`${base}/records/`)).toEqual(
    ["buckets", "complete.json", "manifest.sha256", "metadata.jsonl", "sizes"].map((name) => `${base}/records/${name}`),
  );
  expect((await keys("clusters/one/")).filter((key) => key.includes("probe"))).toEqual([]);
  expect((await run("verify")).result()).toMatchObject({
    objects: files,
    differing: 0,
    backupDigest: (result() as BackupResult).records,
  });
  expect((await run("backup")).result()).toEqual({ ...result(), copied: 0, resumed: "complete" });
  expect((await takeInventory(server.store)).buckets).toHaveLength(4);

  const client = clientFor(elsewhere.store);
  const gone = (await keys(`${base}/objects/mlflow/`)).find((key) => !key.endsWith("/"))!;
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: gone }));
  const damaged = await run("backup");
  expect(damaged.result()).toMatchObject({ resumed: "complete", differing: 1, missing: 1 });
  expect(differingNames(damaged.log)).toEqual([`missing: ${gone.slice(`${base}/objects/`.length)}`]);

  const record = await client
    .send(new GetObjectCommand({ Bucket: bucket, Key: `${base}/records/metadata.jsonl` }))
    .then(({ Body }) => Body!.transformToString());
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: `${base}/records/metadata.jsonl`,
      Body: record.replace("text/html", "text/plain"),
    }),
  );
  expect((await run("verify")).result).toThrow(/was changed after the backup was proven/);
});

test("a backup that was cut off in the bucket goes on from there", async () => {
  const stalling = await stallAfter(20, "PUT", elsewhere.store);
  const killed = await lab.runUntil("backup", stalling.stalled, {
    store: server.store,
    env: lab.into(`${bucket}/cut`, stalling.store),
  });
  stalling.close();
  expect(killed).toBe(true);
  expect(await keys("cut/1.6-1.7/objects/")).not.toEqual([]);
  const { result } = await run("backup", lab.into(`${bucket}/cut`, elsewhere.store));
  expect(result()).toMatchObject({ resumed: "partial", objects: files, differing: 0 });
  expect((result() as BackupResult).copied).toBeLessThan(files);
});

test("a bucket of the store that is upgraded is refused, by whatever name it is reached", async () => {
  const before = await takeInventory(server.store);
  const alias = { ...server.store, endpoint: server.store.endpoint.replace("127.0.0.1", "localhost") };
  expect((await run("backup", lab.into("team-data", alias))).result).toThrow(
    /bucket team-data at http:\S+ is in the object store that is upgraded/,
  );
  expect(await takeInventory(server.store)).toEqual(before);
});

test("a bucket that is not there, or not for these keys, is refused before anything is copied", async () => {
  expect((await run("backup", lab.into("no-such-bucket", elsewhere.store))).result).toThrow(
    /bucket no-such-bucket at http:\S+ \(.*NoSuchBucket|cannot be (read|written)/,
  );
  const wrong = await run("backup", lab.into(bucket, { ...elsewhere.store, secretKey: "wrong-secret" }));
  expect(wrong.result).toThrow(/bucket backups at http:\S+ cannot be read/);
  expect(wrong.log).not.toContain("wrong-secret");
});

test("names that are too long below the prefix are named before anything is copied", async () => {
  const [{ bucket: Bucket, key: Key }] = tooLong;
  await clientFor(server.store).send(new PutObjectCommand({ Bucket, Key, Body: "content" }));
  try {
    expect((await run("backup", lab.into(`${bucket}/long`, elsewhere.store))).result).toThrow(
      /1 objects have names that are too long for bucket backups\/long at \S+, below long\/1.6-1.7\/objects: \S+.*Nothing was copied/,
    );
    expect(await keys("long/")).toEqual([]);
  } finally {
    await clientFor(server.store).send(new DeleteObjectCommand({ Bucket, Key }));
  }
});

test("of a declared backup only the records are kept, and the store is verified against those", async () => {
  const env = { ...lab.into(`${bucket}/declared`, elsewhere.store), KEEP: "manifest" };
  const { result } = await lab.run("backup", { store: server.store, env });
  expect(result()).toMatchObject({ kept: "manifest", objects: files, copied: 0, restored: 0, differing: 0 });
  expect(await keys("declared/1.6-1.7/objects/")).toEqual([]);
  expect((await lab.run("verify", { store: server.store, env })).result()).toMatchObject({
    objects: files,
    differing: 0,
  });
  expect((await lab.run("backup", { store: server.store, env })).result()).toMatchObject({
    resumed: "complete",
    kept: "manifest",
    differing: 0,
  });
  expect((await lab.run("backup", { store: server.store, env: { ...env, KEEP: "objects" } })).result).toThrow(
    /the settings of the declared backup changed since/,
  );
});
