import { mkdirSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import type { CharmhubOptions } from "../charmhub";
import type { Cluster } from "../cluster";
import { STORAGE_CLASS } from "../cluster/config";
import { cacheRoot, type Toolchain, toolPath } from "../toolchain";
import { bootstrap } from "./bootstrap";
import { type JujuClient, makeClient } from "./client";
import { startHub } from "./hub";
import { buildJujuImages, JUJU } from "./images";

export { type JujuClient } from "./client";
export { stopHub } from "./hub";

/** A real controller in Pods of an embedded cluster, whose end it does not survive. */
export interface RealJuju extends JujuClient {
  /** Of the stand-in for Charmhub. */
  charmhub: string;
  /** Lets what runs beside the cluster outlive this process. */
  keep(): void;
  stop(): Promise<void>;
}

/**
 * Bootstraps Juju on an embedded cluster and adds a model.
 * @param options.dir for the client, and for logs
 */
export async function startJuju(options: {
  dir: string;
  cluster: Cluster;
  toolchain: Toolchain;
  /** Of the charms that are more than placeholders. */
  images: CharmhubOptions["images"];
  model: string;
  log: (line: string) => void;
}): Promise<RealJuju> {
  const { dir, cluster, toolchain, images, model, log } = options;
  mkdirSync(dir, { recursive: true });
  await cluster.importImages(await buildJujuImages(toolchain, join(cacheRoot(), "images")));
  const hub = await startHub(dir, { address: cluster.network.machine, images });
  try {
    const client = makeClient({
      dir,
      executable: toolPath(toolchain, "juju-2.9"),
      kubeconfig: cluster.kubeconfig,
      storageClass: STORAGE_CLASS.metadata.name,
    });
    log(`bootstrapping Juju ${JUJU}`);
    await bootstrap(dir, client, hub.url);
    await execa(join(client.binDir, "juju"), ["add-model", model], {
      env: { JUJU_DATA: client.jujuData },
      stdin: "ignore",
    });
    return { ...client, charmhub: hub.url, keep: () => hub.keep(), stop: () => hub.stop() };
  } catch (error) {
    await hub.stop();
    throw error;
  }
}
