import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import execa from "execa";
import { moverScript } from "../../objectstore/jobs";
import { type BackupResult, differingNames } from "../../objectstore/result";
import { corruptObjects, flipBit } from "../../rehearsal/data/corrupt";
import { takeInventory } from "../../rehearsal/data/inventory";
import { contentOf, seedObjects } from "../../rehearsal/data/objects";
import { seedStore } from "../../rehearsal/data/seed";
import { clientFor } from "../../rehearsal/data/store";
import { type Server, startMinio } from "../support/minio";
import { Lab, phases } from "../support/mover";
import { stallAfter } from "../support/stall";
import { toolsTimeout } from "../support/tools";

jest.setTimeout(120_000);

let server: Server;
let lab: Lab;
beforeAll(async () => {
  server = await startMinio();
  await seedStore(server.store, { objects: 0, largest });
}, toolsTimeout);
afterAll(async () => {
  await server.stop();
  server.remove();
});
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

// Small, for speed; an upload in parts of one part has an ETag that is no MD5, too.
const largest = 400_000;
const seeded = seedObjects(1, 0, largest);
// The one that is a folder ("a folder/") becomes a folder.
const files = seeded.length - 1;
const backup = () => lab.run("backup", { store: server.store });
const verify = () => lab.run("verify", { store: server.store });

/** A file that is in the backup already. */
function finished(): string | undefined {
  const names = readdirSync(lab.objects, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.endsWith(".partial"),
  );
  return names.find((name) => {
    const found = statSync(join(lab.objects, name), { throwIfNoEntry: false });
    return found !== undefined && found.isFile() && found.size > 0;
  });
}

async function withObject(bucket: string, key: string, body: string, run: () => Promise<void>): Promise<void> {
  const client = clientFor(server.store);
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  try {
    await run();
  } finally {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    client.destroy();
  }
}

test("every object arrives under its own name with its own bytes, and the store verifies against the backup", async () => {
  const { exitCode, result } = await backup();
  expect(exitCode).toBe(0);
  expect(result()).toMatchObject({
    job: "minio-backup",
    mover: "backup",
    resumed: "fresh",
    buckets: 4,
    objects: files,
    copied: files,
    differing: 0,
  });
  for (const object of seeded) {
    const path = join(lab.objects, object.bucket, object.key);
    if (object.key.endsWith("/")) expect(statSync(path).isDirectory()).toBe(true);
    else expect(readFileSync(path).equals(contentOf(1, object))).toBe(true);
  }
  expect(readdirSync(lab.objects).sort()).toEqual(["empty-bucket", "mlflow", "mlpipeline", "team-data"]);
  expect(readFileSync(join(lab.records, "metadata.jsonl"), "utf8")).toMatch(
    /"text\/html; charset=utf-8".*"owner":"alice"/,
  );

  expect(result()).toMatchObject({ restored: expect.any(Number), restoredBytes: expect.any(Number) });
  expect((result() as BackupResult).restored).toBeGreaterThan(8);
  expect((result() as BackupResult).restoredBytes).toBeGreaterThan(largest);
  expect((await takeInventory(server.store)).buckets).toEqual(["empty-bucket", "mlflow", "mlpipeline", "team-data"]);

  const verified = (await verify()).result();
  expect(verified).toMatchObject({
    job: "minio-verify",
    mover: "verify",
    objects: files,
    differing: 0,
    digest: result().digest,
    backupDigest: (result() as BackupResult).records,
  });
});

test("each phase of a backup, and of a verification, tells how far it is, against all that there is", async () => {
  const { log, result } = await backup();
  expect(phases(log)).toEqual(["copy", "check of the store", "check of the backup", "restore test"]);
  const whole = log.split("\n").filter((line) => line.startsWith("PROGRESS ") && !line.includes("restore"));
  for (const line of whole)
    expect(JSON.parse(line.slice("PROGRESS ".length))).toMatchObject({ totalBytes: result().bytes });
  expect(phases((await backup()).log)).toEqual(["check of the backup"]);
  expect(phases((await verify()).log)).toEqual(["check of the store"]);
});

