import { createReadStream } from "node:fs";
import { join, resolve } from "node:path";
import execa from "execa";
import { type Toolchain, toolPath } from "../toolchain";
import { type Component, componentOf } from "./component";
import { type ComponentName, components } from "./components";
import { hostPath, type Layout, layoutOf, NODE_NAME } from "./layout";
import type { Network } from "./network";
import { nodePath } from "./node";
import { isAlive } from "./processes";
import { type ClusterState, readState, writeState } from "./state";
import { endCluster } from "./stop";

/** A running single-node Kubernetes. */
export interface Cluster {
  dir: string;
  /** Administrator's kubeconfig, for programs on this machine. */
  kubeconfig: string;
  nodeName: string;
  network: Network;
  /** Every process of the node by name: stop, kill and start them to rehearse faults. */
  components: Record<ComponentName, Component>;
  /** Loads docker-archive files into the node; pods use them with imagePullPolicy Never or IfNotPresent. */
  importImages(tars: string[]): Promise<void>;
  /** Where the machine finds a path of the node, e.g. the hostPath of a volume. */
  hostPath(inNode: string): string;
  /** Lets the cluster outlive this process; `down` ends it. */
  keep(): void;
  /** Ends everything and removes its files but the logs. May be called twice. */
  stop(): Promise<void>;
}

/** Makes the handle of a cluster whose node runs. `keep` is how to let go of it. */
export function clusterOf(
  layout: Layout,
  toolchain: Toolchain,
  initial: ClusterState & { network: Network },
  keep: () => void,
): Cluster {
  let state: ClusterState & { network: Network } = initial;
  const update = (change: Partial<ClusterState>): void => {
    state = { ...state, ...change };
    writeState(layout.state, state);
  };
  const handles = components(state.network).map((spec) =>
    componentOf(
      {
        spec,
        executable: join(toolchain.bin, spec.tool),
        node: state.node,
        logs: layout.logs,
        path: nodePath(toolchain),
        changed: (id) => {
          const others = Object.entries(state.components).filter(([name]) => name !== spec.name);
          update({ components: Object.fromEntries(id ? [...others, [spec.name, id]] : others) });
        },
      },
      state.components[spec.name],
    ),
  );
  let stopping: Promise<void> | undefined;
  return {
    dir: layout.dir,
    kubeconfig: layout.kubeconfig,
    nodeName: NODE_NAME,
    network: state.network,
    components: Object.fromEntries(handles.map((handle) => [handle.name, handle])) as Record<ComponentName, Component>,
    importImages: async (tars) => {
      for (const tar of tars) await importImage(toolchain, state, tar);
    },
    hostPath: (inNode) => hostPath(layout, inNode),
    keep: () => {
      update({ kept: true });
      keep();
    },
    stop: () => (stopping ??= endCluster(layout, state, toolPath(toolchain, "ip"))),
  };
}

/** The archive goes in through standard input: its own folder need not be visible in the node. */
async function importImage(toolchain: Toolchain, state: ClusterState, tar: string): Promise<void> {
  const inNode = ["--target", String(state.node.pid), "--mount", "--net", "--pid", "--"];
  const ctr = [
    join(toolchain.bin, "ctr"),
    "--namespace",
    "k8s.io",
    "images",
    "import",
    "--snapshotter",
    state.snapshotter,
    "-",
  ];
  try {
    await execa("nsenter", [...inNode, ...ctr], { input: createReadStream(tar), timeout: 300_000 });
  } catch (error) {
    throw new Error(
      `image archive ${tar} could not be loaded into the node: ${(error as execa.ExecaError).stderr || (error as Error).message}`,
      { cause: error },
    );
  }
}

/** The handle of a cluster that another process started and kept. @throws when none runs in the folder. */
export function openCluster({ dir, toolchain }: { dir: string; toolchain: Toolchain }): Cluster {
  const layout = layoutOf(resolve(dir));
  const state = readState(layout.state);
  if (!state?.network || !isAlive(state.node))
    throw new Error(`no cluster runs in ${layout.dir}: start one there first`);
  return clusterOf(layout, toolchain, { ...state, network: state.network }, () => undefined);
}
