import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand, DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { V1Pod } from "@kubernetes/client-node";
import execa from "execa";
import { parse } from "yaml";
import { hopNames } from "../../plan/names";
import { corruptObjects, flipBit } from "../../rehearsal/data/corrupt";
import { type Inventory, takeInventory } from "../../rehearsal/data/inventory";
import { seedObjects } from "../../rehearsal/data/objects";
import { seedStore } from "../../rehearsal/data/seed";
import { type Store, clientFor } from "../../rehearsal/data/store";
import { restoreCommands } from "../../rehearsal/documented";
import { digestOf, packFiles } from "../../resources/archive";
import { type Server, startMinio } from "../support/minio";
import { Lab } from "../support/mover";
import { tools, toolsTimeout } from "../support/tools";

jest.setTimeout(180_000);

const largest = 200_000;
const seeded = seedObjects(1, 0, largest);
const files = { "baseline.json": "{}", "apply/notebooks.kubeflow.org.jsonl": '{"kind":"Notebook"}\n' };

let server: Server;
let elsewhere: Server;
let lab: Lab;
beforeAll(async () => {
  [server, elsewhere] = await Promise.all([startMinio(), startMinio()]);
  await seedStore(server.store, { objects: 0, largest });
  await clientFor(elsewhere.store).send(new CreateBucketCommand({ Bucket: "backups" }));
}, toolsTimeout);
afterAll(async () => {
  for (const one of [server, elsewhere]) {
    await one.stop();
    one.remove();
  }
});
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

const remote = (name: string, { endpoint, accessKey, secretKey }: Store): Record<string, string> => ({
  [`RCLONE_CONFIG_${name}_TYPE`]: "s3",
  [`RCLONE_CONFIG_${name}_PROVIDER`]: "Minio",
  [`RCLONE_CONFIG_${name}_ENCODING`]: "Raw",
  [`RCLONE_CONFIG_${name}_ENDPOINT`]: endpoint,
  [`RCLONE_CONFIG_${name}_ACCESS_KEY_ID`]: accessKey,
  [`RCLONE_CONFIG_${name}_SECRET_ACCESS_KEY`]: secretKey,
});

/** Plain values of the documented Pod's environment; those of its Secrets and of the operator's shell are left out. */
function podEnvironment(): Record<string, string> {
  const [pod] = restoreCommands().filter(({ text }) => text.includes("kind: Pod"));
  return Object.fromEntries(
    [...pod.text.matchAll(/\{name: (\w+), value: "?([^"$}]+)"?\}/g)].map(([, name, value]) => [name, value]),
  );
}

/** Types the documented commands of the Pod, one block after the other, as its shell would run them. */
async function typeAll(base: string): Promise<string> {
  const { moverPath } = await tools();
  const cwd = lab.folder("restore");
  const env = {
    PATH: moverPath,
    HOME: cwd,
    BASE: base,
    ...remote("STORE", server.store),
    ...remote("TARGET", elsewhere.store),
    ...podEnvironment(),
  };
  let printed = "";
  for (const { text } of restoreCommands().filter(({ place }) => place === "pod")) {
    printed += (
      await execa(join(moverPath, "sh"), ["-eu", "-c", text], {
        cwd,
        env,
        extendEnv: false,
        stdin: "ignore",
        all: true,
      })
    ).all;
  }
  return printed;
}

async function takeBackup(env: Record<string, string>): Promise<void> {
  const parts = await packFiles(files);
  mkdirSync(join(lab.root, "export/00"), { recursive: true });
  writeFileSync(join(lab.root, "export/00/part"), parts[0]);
  expect(
    (
      await lab.run("resources", {
        env: { ...env, RESOURCES_DIR: join(lab.root, "export"), RESOURCES_DIGEST: digestOf(files) },
      })
    ).result(),
  ).toMatchObject({ differing: 0 });
  expect((await lab.run("backup", { store: server.store, env })).result()).toMatchObject({ differing: 0 });
}

/** What restoring must bring back: all but when a file was written, and what rclone says of that. */
const essence = ({ buckets, objects }: Inventory): unknown => ({
  buckets,
  objects: objects
    .filter(({ key }) => !key.endsWith("/"))
    .map(({ etag: _etag, metadata: { mtime: _mtime, ...metadata }, ...object }) => ({ ...object, metadata })),
});

/** Spoils some objects and deletes others, one with metadata among them. */
async function wreck(): Promise<void> {
  await corruptObjects(server.store, { count: 3 });
  const client = clientFor(server.store);
  for (const { bucket: Bucket, key: Key } of seeded.filter(
    ({ key, bucket }) => bucket === "mlflow" || key.startsWith("described/") || key.includes("\n"),
  ))
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  client.destroy();
}

