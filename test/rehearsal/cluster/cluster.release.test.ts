import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import execa from "execa";
import { type Cluster, down, openCluster, startCluster } from "../../../rehearsal/cluster";
import { buildImages, type BuiltImages } from "../../../rehearsal/images";
import { ensureToolchain, type Toolchain, toolPath } from "../../../rehearsal/toolchain";
import { belongings, machine, traces } from "./traces";

// Long enough for a machine that has to build Kubernetes first.
const MINUTE = 60_000;
jest.setTimeout(5 * MINUTE);

let toolchain: Toolchain;
let root: string;
const lines: string[] = [];
const log = (line: string): void => void lines.push(line);

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "cluster-test-"));
  toolchain = await ensureToolchain({ log, parts: ["cluster", "images"] });
}, 60 * MINUTE);
// A test that fails half-way leaves its cluster: it must not outlive the run.
afterAll(async () => {
  for (const name of readdirSync(root)) await down(join(root, name), { force: true });
  rmSync(root, { recursive: true, force: true });
});

/** kubectl against a cluster; the answer is its standard output. */
const kubectlOf =
  (kubeconfig: string) =>
  async (args: string, input?: object): Promise<string> =>
    (
      await execa(toolPath(toolchain, "kubectl"), args.split(" "), {
        env: { KUBECONFIG: kubeconfig },
        ...(input ? { input: JSON.stringify(input) } : {}),
      })
    ).stdout;

const container = (image: string, more: object = {}) => ({ name: "main", image, imagePullPolicy: "Never", ...more });

/** A StatefulSet of one pod that writes to its claim, and a Service in front of it. */
function counter(image: string): object {
  const labels = { app: "counter" };
  const script = "echo kept > /data/file; mkdir -p /www; echo served > /www/index.html; exec httpd -f -p 8080 -h /www";
  return {
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "counter" },
        spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
      },
      {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: "counter" },
        spec: {
          serviceName: "counter",
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              terminationGracePeriodSeconds: 0,
              containers: [
                container(image, {
                  command: ["/bin/sh", "-c", script],
                  volumeMounts: [{ name: "data", mountPath: "/data" }],
                  readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
                }),
              ],
            },
          },
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Mi" } } },
            },
          ],
        },
      },
    ],
  };
}

describe("a cluster of its own", () => {
  let before: Awaited<ReturnType<typeof machine>>;
  let cluster: Cluster;
  let images: BuiltImages;
  let kubectl: ReturnType<typeof kubectlOf>;

  beforeAll(async () => {
    before = await machine();
    cluster = await startCluster({ dir: join(root, "one"), toolchain, log });
    kubectl = kubectlOf(cluster.kubeconfig);
    images = await buildImages({ toolchain, dir: join(root, "images"), workloadTags: ["base", "counter-1"] });
    await cluster.importImages(images.tars);
    await kubectl("apply -f -", counter(images.refs.workload("counter-1")));
    await kubectl(`run box --restart=Never --image-pull-policy=Never --image=${images.refs.workload("base")}`);
    await kubectl("rollout status statefulset/counter --timeout=120s");
    await kubectl("wait --for=condition=Ready pod/box --timeout=120s");
  });
  afterAll(() => cluster?.stop());

  test("pods reach a service by its name, and so does the machine by its address", async () => {
    expect(await kubectl("exec box -- wget -qO- http://counter.default.svc")).toBe("served");
    const address = await kubectl("get service counter -o jsonpath={.spec.clusterIP}");
    expect(await (await fetch(`http://${address}/`)).text()).toBe("served\n");
  });

  test("a pod reaches itself through its service", async () => {
    expect(await kubectl("exec counter-0 -- wget -qO- http://counter")).toBe("served");
  });

  test("a pod has a token of its service account that the API server accepts", async () => {
    const token = await kubectl("exec box -- cat /var/run/secrets/kubernetes.io/serviceaccount/token");
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } };
    expect(await kubectl("create -o jsonpath={.status.user.username} -f -", review)).toBe(
      "system:serviceaccount:default:default",
    );
  });

  test("logs are served", async () => {
    await kubectl(
      `run talker --restart=Never --image-pull-policy=Never --image=${images.refs.mover} --command -- rclone version`,
    );
    await kubectl("wait --for=jsonpath={.status.phase}=Succeeded pod/talker --timeout=60s");
    expect(await kubectl("logs talker")).toMatch(/^rclone v1\./);
  });

  test("a claim's volume is a folder that goes when the claim goes", async () => {
    const volume = await kubectl("get pvc data-counter-0 -o jsonpath={.spec.volumeName}");
    const folder = cluster.hostPath(await kubectl(`get pv ${volume} -o jsonpath={.spec.hostPath.path}`));
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("kept\n");
    await kubectl("delete statefulset counter --wait");
    await kubectl("wait --for=delete pod/counter-0 --timeout=60s");
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("kept\n");
    await kubectl("delete pvc data-counter-0 --wait");
    await kubectl(`wait --for=delete pv/${volume} --timeout=60s`);
    expect(existsSync(folder)).toBe(false);
  });

  test("the API server can crash and come back", async () => {
    const server = cluster.components["kube-apiserver"];
    const former = server.pid;
    await server.kill();
    expect(server.pid).toBeUndefined();
    await expect(kubectl("get --raw /readyz --request-timeout=2s")).rejects.toThrow();
    await server.start();
    expect(server.pid).not.toBe(former);
    for (let ready = ""; ready !== "ok";)
      ready = await kubectl("get --raw /readyz --request-timeout=2s").catch(() => "");
    expect(await kubectl("get pod box -o jsonpath={.status.phase}")).toBe("Running");
  });

  test("a second start in the same folder is refused while it runs", async () => {
    await expect(startCluster({ dir: cluster.dir, toolchain, log })).rejects.toThrow(
      /a cluster runs in .*, started by this process/,
    );
    await expect(down(cluster.dir)).rejects.toThrow(/a cluster runs in/);
  });

  test("a second cluster runs beside it and ends without touching it", async () => {
    const second = await startCluster({ dir: join(root, "two"), toolchain, log });
    expect(second.network.range).not.toBe(cluster.network.range);
    const own = belongings(second);
    await second.stop();
    expect(await traces(own)).toEqual([]);
    expect(await kubectl("get pod box -o jsonpath={.status.phase}")).toBe("Running");
  });

  test("the machine sees nothing of it but a link, and after the end nothing at all", async () => {
    const own = belongings(cluster);
    expect(await traces(own)).toEqual(
      expect.arrayContaining([
        expect.stringContaining(own.link),
        expect.stringMatching(/^process/),
        expect.stringContaining(own.containers[0]),
      ]),
    );
    expect(await machine()).toEqual(before);
    await cluster.stop();
    expect(await traces(own)).toEqual([]);
    expect(await machine()).toEqual(before);
    expect(existsSync(join(cluster.dir, "node"))).toBe(false);
    expect(existsSync(join(cluster.dir, "logs", "kubelet.log"))).toBe(true);
  });
});