test("a complete backup is never written to again, and its damage is found and named", async () => {
  const first = (await backup()).result();
  const spoilt = join(
    "mlflow",
    readdirSync(join(lab.objects, "mlflow"), { recursive: true, encoding: "utf8" }).find((name) =>
      statSync(join(lab.objects, "mlflow", name)).isFile(),
    )!,
  );
  await withObject("mlpipeline", "written after the backup", "new", async () => {
    expect((await backup()).result()).toEqual({ ...first, copied: 0, resumed: "complete" });
  });
  await flipBit(join(lab.objects, spoilt));
  const { exitCode, log, result } = await backup();
  expect(exitCode).toBe(1);
  expect(result()).toMatchObject({ resumed: "complete", differing: 1, changed: 1, digest: first.digest });
  expect(differingNames(log)).toEqual([`changed: ${spoilt}`]);
});

test("a killed backup goes on where it was and ends the same; what it had wrong is put right", async () => {
  const wanted = (await backup()).result();
  rmSync(lab.backup, { recursive: true });
  const stalling = await stallAfter(40, "GET", server.store);
  const killed = await lab.runUntil("backup", () => stalling.stalled() && finished() !== undefined, {
    store: stalling.store,
  });
  stalling.close();
  expect(killed).toBe(true);
  expect(existsSync(join(lab.records, "complete.json"))).toBe(false);
  await flipBit(join(lab.objects, finished()!));
  const again = (await backup()).result();
  expect(again).toMatchObject({ resumed: "partial", digest: wanted.digest, objects: wanted.objects, differing: 0 });
  expect(again).toHaveProperty("copied", expect.any(Number));
  expect((again as { copied: number }).copied).toBeLessThan(files);
});

test("what an interrupted backup had and the store no longer has is put aside", async () => {
  await withObject("team-data", "soon gone", "content", async () => {
    await backup();
  });
  rmSync(join(lab.records, "complete.json"));
  expect((await backup()).result()).toMatchObject({ resumed: "partial", objects: files, differing: 0, copied: 0 });
  expect(existsSync(join(lab.objects, "team-data", "soon gone"))).toBe(false);
  expect(readFileSync(join(lab.backup, "1.6-1.7", "superseded", "team-data", "soon gone"), "utf8")).toBe("content");
});

test("a claim without room is refused before anything is copied", async () => {
  await execa("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", lab.backup]);
  try {
    const { exitCode, result } = await backup();
    expect(exitCode).toBe(1);
    expect(result).toThrow(/needs \d+ KiB and its claim has \d+ KiB.*nothing was copied.*backupSizeMiB/);
    expect(readdirSync(lab.objects)).toEqual([]);
  } finally {
    await execa("umount", [lab.backup]);
  }
});

test("a store that does not answer, or not to these keys, is no empty store", async () => {
  const wrong = await lab.run("backup", { store: { ...server.store, secretKey: "wrong-secret" } });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.result).toThrow(/buckets of http:\S+ cannot be listed.*credentials/);
  expect(wrong.log).not.toContain("wrong-secret");
});

test("objects that users made since the backup are told, and no difference", async () => {
  await backup();
  await withObject("team-data", "made/since", "new", async () => {
    const { exitCode, log, result } = await verify();
    expect({ exitCode, log: exitCode === 0 ? "" : log }).toEqual({ exitCode: 0, log: "" });
    expect(result()).toMatchObject({ differing: 0, extra: 0, new: 1 });
    expect(log).toContain("NEW team-data/made/since\n");
  });
});

