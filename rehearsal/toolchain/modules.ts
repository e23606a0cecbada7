/** What is built from Go modules, as data: which version, how, and with which changes. */
import type { SourceEdit } from "./edits";
import { WITHOUT_CLOUDS } from "./pulumi-edits";

/** The Juju lines that a controller can be had of. */
export type JujuLine = "juju-2.9" | "juju-3.6";

export type GoModuleName =
  | "kubernetes"
  | "pulumi"
  | "language-host"
  | "pulumi-kubernetes"
  | "minio"
  | "rclone"
  | "juju-client"
  | "mongo-store"
  | JujuLine;

/** One `go build`: the folder go/<name> pins every module that takes part, and may hold main packages of our own. */
export interface GoModule {
  version: string;
  ldflags: string;
  /** Build tags, with commas between. */
  tags?: string;
  edits?: SourceEdit[];
}

export const KUBERNETES = "1.37.2";
const PULUMI = "3.259.0";
/** Of the plugin's releases the last that the Go module proxy has. */
const PULUMI_KUBERNETES = "4.25.0";
const RCLONE = "1.76.0";

const kubernetesVersion = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"]
  .map(
    (path) =>
      `-X ${path}.gitVersion=v${KUBERNETES} -X ${path}.gitMajor=1 -X ${path}.gitMinor=${KUBERNETES.split(".")[1]}`,
  )
  .join(" ");

/**
 * Juju leaves client-go's default of 5 requests a second, which makes 433 s of 85 s for 36 applications: "Waited for ...
 * due to client-side throttling". CKF_JUJU=as-is builds Juju without this.
 */
const raisedQps = (file: string): SourceEdit => ({
  name: "raised QPS",
  module: "github.com/juju/juju",
  file,
  replace: [
    {
      text: '\t\t\tlogger.Tracef("using in-cluster config")\n',
      by: '\t\t\tlogger.Tracef("using in-cluster config")\n\t\t\trc.QPS, rc.Burst = 100, 200\n',
    },
    { text: "\treturn &rest.Config{\n", by: "\treturn &rest.Config{\n\t\tQPS: 100, Burst: 200,\n" },
  ],
  executables: ["juju", "jujud", "containeragent"],
});

export const GO_MODULES: Record<GoModuleName, GoModule> = {
  kubernetes: { version: KUBERNETES, ldflags: `-s -w ${kubernetesVersion}` },
  pulumi: {
    version: PULUMI,
    ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${PULUMI}`,
    edits: WITHOUT_CLOUDS,
  },
  "pulumi-kubernetes": {
    version: PULUMI_KUBERNETES,
    ldflags: `-s -w -X github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=${PULUMI_KUBERNETES}`,
  },
  "language-host": { version: "3.60.0", ldflags: "" },
  minio: { version: "2026.2.12", ldflags: "-s -w" },
  rclone: { version: RCLONE, ldflags: `-s -w -X github.com/rclone/rclone/fs.Version=v${RCLONE}` },
  "juju-client": { version: "1.0.0", ldflags: "-s -w" },
  "mongo-store": { version: "1.0.0", ldflags: "-s -w" },
  "juju-2.9": {
    version: "2.9.42",
    ldflags: "-s -w",
    edits: [raisedQps("caas/kubernetes/provider/provider.go")],
  },
  // As Juju builds its own agents for Kubernetes: without the other clouds.
  "juju-3.6": {
    version: "3.6.11",
    ldflags: "-s -w",
    tags: "minimal,provider_kubernetes",
    edits: [raisedQps("internal/provider/kubernetes/provider.go")],
  },
};

/**
 * The edits that a build gets.
 * @throws when CKF_JUJU has a value that means nothing
 */
export function editsOf(module: GoModuleName, env: NodeJS.ProcessEnv = process.env): SourceEdit[] {
  const wanted = env.CKF_JUJU || "raised";
  if (wanted !== "raised" && wanted !== "as-is")
    throw new Error(`CKF_JUJU is "${wanted}", which names no way to build Juju: leave it out or set it to as-is`);
  return wanted === "as-is" && module.startsWith("juju-") ? [] : (GO_MODULES[module].edits ?? []);
}

/** Name that `go build -o FOLDER/` gives the executable of a package: its last element that is no version. */
export function executableName(pkg: string): string {
  return pkg
    .split("/")
    .filter((part) => !/^v\d+$/.test(part))
    .at(-1)!;
}
