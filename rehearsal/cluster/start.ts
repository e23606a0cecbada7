import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rm, statfs, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { buildPause, PAUSE } from "../images";
import { cacheRoot, type Toolchain, toolPath } from "../toolchain";
import { dnsAnswers, kubectl, nodeIsReady, serviceAnswers } from "./checks";
import { type Cluster, clusterOf } from "./cluster";
import type { ComponentName } from "./components";
import { kubeconfig, machineFiles, type NodeFile, nodeFiles, type NodeSettings, STORAGE_CLASS } from "./config";
import { hostPath, IN_NODE, type Layout, layoutOf } from "./layout";
import { connect } from "./network";
import { startNode } from "./node";
import { identify } from "./processes";
import { type ClusterState, readState, writeState } from "./state";
import { down, endCluster } from "./stop";
import { until } from "./wait";

export interface StartOptions {
  /** Folder for everything the cluster writes. */
  dir: string;
  toolchain: Toolchain;
  log: (line: string) => void;
}

/** statfs(2) type of overlayfs, on which overlayfs itself cannot write. */
const OVERLAYFS = 0x794c7630;

async function writeFiles(root: string, files: NodeFile[]): Promise<void> {
  for (const { path, text, mode } of files) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: mode ?? 0o644 });
  }
}

/** The node's own /run, /tmp and /var, and what stands in for files of the machine. */
async function prepare(layout: Layout): Promise<void> {
  for (const folder of [layout.node, layout.logs]) await rm(folder, { recursive: true, force: true });
  await mkdir(layout.logs, { recursive: true });
  for (const folder of ["run/lock", "tmp", "var/tmp", "var/log", "var/lib"])
    await mkdir(join(layout.node, folder), { recursive: true });
  await chmod(join(layout.node, "tmp"), 0o1777);
  await symlink("/run", join(layout.node, "var/run"));
  await symlink("/run/lock", join(layout.node, "var/lock"));
  await mkdir(hostPath(layout, IN_NODE.volumes), { recursive: true });
  await writeFiles(layout.node, machineFiles());
}

/**
 * Starts a single-node Kubernetes whose state is in one folder, and returns when pods can run, services answer and
 * names resolve. What an earlier start left in the folder is ended first. Ends with this process, whatever ends it,
 * unless `keep` is called.
 * @throws naming what did not come, with the end of the log of the component to blame; nothing is left running.
 */
export async function startCluster({ dir, toolchain, log }: StartOptions): Promise<Cluster> {
  const started = Date.now();
  const layout = layoutOf(resolve(dir));
  const ip = toolPath(toolchain, "ip");
  if (await down(layout.dir, { ip })) log(`cluster: ended what an earlier start left in ${layout.dir}`);
  await prepare(layout);
  const processes = await startNode(layout, toolchain);
  const snapshotter = (await statfs(layout.dir)).type === OVERLAYFS ? "native" : "overlayfs";
  const state: ClusterState = {
    owner: identify(process.pid)!,
    kept: false,
    keeper: processes.keeper,
    node: processes.node,
    components: {},
    snapshotter,
  };
  writeState(layout.state, state);
  try {
    const network = await connect(ip, processes.node.pid);
    writeState(layout.state, { ...state, network });
    const settings: NodeSettings = {
      network,
      token: randomBytes(24).toString("hex"),
      snapshotter,
      cniFolder: toolPath(toolchain, "cni-plugins"),
      pauseImage: PAUSE,
    };
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
      type: "pkcs1",
      format: "pem",
    }) as string;
    await writeFiles(layout.node, nodeFiles(settings, key));
    const cluster = clusterOf(layout, toolchain, { ...state, network }, processes.keep);
    await bringUp(cluster, layout, toolchain, settings);
    log(
      `cluster: node ${cluster.nodeName} is ready after ${Math.round((Date.now() - started) / 1000)} s, network ${network.range}, KUBECONFIG=${cluster.kubeconfig}`,
    );
    return cluster;
  } catch (error) {
    await endCluster(layout, readState(layout.state) ?? state, ip);
    throw error;
  }
}

async function bringUp(
  cluster: Cluster,
  layout: Layout,
  toolchain: Toolchain,
  { network, token }: NodeSettings,
): Promise<void> {
  const { components } = cluster;
  const executable = toolPath(toolchain, "kubectl");
  const start = async (...names: ComponentName[]) => Promise.all(names.map((name) => components[name].start()));
  const wait = async <T>(
    what: string,
    timeoutSeconds: number,
    blame: ComponentName,
    alive: ComponentName[],
    attempt: () => Promise<T | undefined>,
  ) => until({ what, timeoutSeconds, blame: components[blame], alive: alive.map((name) => components[name]), attempt });

  await start("etcd", "containerd", "kube-apiserver");
  const early: ComponentName[] = ["etcd", "containerd", "kube-apiserver"];
  const authority = await wait("the API server's certificate", 60, "kube-apiserver", early, () =>
    readFile(hostPath(layout, `${IN_NODE.certificates}/apiserver.crt`), "utf8"),
  );
  await writeFile(layout.kubeconfig, kubeconfig(`https://${network.node}:6443`, token, { data: authority }), {
    mode: 0o600,
  });
  const pause = await buildPause({ toolchain, dir: join(cacheRoot(), "images") });
  await wait("containerd's answer", 60, "containerd", early, () => cluster.importImages([pause]).then(() => true));
  await wait("the API server", 120, "kube-apiserver", early, () =>
    kubectl(executable, layout.kubeconfig, ["get", "--raw", "/readyz"]),
  );
  await start("kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "coredns");
  const all = Object.keys(components) as ComponentName[];
  await wait("the default storage class", 60, "kube-apiserver", all, () =>
    kubectl(executable, layout.kubeconfig, ["apply", "-f", "-"], JSON.stringify(STORAGE_CLASS)),
  );
  await wait("a ready node", 120, "kubelet", all, () => nodeIsReady(executable, layout.kubeconfig));
  await wait("services", 60, "kube-proxy", all, () => serviceAnswers(network));
  await wait("names of services", 60, "coredns", all, () => dnsAnswers(network));
  await wait("the default service account", 60, "kube-controller-manager", all, () =>
    kubectl(executable, layout.kubeconfig, ["get", "serviceaccount", "-n", "default", "default", "-o", "name"]),
  );
}
