import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import execa from "execa";
import type { Cluster } from "../../../rehearsal/cluster";

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const pids = (): string[] => readdirSync("/proc").filter((name) => /^\d+$/.test(name));
const pidNamespace = (pid: number | string): string | undefined => attempt(() => readlinkSync(`/proc/${pid}/ns/pid`));

/** What of the machine a cluster must not change while it runs, nor after. */
export interface Machine {
  mounts: string;
  rules: string;
  namespaces: string;
  settings: Record<string, string>;
  folders: string[];
}

/** Mount table, packet filter, named network namespaces, kernel settings and well-known folders of the machine. */
export async function machine(): Promise<Machine> {
  const { stdout: rules } = await execa("nft", ["list", "ruleset"]);
  const { stdout: namespaces } = await execa("ip", ["netns", "list"]);
  const settings = [
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "net/ipv4/ip_forward",
  ];
  return {
    mounts: readFileSync("/proc/self/mountinfo", "utf8"),
    rules,
    namespaces,
    settings: Object.fromEntries(settings.map((name) => [name, readFileSync(`/proc/sys/${name}`, "utf8")])),
    folders: [
      "/tmp/hostpath_pv",
      "/run/containerd",
      "/run/netns",
      "/var/lib/kubelet",
      "/var/lib/cni",
      "/var/log/pods",
      "/run/ckf",
    ].filter((path) => existsSync(path)),
  };
}

/** What belongs to one cluster alone. */
export interface Belongings {
  /** PID namespace of the node, and its process 1 as the machine sees it. */
  namespace: string;
  pid: number;
  dir: string;
  link: string;
  range: string;
  containers: string[];
}

/** Read while the cluster runs. */
export function belongings(cluster: Pick<Cluster, "dir" | "network" | "hostPath">): Belongings {
  const state = JSON.parse(readFileSync(`${cluster.dir}/cluster.json`, "utf8")) as { node: { pid: number } };
  return {
    namespace: pidNamespace(state.node.pid)!,
    pid: state.node.pid,
    dir: cluster.dir,
    link: cluster.network.link,
    range: cluster.network.range,
    // The folder comes with the first container.
    containers:
      attempt(() => readdirSync(cluster.hostPath("/run/containerd/io.containerd.runtime.v2.task/k8s.io"))) ?? [],
  };
}

/** Everything of a cluster that is still there: processes, mounts, links, routes, cgroups. */
export async function traces({ namespace, pid: node, dir, link, range, containers }: Belongings): Promise<string[]> {
  const command = (pid: string): string => attempt(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
  const ours = (pid: string): boolean =>
    pidNamespace(pid) === namespace ||
    command(pid).includes(`${dir}/node`) ||
    command(pid).includes(`--target\0${node}\0`);
  const processes = pids().filter(ours);
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => line.includes(dir));
  const { stdout: links } = await execa("ip", ["-brief", "link"]);
  const { stdout: routes } = await execa("ip", ["route", "show", "table", "all"]);
  const { stdout: cgroups } = await execa("find", ["/sys/fs/cgroup", "-type", "d", "-path", "*/k8s.io/*"], {
    reject: false,
  });
  const lines = (text: string, wanted: string): string[] => text.split("\n").filter((line) => line.includes(wanted));
  return [
    ...processes.map((pid) => `process ${pid}`),
    ...mounts,
    ...lines(links, link),
    ...lines(routes, range.replace(".0.0/16", ".")),
    ...containers.flatMap((container) => lines(cgroups, container)),
  ];
}
