import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { stringify } from "yaml";

/** Names of the cloud and of the controller, as a user's client has them. */
export const cloud = "rehearsal";
export const controller = "rehearsal";

/** A client of its own: a folder with the `juju` command, and the folder of its settings. */
export interface JujuClient {
  /** To put on PATH. */
  binDir: string;
  /** Value for JUJU_DATA. */
  jujuData: string;
}

/**
 * Makes a client in `dir` that knows the cluster of a kubeconfig with a token as a cloud: what `juju add-k8s --client` writes, without
 * the account that it makes.
 * @param storageClass for volumes of charms and of operators
 */
export function makeClient(options: {
  dir: string;
  executable: string;
  kubeconfig: string;
  storageClass: string;
}): JujuClient {
  const { dir, executable, kubeconfig, storageClass } = options;
  const [binDir, jujuData] = ["bin", "data"].map((name) => join(dir, name));
  for (const folder of [binDir, jujuData]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  symlinkSync(executable, join(binDir, "juju"));
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { server, caData = "" } = config.getCurrentCluster()!;
  const write = (file: string, content: object): void =>
    writeFileSync(join(jujuData, file), stringify(content), { mode: 0o600 });
  write("clouds.yaml", {
    clouds: {
      [cloud]: {
        type: "kubernetes",
        "host-cloud-region": "k8s/localhost",
        "auth-types": ["oauth2", "clientcertificate", "userpass"],
        endpoint: server,
        regions: { localhost: { endpoint: server } },
        "ca-certificates": [Buffer.from(caData, "base64").toString("utf8")],
        config: { "operator-storage": storageClass, "workload-storage": storageClass },
      },
    },
  });
  write("credentials.yaml", {
    credentials: { [cloud]: { admin: { "auth-type": "oauth2", Token: config.getCurrentUser()!.token } } },
  });
  return { binDir, jujuData };
}
