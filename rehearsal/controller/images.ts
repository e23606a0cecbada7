import { realpath } from "node:fs/promises";
import { build, executable, type Recipe } from "../images/images";
import { baseEntries, type Entry } from "../images/rootfs";
import { type Toolchain, toolPath } from "../toolchain";

/** Version of Juju that a rehearsal bootstraps. */
export const JUJU = "2.9.42";

const folder = (path: string): Entry => ({ path, folder: true });

/**
 * What Juju's own image has that its agents use (caas/Dockerfile): the agents under /opt, which the Pods' commands copy or run, and a
 * shell. kubectl is what the hooks of the rehearsal's charms reach the cluster by.
 */
async function agents(toolchain: Toolchain): Promise<Entry[]> {
  return [
    ...(await baseEntries(await realpath(toolPath(toolchain, "busybox")))),
    ...["opt", "var/lib", "var/lib/juju"].map(folder),
    ...(await Promise.all(
      ["jujud", "jujuc", "containeragent", "pebble"].map((name) => executable(toolchain, `${name}-2.9`, `opt/${name}`)),
    )),
    await executable(toolchain, "kubectl", "usr/bin/kubectl"),
  ];
}

/** Starts the store as the controller's Pod starts mongod (caas/scripts.go, caas/kubernetes/provider/bootstrap.go). */
const MONGOD = `#!/bin/sh
for word; do
  case $word in
    --dbpath=*) path=\${word#*=} ;;
    --sslPEMKeyFile=*) key=\${word#*=} ;;
    --port=*) port=\${word#*=} ;;
  esac
done
exec mongo-store -addr ":$port" -cert "$key" -journal "$path/journal"
`;

/** The Pod's probes ask `db.adminCommand('ping')`; that the port is open says as much. */
const MONGO = `#!/bin/sh
for word; do
  case $word in --port=*) port=\${word#*=} ;; esac
done
exec nc -z 127.0.0.1 "$port"
`;

async function database(toolchain: Toolchain): Promise<Entry[]> {
  return [
    ...(await baseEntries(await realpath(toolPath(toolchain, "busybox")))),
    await executable(toolchain, "mongo-store", "usr/bin/mongo-store"),
    { path: "usr/bin/mongod", text: MONGOD, mode: 0o755 },
    { path: "usr/bin/mongo", text: MONGO, mode: 0o755 },
  ];
}

/**
 * Builds the images that Juju starts its own Pods from, by the names that it asks for (cloudconfig/podcfg/image.go): the agents' of
 * this version, the base of a sidecar's charm container, and the database.
 * @returns docker-archive files
 */
export async function buildJujuImages(toolchain: Toolchain, dir: string): Promise<string[]> {
  const shell = ["sh", "-c"];
  const repository = "docker.io/jujusolutions";
  const recipes: Recipe[] = [
    {
      name: "jujud-operator",
      tools: ["busybox", "kubectl", "jujud-2.9", "jujuc-2.9", "containeragent-2.9", "pebble-2.9"],
      tags: [`${repository}/jujud-operator:${JUJU}`, `${repository}/charm-base:ubuntu-20.04`],
      config: { entrypoint: shell, workingDir: "/var/lib/juju" },
      entries: () => agents(toolchain),
    },
    {
      name: "juju-db",
      tools: ["busybox", "mongo-store"],
      tags: [`${repository}/juju-db:4.4`],
      config: { entrypoint: shell },
      entries: () => database(toolchain),
    },
  ];
  return Promise.all(recipes.map((recipe) => build(recipe, toolchain, dir)));
}