test("verify names what is missing, what is new and what has changed", async () => {
  await backup();
  const client = clientFor(server.store);
  const [changed] = await corruptObjects(server.store, { count: 1, seed: 7 });
  const gone = seeded.find(({ bucket, key }) => bucket === "mlflow" && key !== changed.key)!;
  await client.send(new DeleteObjectCommand({ Bucket: gone.bucket, Key: gone.key }));
  try {
    await withObject("team-data", 'new & <odd> "one"', "new", async () => {
      const { exitCode, log, result } = await verify();
      expect(exitCode).toBe(1);
      expect(result()).toMatchObject({ differing: 2, missing: 1, extra: 0, changed: 1, new: 1 });
      expect(result().first).toContain(`missing ${gone.bucket}/${gone.key};`);
      expect(log).toContain('NEW team-data/new & <odd> "one"\n');
      expect(differingNames(log).sort()).toEqual([
        `changed: ${changed.bucket}/${changed.key}`,
        `missing: ${gone.bucket}/${gone.key}`,
      ]);
    });
  } finally {
    for (const { bucket, key } of [changed, gone]) {
      const object = seeded.find((one) => one.bucket === bucket && one.key === key)!;
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
  expect((await takeInventory(server.store)).objects).toHaveLength(seeded.length);
});

test("verify names an object whose content is right and whose type is not, once", async () => {
  await backup();
  const client = clientFor(server.store);
  const object = seeded.find(({ key }) => key === "percent/100%.txt")!;
  const put = (ContentType?: string) =>
    client.send(
      new PutObjectCommand({ Bucket: object.bucket, Key: object.key, Body: contentOf(1, object), ContentType }),
    );
  await put("text/plain");
  try {
    const { log, result } = await verify();
    expect(result()).toMatchObject({ differing: 1, changed: 1, missing: 0, extra: 0 });
    expect(differingNames(log)).toEqual([`metadata: ${object.bucket}/${object.key}`]);
  } finally {
    await put();
    client.destroy();
  }
});

test("verify does not take a manifest for proof that was changed after the backup", async () => {
  expect((await verify()).result).toThrow(/no complete backup/);
  await backup();
  const manifest = join(lab.records, "manifest.sha256");
  writeFileSync(manifest, readFileSync(manifest, "utf8").split("\n").slice(1).join("\n"));
  expect((await verify()).result).toThrow(/manifest.*was changed/);
  expect((await backup()).result).toThrow(/manifest.*was changed/);
  expect(dirname(manifest)).toBe(lab.records);
});

const scratch = "ckf-upgrade-restore-test-1-6-1-7";

test("a restored object that is not what it was is named, and the backup does not count", async () => {
  await backup();
  rmSync(join(lab.records, "complete.json"));
  // A store that gives something else back than it was given: the test writes through a script that lies about the type.
  const lying = moverScript("backup", "minio-backup").replace(
    '{"Metadata":/;',
    '{"Metadata":/; s/text\\/html/text\\/plain/;',
  );
  expect(lying).not.toBe(moverScript("backup", "minio-backup"));
  const { log, result } = await lab.run("backup", { store: server.store, script: lying });
  expect(result()).toMatchObject({ differing: expect.any(Number), missing: 0 });
  expect(differingNames(log)).toContainEqual(expect.stringMatching(/^metadata: after it was restored, \S/));
  expect(existsSync(join(lab.records, "complete.json"))).toBe(false);
});

test("the bucket of an interrupted restore test is removed, one of somebody else is not", async () => {
  const client = clientFor(server.store);
  const put = (Key: string): Promise<unknown> => client.send(new PutObjectCommand({ Bucket: scratch, Key, Body: "-" }));
  try {
    await client.send(new CreateBucketCommand({ Bucket: scratch }));
    await put("somebody's");
    const refused = await backup();
    expect(refused.result).toThrow(/bucket ckf-upgrade-restore-test-1-6-1-7 exists and is not from a restore test/);
    await put(".ckf-upgrade-restore-test");
    expect((await backup()).result()).toMatchObject({ buckets: 4, differing: 0 });
    expect((await takeInventory(server.store)).buckets).not.toContain(scratch);
  } finally {
    client.destroy();
  }
});

test("an object beyond the limit is not written back, and the next largest is", async () => {
  const { result } = await lab.run("backup", { store: server.store, env: { RESTORE_LIMIT: "2000" } });
  const { restored, restoredBytes } = result() as BackupResult;
  expect(restored).toBeGreaterThan(8);
  expect(restoredBytes).toBeGreaterThan(0);
  expect(restoredBytes).toBeLessThanOrEqual(2000 * restored);
});
