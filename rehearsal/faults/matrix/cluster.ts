import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import execa from "execa";
import type { Cluster, ComponentName } from "../../cluster";
import { clientsFor } from "../../data/cluster";
import { type World, model } from "../../world";
import { type Cell, type Stage, inTurn } from "../cell";

/** Long enough for every client to notice. */
const outageMs = 5_000;

function clusterOf({ world: { cluster } }: Stage): Cluster {
  if (!cluster) throw new Error("this cluster is not of the rehearsal: its processes are left alone");
  return cluster;
}

const restart =
  (name: ComponentName) =>
  async (stage: Stage): Promise<void> => {
    const component = clusterOf(stage).components[name];
    await component.kill();
    await sleep(outageMs);
    await component.start();
  };

/** What `kubectl drain` does to each Pod. */
const evict =
  (pod: string) =>
  async ({ world: { kubeconfig } }: Stage): Promise<void> => {
    await clientsFor(kubeconfig).core.createNamespacedPodEviction({
      namespace: model,
      name: pod,
      body: { metadata: { name: pod, namespace: model } },
    });
  };

const ctr = ({ world: { workspace } }: Stage, cluster: Cluster, ...words: string[]): Promise<string> =>
  execa(
    "ctr",
    ["--address", cluster.hostPath("/run/containerd/containerd.sock"), "--namespace", "k8s.io", "images", ...words],
    { env: workspace.env },
  ).then(({ stdout }) => stdout);

const hidden = "/hidden-";

/** Takes the images of a charm out of the node, or puts them back. */
const imagesOf =
  (charm: string, there: boolean) =>
  async (stage: Stage): Promise<void> => {
    const cluster = clusterOf(stage);
    const [from, to] = there
      ? [`${hidden}workload:${charm}-`, `/workload:${charm}-`]
      : [`/workload:${charm}-`, `${hidden}workload:${charm}-`];
    for (const image of (await ctr(stage, cluster, "list", "--quiet"))
      .split("\n")
      .filter((name) => name.includes(from))) {
      await ctr(stage, cluster, "tag", image, image.replace(from, to));
      await ctr(stage, cluster, "remove", image);
    }
  };

const hourMs = 3_600_000;

/** File that the clock of a world's Node.js processes is read from. */
export const clockFile = (dir: string): string => join(dir, "clock");

const jump =
  (hours: number) =>
  ({ world: { dir } }: Stage): void =>
    writeFileSync(clockFile(dir), String(hours * hourMs));

/** Where a world's stack keeps its state, and a file there that takes what room is left. */
function stateOf({ workspace }: World): { folder: string; filler: string } {
  const folder = fileURLToPath(workspace.env.PULUMI_BACKEND_URL);
  return { folder, filler: join(folder, "filler") };
}

const whole = { recursive: true, preserveTimestamps: true };

/** Gives the state a disk of its own, which is full. */
async function fillDisk(stage: Stage): Promise<void> {
  const { folder, filler } = stateOf(stage.world);
  const before = mkdtempSync(join(stage.world.dir, "state-"));
  cpSync(folder, before, whole);
  await execa("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]);
  cpSync(before, folder, whole);
  const { stderr } = await execa("dd", ["if=/dev/zero", `of=${filler}`, "bs=4k"], { reject: false });
  if (!/No space left/.test(stderr)) throw new Error(`the disk is not full: ${stderr}`);
}

/** Makes room, and puts what the full disk holds back where it was. */
async function makeRoom(stage: Stage): Promise<void> {
  const { folder, filler } = stateOf(stage.world);
  rmSync(filler);
  const held = mkdtempSync(join(stage.world.dir, "state-"));
  cpSync(folder, held, whole);
  await execa("umount", [folder]);
  rmSync(folder, { recursive: true });
  cpSync(held, folder, whole);
}

/** Takes the full disk from a world that ends before room was made, or its folder could not be removed. */
export async function dropDisk(world: World): Promise<void> {
  await execa("umount", ["--lazy", stateOf(world).folder], { reject: false });
}

/** (4) Something of the cluster goes away, comes back late, or comes back different. */
export function clusterFaults(): Cell[] {
  const cell = (id: string, step: string, fault: string, strike: Cell["strike"], rest: Partial<Cell> = {}): Cell => ({
    id: `cluster/${id}`,
    family: "cluster",
    fault,
    moment: { step, at: "middle" },
    strike,
    ...rest,
  });
  return [
    ...["export-resources", "minio-backup", "refresh-istio-pilot-1.13", "remove-minio", "adopt-minio-volume"].map(
      (step) =>
        cell(`api-server/${step}`, step, "the API server is killed and starts again", restart("kube-apiserver")),
    ),
    ...["minio-migration", "start-minio"].map((step) =>
      cell(`node-agent/${step}`, step, "the kubelet is killed and starts again", restart("kubelet")),
    ),
    cell("evicted/kfp-db-0", "refresh-kfp-persistence", "a database's Pod is evicted", evict("kfp-db-0")),
    cell("evicted/minio-0", "minio-presync", "MinIO's Pod is evicted while its volume is copied", evict("minio-0")),
    cell(
      "image-missing",
      "refresh-kfp-viz",
      "the node does not have the image of the new revision",
      imagesOf("kfp-viz", false),
      {
        moment: { step: "refresh-kfp-viz", at: "start" },
        world: inTurn,
        says: [
          /kfp-viz/,
          /is not present|ErrImageNeverPull/,
          /F31/,
          /kubectl describe -n kubeflow pods -l app\.kubernetes\.io\/name=kfp-viz/,
          /does not get better by waiting/,
          /run the upgrade again/,
        ],
        mend: imagesOf("kfp-viz", true),
      },
    ),
    cell("disk-full", "refresh-admission-webhook", "the disk that holds Pulumi's state is full", fillDisk, {
      says: [/failed to save snapshot/, /writing the new snapshot file/, /no space left on device/],
      mend: makeRoom,
    }),
    cell("clock/forward", "refresh-istio-pilot-1.14", "the clock jumps two hours ahead", jump(2)),
    cell("clock/back", "minio-verify", "the clock jumps back, to an hour before the true time", jump(-1)),
  ];
}
