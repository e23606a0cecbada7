import { IN_NODE, NODE_NAME } from "./layout";
import type { Network } from "./network";

/** A long-running process of the node. */
export interface ComponentSpec {
  name: ComponentName;
  /** Tool of the toolchain that it runs. */
  tool: string;
  args: string[];
}

export type ComponentName =
  | "etcd"
  | "containerd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kubelet"
  | "kube-proxy"
  | "coredns";

const config = (name: string): string => `${IN_NODE.config}/${name}`;
const BUSY = ["--kube-api-qps=200", "--kube-api-burst=400"];

/** Every component with its arguments, in the order in which they are started. Secrets are in files. */
export function components(network: Network): ComponentSpec[] {
  const spec = (name: ComponentName, ...args: string[]): ComponentSpec => ({ name, tool: name, args });
  return [
    // Nobody expects this store to survive a power cut.
    spec(
      "etcd",
      `--data-dir=${IN_NODE.etcd}`,
      "--unsafe-no-fsync",
      "--listen-client-urls=http://127.0.0.1:2379",
      "--advertise-client-urls=http://127.0.0.1:2379",
      "--listen-peer-urls=http://127.0.0.1:2380",
      "--log-level=warn",
    ),
    spec("containerd", `--config=${config("containerd.toml")}`),
    spec(
      "kube-apiserver",
      "--etcd-servers=http://127.0.0.1:2379",
      "--bind-address=0.0.0.0",
      `--advertise-address=${network.node}`,
      "--secure-port=6443",
      `--cert-dir=${IN_NODE.certificates}`,
      `--service-cluster-ip-range=${network.services}`,
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${config("service-account.key")}`,
      `--service-account-signing-key-file=${config("service-account.key")}`,
      `--token-auth-file=${config("tokens.csv")}`,
      "--authorization-mode=RBAC",
      "--allow-privileged=true",
      "--kubelet-preferred-address-types=Hostname",
      `--audit-policy-file=${config("audit.yaml")}`,
      `--audit-log-path=${IN_NODE.audit}`,
      // In MB, so that a run's requests are in one file.
      "--audit-log-maxsize=1000",
    ),
    spec(
      "kube-controller-manager",
      `--kubeconfig=${config("kubeconfig")}`,
      `--service-account-private-key-file=${config("service-account.key")}`,
      `--root-ca-file=${IN_NODE.certificates}/apiserver.crt`,
      "--use-service-account-credentials=true",
      "--enable-hostpath-provisioner=true",
      "--leader-elect=false",
      ...BUSY,
    ),
    spec("kube-scheduler", `--kubeconfig=${config("kubeconfig")}`, "--leader-elect=false", ...BUSY),
    spec(
      "kubelet",
      `--config=${config("kubelet.yaml")}`,
      `--kubeconfig=${config("kubeconfig")}`,
      `--node-ip=${network.node}`,
      `--hostname-override=${NODE_NAME}`,
      `--root-dir=${IN_NODE.kubelet}`,
    ),
    spec("kube-proxy", `--config=${config("kube-proxy.yaml")}`),
    spec("coredns", `-conf=${config("Corefile")}`),
  ];
}
