/**
 * What the rehearsal runs, as data: how each tool is recognised on PATH, which versions will do, and how it is
 * got where it is missing. Nothing in the other files of this folder knows a tool by name.
 */

import { GO_MODULES, type GoModuleName, type JujuLine, KUBERNETES } from "./modules";

/**
 * What a tool is needed for: the Pulumi engine and the commands that it runs, the embedded node, the images that run
 * on it, the client and the controller of one Juju line.
 */
export type Part = "engine" | "cluster" | "images" | JujuLine;

/** What is needed on a cluster that is there already. */
export const BESIDE_CLUSTER: Part[] = ["engine", "images"];
/** What the embedded world is made of. The other Juju line is built only where it is asked for. */
export const ALL_PARTS: Part[] = [...BESIDE_CLUSTER, "cluster", "juju-2.9"];

/** How to recognise a tool that is already there. */
export interface Probe {
  /** Arguments that make the executable print its version and exit. */
  args: string[];
  /** First group is the version; MinIO's dates are read as `2026-02-12` -> 2026.2.12. */
  pattern: RegExp;
  /** npm-style range of versions that will do. */
  accept: string;
}

export type Source = { kind: "go"; module: GoModuleName; package: string } | { kind: "debian"; package: string };

export interface Tool {
  /** Unique in the table; the name of its link in the toolchain's folder. */
  name: string;
  /** Name of the executable on PATH, where it differs. */
  onPath?: string;
  /** Never taken from PATH. */
  builtOnly?: boolean;
  parts: Part[];
  /** Version that is built; for a Debian package whatever the release holds ("any"). */
  version: string;
  /** How to recognise one on PATH. */
  probe?: Probe;
  /** Taken from PATH only where this other tool was found in the same folder (release archives that hold both). */
  beside?: string;
  /** A folder instead of an executable: where to look and what must be in it. */
  folder?: { candidates: string[]; files: string[] };
  /** Must not need a shared library, because it is put into an image that has none. */
  static?: boolean;
  source: Source;
}

const PLAIN = /v?(\d+\.\d+\.\d+)/;

const kubernetes = (name: string, accept = "~1.37"): Tool => ({
  name,
  parts: ["cluster"],
  version: KUBERNETES,
  probe: { args: ["--version"], pattern: /Kubernetes v(\d+\.\d+\.\d+)/, accept },
  source: { kind: "go", module: "kubernetes", package: `k8s.io/kubernetes/cmd/${name}` },
});

/**
 * Client and agents of one Juju line. A client of exactly this version may come from PATH. The agents may not: they go
 * into one image, which has no shared library, and two of them print no version.
 */
function jujuTools(line: JujuLine): Tool[] {
  const { version } = GO_MODULES[line];
  const suffix = line.slice("juju".length);
  const agent = (name: string, repository = "juju/juju"): Tool => ({
    name: `${name}${suffix}`,
    builtOnly: true,
    parts: [line],
    version,
    static: true,
    source: { kind: "go", module: line, package: `github.com/${repository}/cmd/${name}` },
  });
  return [
    {
      ...agent("juju"),
      builtOnly: false,
      static: false,
      onPath: "juju",
      probe: { args: ["version"], pattern: /^(\d+\.\d+\.\d+)-/, accept: version },
    },
    agent("jujud"),
    agent("jujuc"),
    agent("containeragent"),
    agent("pebble", "canonical/pebble"),
  ];
}