test("objects come back from a claim as they were, by the documented commands", async () => {
  const before = essence(await takeInventory(server.store));
  await takeBackup({});
  await wreck();
  expect(essence(await takeInventory(server.store))).not.toEqual(before);
  const printed = await typeAll(join(lab.backup, "1.6-1.7"));
  expect(printed).toMatch(/every object is whole[^]*every object of the backup is served/);
  expect(essence(await takeInventory(server.store))).toEqual(before);
  expect(readFileSync(join(lab.root, "restore/resources/apply/notebooks.kubeflow.org.jsonl"), "utf8")).toBe(
    files["apply/notebooks.kubeflow.org.jsonl"],
  );
});

test("and from a bucket", async () => {
  // Below the prefix of a backup a name may be too long, which the backup refuses.
  const client = clientFor(server.store);
  for (const { bucket: Bucket, key: Key } of seeded.filter(({ key }) => Buffer.byteLength(key) > 900))
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  client.destroy();
  const before = essence(await takeInventory(server.store));
  await takeBackup(lab.into("backups/clusters/one", elsewhere.store));
  await wreck();
  await typeAll("target:backups/clusters/one/1.6-1.7");
  expect(essence(await takeInventory(server.store))).toEqual(before);
});

const firstFile = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) => statSync(join(folder, name)).isFile())!;

test.each([
  ["an object of it", "objects/mlflow", /mlflow/],
  ["a record of it", "records/metadata.jsonl", /^(?![^]*whole)/],
  ["an exported file", "resources/baseline.json", /baseline.json: FAILED/],
])(
  "the documented checks stop at a backup in which %s is damaged, before anything is written",
  async (_what, place, says) => {
    await takeBackup({});
    const at = join(lab.backup, "1.6-1.7", place);
    await flipBit(place.includes(".") ? at : join(at, firstFile(at)));
    await wreck();
    const wrecked = await takeInventory(server.store);
    const failed = await typeAll(join(lab.backup, "1.6-1.7")).then(
      () => undefined,
      (error: execa.ExecaError) => error.all,
    );
    expect(failed).toMatch(says);
    expect(await takeInventory(server.store)).toEqual(wrecked);
  },
);

/** The Pod that the page makes for a backup in that place, as kubectl is given it by the shell. */
async function documentedPod(place: "claim" | "bucket"): Promise<V1Pod> {
  const cwd = lab.folder("machine");
  writeFileSync(join(cwd, "kubectl"), `#!/bin/sh\n[ "$1" = apply ] || exit 0\ncat >'${cwd}/pod.yaml'\n`, {
    mode: 0o755,
  });
  const blocks = restoreCommands();
  const typed = blocks
    .slice(0, blocks.findIndex(({ text }) => text.includes("kind: Pod")) + 1)
    .filter((block) => block.place === "machine" || block.place === place);
  await execa("bash", ["-euc", typed.map(({ text }) => text).join("")], {
    cwd,
    env: { PATH: `${cwd}:${process.env.PATH}` },
    stdin: "ignore",
  });
  return parse(readFileSync(join(cwd, "pod.yaml"), "utf8")) as V1Pod;
}

const plainly = ({ spec }: V1Pod): Record<string, string | undefined> =>
  Object.fromEntries(spec!.containers[0].env!.map(({ name, value }) => [name, value]));

test("the Pod for a backup on a claim mounts that claim, cannot write to it, and looks for the backup there", async () => {
  const pod = await documentedPod("claim");
  expect(pod.spec!.volumes).toContainEqual({
    name: "backup",
    persistentVolumeClaim: { claimName: hopNames().backupClaim, readOnly: true },
  });
  const { mountPath } = pod.spec!.containers[0].volumeMounts!.find(({ name }) => name === "backup")!;
  expect(plainly(pod)).toMatchObject({ BASE: `${mountPath}/1.6-1.7`, RCLONE_CONFIG_TARGET_ENDPOINT: "" });
});

test("and the one for a bucket mounts no claim", async () => {
  const pod = await documentedPod("bucket");
  expect(pod.spec!.volumes!.filter(({ persistentVolumeClaim }) => persistentVolumeClaim)).toEqual([]);
  expect(plainly(pod)).toMatchObject({
    BASE: "target:kubeflow-backups/staging/1.6-1.7",
    RCLONE_CONFIG_TARGET_ENDPOINT: "https://s3.example.com",
  });
});

test("every block says where it is typed, and no secret stands in one", () => {
  const blocks = restoreCommands();
  expect(new Set(blocks.map(({ place }) => place))).toEqual(new Set(["machine", "claim", "bucket", "pod"]));
  for (const { text } of blocks)
    expect(text).not.toMatch(/(secretkey|SECRET_KEY|SECRET_ACCESS_KEY)=|kubectl get secrets? |base64/);
});
