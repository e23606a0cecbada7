import { join } from "node:path";

/** Name of the one node; the API server reaches its kubelet by it, through the node's own hosts file. */
export const NODE_NAME = "rehearsal";

/** Paths as the node's processes see them. The node has its own /run, /tmp and /var. */
export const IN_NODE = {
  config: "/var/lib/rehearsal",
  certificates: "/var/lib/rehearsal/certificates",
  containerdSocket: "/run/containerd/containerd.sock",
  etcd: "/var/lib/etcd",
  kubelet: "/var/lib/kubelet",
  cni: "/var/lib/rehearsal/cni",
  /** What the API server was asked by the account that is audited: a line of JSON for each request. */
  audit: "/var/log/audit/requests",
  /** Fixed in the provisioner of kube-controller-manager: pkg/volume/hostpath/host_path.go. */
  volumes: "/tmp/hostpath_pv",
} as const;

/** Files of one embedded cluster, all below `dir`. */
export interface Layout {
  dir: string;
  /** The node's own /run, /tmp and /var, as seen from the machine. */
  node: string;
  logs: string;
  kubeconfig: string;
  state: string;
}

export const layoutOf = (dir: string): Layout => ({
  dir,
  node: join(dir, "node"),
  logs: join(dir, "logs"),
  kubeconfig: join(dir, "kubeconfig"),
  state: join(dir, "cluster.json"),
});

/** Where the machine finds a path of the node. @throws for a path that the node shares with the machine. */
export function hostPath(layout: Layout, inNode: string): string {
  if (!/^\/(run|tmp|var)(\/|$)/.test(inNode))
    throw new Error(`${inNode} is not below the node's own /run, /tmp or /var: it is the machine's`);
  return join(layout.node, inNode);
}