describe("a cluster started by a program that ends without stopping it", () => {
  const started: ChildProcess[] = [];
  afterAll(() => started.forEach((child) => child.kill("SIGKILL")));

  const up = async (dir: string, ...flags: string[]): Promise<{ pid: number; ended: Promise<void> }> => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", resolve(__dirname, "../../../rehearsal/cluster/cli.ts"), "up", "--dir", dir, ...flags],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const ended = new Promise<void>((done) => child.once("exit", () => done()));
    started.push(child);
    await Promise.race([new Promise((done) => child.stdout.once("data", done)), ended]);
    return { pid: child.pid!, ended };
  };

  test("killed: everything ends with it, and down removes the files", async () => {
    const dir = join(root, "killed");
    const { pid, ended } = await up(dir);
    const cluster = openCluster({ dir, toolchain });
    await kubectlOf(cluster.kubeconfig)(
      "run box --image-pull-policy=Never --image=localhost/ckf-rehearsal/workload:base",
    );
    await kubectlOf(cluster.kubeconfig)("wait --for=condition=Ready pod/box --timeout=120s");
    const own = belongings(cluster);
    expect(own.containers).toHaveLength(2);
    process.kill(pid, "SIGKILL");
    await ended;
    for (let left = ["?"]; left.length > 0;) left = await traces(own);
    expect(() => openCluster({ dir, toolchain })).toThrow(/no cluster runs/);
    expect(await down(dir)).toBe(true);
    expect(existsSync(join(dir, "node"))).toBe(false);
    expect(await down(dir)).toBe(false);
  });

  test("interrupted: it stops the cluster itself", async () => {
    const dir = join(root, "interrupted");
    const { pid, ended } = await up(dir);
    const own = belongings(openCluster({ dir, toolchain }));
    process.kill(pid, "SIGINT");
    await ended;
    expect(await traces(own)).toEqual([]);
    expect(existsSync(join(dir, "cluster.json"))).toBe(false);
  });

  test("told to keep it: it goes on, can be used from elsewhere, and down ends it", async () => {
    const dir = join(root, "kept");
    await (
      await up(dir, "--keep")
    ).ended;
    const kept = openCluster({ dir, toolchain });
    const own = belongings(kept);
    expect(await kubectlOf(kept.kubeconfig)("get --raw /readyz")).toBe("ok");
    await kept.components.kubelet.stop();
    await kept.components.kubelet.start();
    expect(kept.components.kubelet.pid).toBeDefined();
    expect(await down(dir)).toBe(true);
    expect(await traces(own)).toEqual([]);
  });
});
