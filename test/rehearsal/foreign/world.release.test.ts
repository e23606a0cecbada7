import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import execa from "execa";
import { type Cluster, startCluster } from "../../../rehearsal/cluster";
import { type BuiltImages, buildImages } from "../../../rehearsal/images";
import { workloadTags } from "../../../rehearsal/juju";
import type { Report } from "../../../rehearsal/report";
import { type Toolchain, cacheRoot, ensureToolchain, toolPath } from "../../../rehearsal/toolchain";
import { standInTests } from "../juju/cluster";

// A cluster that is there before the rehearsal and stays after it, as one of kind.
const MINUTE = 60_000;
jest.setTimeout(30 * MINUTE);

const project = resolve(__dirname, "../../..");
const unspaced =
  "namespaces,persistentvolumes,customresourcedefinitions,clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations,storageclasses";
let dir: string;
let toolchain: Toolchain;
let cluster: Cluster;
let images: BuiltImages;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "ckf-foreign-"));
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  toolchain = await ensureToolchain({ log });
  cluster = await startCluster({ dir: join(dir, "cluster"), toolchain, log });
  images = await buildImages({ toolchain, dir: join(cacheRoot(), "images"), workloadTags: workloadTags() });
}, 60 * MINUTE);
afterAll(async () => {
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const kubectl = async (...args: string[]): Promise<string> =>
  (await execa(toolPath(toolchain, "kubectl"), args, { env: { KUBECONFIG: cluster.kubeconfig } })).stdout;
const everything = (): Promise<string> => kubectl("get", unspaced, "--output", "name");

async function rehearse(...args: string[]): Promise<{ exitCode: number; stdout: string; told: string }> {
  const { exitCode, stdout, stderr } = await execa(
    "npm",
    ["start", "--silent", "--", "--kubeconfig", cluster.kubeconfig, "--time-scale", "0.3", ...args],
    { cwd: project, reject: false, stdin: "ignore" },
  );
  return { exitCode, stdout, told: stderr.slice(-8000) };
}

test("where a node has not the images they are named with the archives to load, and nothing is left", async () => {
  const before = await everything();
  const { exitCode, told } = await rehearse();
  expect(told).toMatch(/has not localhost\/ckf-rehearsal\/mariadb:\S+, localhost\/ckf-rehearsal\/minio:\S+, /);
  for (const tar of images.tars) expect(told).toContain(tar);
  expect({ exitCode, left: await everything() }).toEqual({ exitCode: 1, left: before });
});

test("a cluster that has what a rehearsal would make is not touched", async () => {
  await cluster.importImages(images.tars);
  await kubectl("create", "namespace", "kubeflow");
  await kubectl("create", "clusterrole", "kubeflow-edit", "--verb=get", "--resource=pods");
  const own = (): Promise<string> =>
    kubectl("get", "namespaces/kubeflow", "clusterroles/kubeflow-edit", "--output", "json");
  const before = { own: await own(), all: await everything() };
  const { exitCode, told } = await rehearse();
  expect(told).toContain(
    `the cluster of ${cluster.kubeconfig} has ClusterRole kubeflow-edit, Namespace kubeflow: a rehearsal makes and deletes what is called so`,
  );
  expect({ exitCode, own: await own(), all: await everything() }).toEqual({ exitCode: 1, ...before });
  await kubectl("delete", "namespaces/kubeflow", "clusterroles/kubeflow-edit");
});

test("a whole upgrade is rehearsed on it, and everything that it made is taken away again", async () => {
  const before = await everything();
  const out = join(dir, "rehearsal.json");
  const { exitCode, told } = await rehearse("--scenario", "stock", "--out", out);
  const { ok, from, to, storage, trials, losses, objects } = JSON.parse(readFileSync(out, "utf8")) as Report;
  expect({
    exitCode,
    told: exitCode === 0 ? "" : told,
    failed: trials.filter((trial) => !trial.ok),
    losses,
    mismatched: objects.mismatched,
  }).toEqual({ exitCode: 0, told: "", failed: [], losses: [], mismatched: [] });
  expect({ ok, from, to, path: storage.path }).toEqual({ ok: true, from: "1.6", to: "1.7", path: "refresh" });
  expect(objects.after).toBe(objects.before);
  expect(await everything()).toBe(before);
});

describe("the stand-in on a real cluster", () =>
  standInTests(() => ({
    kubeconfig: cluster.kubeconfig,
    client: toolPath(toolchain, "juju-stand-in"),
    refs: images.refs,
  })));
