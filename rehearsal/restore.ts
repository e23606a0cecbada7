import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import execa from "execa";
import {
  type DatabaseInventory,
  type Inventory,
  clientFor,
  clientsFor,
  compareDatabases,
  corruptObjects,
  databaseInventory,
  ifThere,
  notebookKind,
  profileKind,
  spoilPipelines,
  takeInventory,
} from "./data";
import { type Block, restoreCommands } from "./documented";
import type { Trial } from "./trial";
import { type World, model, storeOf } from "./world";

/** A user whose Profile is deleted, a notebook of another user, and a bucket that is emptied. */
const lost = { user: "alice", neighbour: "admin", notebook: "notebook", bucket: "mlflow" };

interface Essence {
  objects: string[];
  resources: string[];
  databases: DatabaseInventory;
}

/** What restoring must bring back: objects without what rclone says of their writing, what users asked for in the cluster, and rows. */
async function essence(world: World): Promise<Essence> {
  const { objects }: Inventory = await storeOf(world).then(takeInventory);
  const { custom } = clientsFor(world.kubeconfig);
  const profiles = (await custom.listClusterCustomObject(profileKind)) as {
    items: { metadata: { name: string }; spec: unknown }[];
  };
  const notebooks = (await custom.listClusterCustomObject(notebookKind)) as {
    items: { metadata: { name: string; namespace: string }; spec: unknown }[];
  };
  return {
    objects: objects
      .filter(({ key }) => !key.endsWith("/"))
      .map(({ bucket, key, sha256, contentType, contentEncoding, metadata: { mtime: _written, ...metadata } }) =>
        JSON.stringify([bucket, key, sha256, contentType, contentEncoding, metadata]),
      ),
    resources: [
      ...profiles.items.map(({ metadata: { name }, spec }) => `Profile ${name} ${JSON.stringify(spec)}`),
      ...notebooks.items.map(
        ({ metadata: { namespace, name }, spec }) => `Notebook ${namespace}/${name} ${JSON.stringify(spec)}`,
      ),
    ].sort(),
    databases: await databaseInventory(world.kubeconfig, model),
  };
}

async function wreck(world: World): Promise<void> {
  const store = await storeOf(world);
  const client = clientFor(store);
  await corruptObjects(store, { count: 3 });
  const { objects } = await takeInventory(store);
  for (const { bucket, key } of objects.filter((object) => object.bucket === lost.bucket))
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  client.destroy();
  await spoilPipelines(world.kubeconfig, model);
  const { core, custom } = clientsFor(world.kubeconfig);
  await custom.deleteNamespacedCustomObject({ ...notebookKind, namespace: lost.neighbour, name: lost.notebook });
  await custom.deleteClusterCustomObject({ ...profileKind, name: lost.user });
  for (const end = Date.now() + 120_000; await ifThere(core.readNamespace({ name: lost.user }));) {
    if (Date.now() > end) throw new Error(`namespace ${lost.user} is not gone two minutes after its Profile`);
    await new Promise((done) => setTimeout(done, 500));
  }
}

/** The page as one script: what is typed in the Pod goes to its shell, and this world's names stand for those of the page. */
function script(
  { moverImage }: World,
  { backupEndpoint, backupBucket, backupPrefix, backupSecret }: Record<string, string>,
): string {
  const other: Block["place"] = backupEndpoint ? "claim" : "bucket";
  const typed = ({ place, text }: Block): string =>
    place === "pod" ? `kubectl exec -i -n "$MODEL" ckf-restore -- sh -eu <<'IN THE POD'\n${text}IN THE POD\n` : text;
  return restoreCommands()
    .filter(({ place }) => place !== other)
    .map(typed)
    .join("")
    .replace(/ IMAGE=\S+/, ` IMAGE=${moverImage}`)
    .replace(
      /^export BUCKET=.*$/m,
      `export BUCKET=${backupBucket}/${backupPrefix} ENDPOINT=${backupEndpoint} REGION=us-east-1 KEYS=${backupSecret}`,
    );
}

/** Deletes and spoils what users have, and restores it by the very commands of docs/restore.md. @param target settings of a backup in a bucket */
export async function restoreTrial(world: World, target: Record<string, string>): Promise<Trial> {
  const before = await essence(world);
  await wreck(world);
  const wrecked = await essence(world);
  const cwd = join(world.dir, "restore");
  mkdirSync(cwd, { recursive: true });
  const { exitCode, all = "" } = await execa("bash", ["-euc", script(world, target)], {
    cwd,
    env: { ...world.workspace.env, KUBECONFIG: world.kubeconfig },
    stdin: "ignore",
    reject: false,
    all: true,
  });
  const after = await essence(world);
  const missing = (then: string[], now: string[]): string[] => then.filter((one) => !now.includes(one));
  const lacking = (now: Essence): string[][] => [
    missing(before.objects, now.objects),
    missing(before.resources, now.resources),
    compareDatabases(before.databases, now.databases),
  ];
  const differing = lacking(after).flat();
  const gone = lacking(wrecked).map(({ length }) => length);
  const ok = exitCode === 0 && differing.length === 0 && gone.every((count) => count > 0);
  const bad =
    exitCode === 0
      ? `not as they were: ${differing.slice(0, 5).join(", ") || "nothing was lost"}`
      : `the commands end with ${exitCode}: ${all.trim().split("\n").slice(-5).join(" / ")}`;
  return {
    name: "restore",
    ok,
    detail: ok ? `${gone[0]} objects, ${gone[1]} Profiles and notebooks, ${gone[2]} tables and triggers` : bad,
  };
}
