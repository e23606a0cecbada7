import { stringify } from "yaml";
import { accountUser } from "../../docs/permissions";
import { IN_NODE, NODE_NAME } from "./layout";
import type { Network } from "./network";

/** What the configuration files depend on. */
export interface NodeSettings {
  network: Network;
  /** Bearer token of the administrator, also of the node's own components. */
  token: string;
  snapshotter: "overlayfs" | "native";
  cniFolder: string;
  pauseImage: string;
}

/** One file of the node: its path relative to the node's own root, and its text. */
export interface NodeFile {
  path: string;
  text: string;
  mode?: number;
}

/** A kubeconfig with one cluster and one administrator. `authority` is PEM text or a path in the node. */
export function kubeconfig(server: string, token: string, authority: { data: string } | { file: string }): string {
  const cluster =
    "data" in authority
      ? { "certificate-authority-data": Buffer.from(authority.data).toString("base64") }
      : { "certificate-authority": authority.file };
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "rehearsal", cluster: { server, ...cluster } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "rehearsal", context: { cluster: "rehearsal", user: "admin" } }],
    "current-context": "rehearsal",
  });
}

/** containerd's CRI plugin, in its second configuration format (containerd 1.6 to 2.x read it). */
function containerd({ snapshotter, cniFolder, pauseImage }: NodeSettings): string {
  const cri = '[plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
disabled_plugins = ["io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp"]

${cri}]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  disable_apparmor = true

${cri}.containerd]
  snapshotter = "${snapshotter}"

${cri}.cni]
  bin_dir = "${cniFolder}"
  conf_dir = "${IN_NODE.cni}"
`;
}

function cni({ network }: NodeSettings): string {
  return JSON.stringify({
    cniVersion: "0.4.0",
    name: "rehearsal",
    plugins: [
      {
        type: "bridge",
        bridge: "pods",
        isGateway: true,
        hairpinMode: true,
        ipMasq: false,
        ipam: { type: "host-local", ranges: [[{ subnet: network.pods }]], routes: [{ dst: "0.0.0.0/0" }] },
      },
    ],
  });
}

function kubelet({ network }: NodeSettings): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    // Only the API server, in the same namespaces, talks to it: no pod and nobody on the machine reaches this address.
    address: "127.0.0.1",
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    containerRuntimeEndpoint: `unix://${IN_NODE.containerdSocket}`,
    clusterDNS: [network.node],
    clusterDomain: "cluster.local",
    resolvConf: `${IN_NODE.config}/resolv.conf`,
    failCgroupV1: false,
    failSwapOn: false,
    cgroupDriver: "cgroupfs",
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    localStorageCapacityIsolation: false,
    makeIPTablesUtilChains: false,
    maxPods: 200,
    kubeAPIQPS: 200,
    kubeAPIBurst: 400,
    eventRecordQPS: 0,
    // A full disk of the machine is no reason to evict the rehearsal's pods, nor to collect images that have no registry.
    evictionHard: {
      "memory.available": "0%",
      "nodefs.available": "0%",
      "nodefs.inodesFree": "0%",
      "imagefs.available": "0%",
      "imagefs.inodesFree": "0%",
    },
    imageGCHighThresholdPercent: 100,
  });
}

function kubeProxy({ network }: NodeSettings): string {
  return stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    hostnameOverride: NODE_NAME,
    clientConnection: { kubeconfig: `${IN_NODE.config}/kubeconfig` },
    clusterCIDR: network.pods,
    metricsBindAddress: "127.0.0.1:10249",
    // Pods sit on one bridge: without a changed source the answer of a service would go past the translation.
    nftables: { masqueradeAll: true, minSyncPeriod: "200ms", syncPeriod: "30s" },
    // The limits belong to the machine, a network namespace may not set them.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  });
}

function corefile({ network }: NodeSettings): string {
  return `.:53 {
  bind ${network.node}
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${IN_NODE.config}/kubeconfig
    ttl 2
  }
}
`;
}

/** Requests of the account that upgrades, once they are answered, and without bodies (https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/). */
function audit(): string {
  return stringify({
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived", "ResponseStarted"],
    rules: [{ level: "Metadata", users: [accountUser] }],
  });
}

/**
 * What kubelet sets on its machine at start (pkg/kubelet/cm/container_manager_linux.go, setupKernelTunables). The node
 * sees these files instead of the kernel's, so the machine keeps its own values.
 */
const SYSCTLS: Record<string, string> = {
  "vm/overcommit_memory": "1",
  "vm/panic_on_oom": "0",
  "kernel/panic": "10",
  "kernel/panic_on_oops": "1",
  "kernel/keys/root_maxkeys": "1000000",
  "kernel/keys/root_maxbytes": "25000000",
};

/** Every file that has to be there before the first component starts. */
export function nodeFiles(settings: NodeSettings, serviceAccountKey: string): NodeFile[] {
  const at = (name: string) => `${IN_NODE.config}/${name}`;
  return [
    { path: at("containerd.toml"), text: containerd(settings) },
    { path: `${IN_NODE.cni}/10-rehearsal.conflist`, text: cni(settings) },
    { path: at("kubelet.yaml"), text: kubelet(settings) },
    { path: at("kube-proxy.yaml"), text: kubeProxy(settings) },
    { path: at("Corefile"), text: corefile(settings) },
    { path: at("audit.yaml"), text: audit() },
    { path: at("resolv.conf"), text: `nameserver ${settings.network.node}\n` },
    { path: at("tokens.csv"), text: `${settings.token},admin,admin,"system:masters"\n`, mode: 0o600 },
    { path: at("service-account.key"), text: serviceAccountKey, mode: 0o600 },
    {
      path: at("kubeconfig"),
      text: kubeconfig(`https://${settings.network.node}:6443`, settings.token, {
        file: `${IN_NODE.certificates}/apiserver.crt`,
      }),
      mode: 0o600,
    },
  ];
}

/** Files that node.sh mounts over the machine's. */
export const machineFiles = (): NodeFile[] => [
  { path: "/etc/hosts", text: `127.0.0.1 localhost ${NODE_NAME}\n` },
  ...Object.entries(SYSCTLS).map(([name, value]) => ({ path: `/sysctl/${name}`, text: `${value}\n` })),
];

/** Objects that a cluster is expected to have from the start: a default storage class that provisions and deletes. */
export const STORAGE_CLASS = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "hostpath", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "kubernetes.io/host-path",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
} as const;