export const TOOLS: Tool[] = [
  {
    name: "pulumi",
    parts: ["engine"],
    version: GO_MODULES.pulumi.version,
    probe: { args: ["version"], pattern: /^v(\d+\.\d+\.\d+)/, accept: ">=3.245.0 <4" },
    source: { kind: "go", module: "pulumi", package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
  },
  {
    // Prints no version of its own.
    name: "pulumi-language-nodejs",
    parts: ["engine"],
    version: GO_MODULES["language-host"].version,
    beside: "pulumi",
    source: {
      kind: "go",
      module: "language-host",
      package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    },
  },
  {
    // For where none of the version that the SDK asks for can be downloaded (rehearsal/pulumi). Under its own name the
    // engine would find it on PATH, and warn at each use.
    name: "kubernetes-plugin",
    builtOnly: true,
    parts: ["engine"],
    version: GO_MODULES["pulumi-kubernetes"].version,
    source: { kind: "go", module: "pulumi-kubernetes", package: "./pulumi-resource-kubernetes" },
  },
  {
    // Ours, without any module but Go's own.
    name: "juju-stand-in",
    parts: ["engine"],
    version: GO_MODULES["juju-client"].version,
    source: { kind: "go", module: "juju-client", package: "./juju-stand-in" },
  },
  ...jujuTools("juju-2.9"),
  ...jujuTools("juju-3.6"),
  {
    // Ours, in the place of a mongod of the release that Juju's own image has (juju-db:4.4).
    name: "mongo-store",
    onPath: "mongod",
    parts: ["juju-2.9", "juju-3.6"],
    version: GO_MODULES["mongo-store"].version,
    probe: { args: ["--version"], pattern: /db version v(\d+\.\d+\.\d+)/, accept: ">=4.4.0 <5" },
    source: { kind: "go", module: "mongo-store", package: "./mongo-store" },
  },
  {
    name: "etcd",
    parts: ["cluster"],
    version: "3.7.0",
    probe: { args: ["--version"], pattern: /etcd Version: (\d+\.\d+\.\d+)/, accept: ">=3.5.0 <4" },
    source: { kind: "go", module: "kubernetes", package: "go.etcd.io/etcd/server/v3" },
  },
  kubernetes("kube-apiserver"),
  kubernetes("kube-controller-manager"),
  kubernetes("kube-scheduler"),
  kubernetes("kubelet"),
  kubernetes("kube-proxy"),
  {
    // One minor either side of the API server is the supported skew: https://kubernetes.io/releases/version-skew-policy/
    ...kubernetes("kubectl"),
    probe: { args: ["version", "--client"], pattern: /Client Version: v(\d+\.\d+\.\d+)/, accept: ">=1.36.0 <1.39.0" },
  },
  {
    name: "coredns",
    parts: ["cluster"],
    version: "1.14.3",
    probe: { args: ["-version"], pattern: /CoreDNS-(\d+\.\d+\.\d+)/, accept: ">=1.11.0 <2" },
    // A main package of ours with few of its plugins, built with what Kubernetes needs of it anyway.
    source: { kind: "go", module: "kubernetes", package: "./coredns" },
  },
  {
    name: "containerd",
    parts: ["cluster"],
    version: "any",
    probe: { args: ["--version"], pattern: /containerd \S+ v?(\d+\.\d+\.\d+)/, accept: ">=1.6.0 <3" },
    source: { kind: "debian", package: "containerd" },
  },
  {
    name: "ctr",
    parts: ["cluster"],
    version: "any",
    probe: { args: ["--version"], pattern: PLAIN, accept: ">=1.6.0 <3" },
    source: { kind: "debian", package: "containerd" },
  },
  {
    name: "containerd-shim-runc-v2",
    parts: ["cluster"],
    version: "any",
    probe: { args: ["-v"], pattern: PLAIN, accept: ">=1.6.0 <3" },
    source: { kind: "debian", package: "containerd" },
  },
  {
    name: "runc",
    parts: ["cluster"],
    version: "any",
    probe: { args: ["--version"], pattern: /runc version (\d+\.\d+\.\d+)/, accept: ">=1.1.0 <2" },
    source: { kind: "debian", package: "runc" },
  },
  {
    name: "cni-plugins",
    parts: ["cluster"],
    version: "any",
    folder: {
      candidates: ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"],
      files: ["bridge", "host-local", "loopback"],
    },
    source: { kind: "debian", package: "containernetworking-plugins" },
  },
  {
    // kube-proxy's nftables mode asks for 1.0.1: https://kubernetes.io/docs/reference/networking/virtual-ips/
    name: "nft",
    parts: ["cluster"],
    version: "any",
    probe: { args: ["--version"], pattern: PLAIN, accept: ">=1.0.1" },
    source: { kind: "debian", package: "nftables" },
  },
  {
    name: "ip",
    parts: ["cluster"],
    version: "any",
    probe: { args: ["-Version"], pattern: /iproute2-v?(\d+\.\d+)/, accept: ">=5.0.0" },
    source: { kind: "debian", package: "iproute2" },
  },
  {
    name: "busybox",
    parts: ["images"],
    version: "any",
    probe: { args: ["--help"], pattern: /BusyBox v(\d+\.\d+\.\d+)/, accept: ">=1.30.0 <2" },
    static: true,
    source: { kind: "debian", package: "busybox-static" },
  },
  {
    name: "minio",
    parts: ["images"],
    version: GO_MODULES.minio.version,
    probe: { args: ["--version"], pattern: /minio version \S*?(\d{4}-\d\d-\d\d)/, accept: ">=2023.0.0" },
    static: true,
    source: { kind: "go", module: "minio", package: "github.com/minio/minio" },
  },
  {
    // What objectstore/mover/common.sh asks for.
    name: "rclone",
    parts: ["images"],
    version: GO_MODULES.rclone.version,
    probe: { args: ["version"], pattern: /rclone v(\d+\.\d+\.\d+)/, accept: ">=1.76.0 <2" },
    static: true,
    // A main package of ours with two of its many backends: a third of the code.
    source: { kind: "go", module: "rclone", package: "./rclone" },
  },
  ...["mariadbd", "mariadb", "mariadb-dump"].map((name): Tool => ({
    name,
    parts: ["images"],
    version: "any",
    probe: { args: ["--version"], pattern: /(\d+\.\d+\.\d+)-MariaDB/, accept: ">=10.5.0 <12" },
    source: {
      kind: "debian",
      package:
        name === "mariadbd" ? "mariadb-server-core" : name === "mariadb" ? "mariadb-client-core" : "mariadb-client",
    },
  })),
  ...["mariadb-install-db", "my_print_defaults", "resolveip"].map((name): Tool => ({
    name,
    parts: ["images"],
    version: "any",
    source: { kind: "debian", package: name === "my_print_defaults" ? "mariadb-client-core" : "mariadb-server-core" },
  })),
  {
    name: "mariadb-share",
    parts: ["images"],
    version: "any",
    folder: {
      candidates: ["/usr/share/mysql", "/usr/share/mariadb"],
      files: ["maria_add_gis_sp_bootstrap.sql", "english/errmsg.sys"],
    },
    source: { kind: "debian", package: "mariadb-server-core" },
  },
];
