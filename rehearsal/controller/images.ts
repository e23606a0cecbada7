import { realpath } from "node:fs/promises";
import { build, executable, type Recipe } from "../images/images";
import { baseEntries, type Entry } from "../images/rootfs";
import { type Toolchain, toolPath } from "../toolchain";

/** Version of Juju that a rehearsal bootstraps. */
export const JUJU = "2.9.42";

/** Users and groups of Ubuntu 20.04 that the agents ask for: without them no model's log can be opened, and so no model's workers start. */
const users: Entry[] = [
  {
    path: "etc/passwd",
    text: "root:x:0:0:root:/root:/bin/sh\nsyslog:x:101:101::/nonexistent:/bin/false\nnobody:x:65534:65534:nobody:/tmp:/bin/false\n",
  },
  { path: "etc/group", text: "root:x:0:\nadm:x:4:\nsyslog:x:101:\nnogroup:x:65534:\n" },
  { path: "etc/os-release", text: 'ID=ubuntu\nVERSION_ID="20.04"\n' },
];

const folder = (path: string): Entry => ({ path, folder: true });

/**
 * What Juju's own image has that its agents use (caas/Dockerfile): the agents under /opt, which the Pods' commands copy or run, and a
 * shell. kubectl is what the hooks of the rehearsal's charms reach the cluster by.
 */
async function agents(toolchain: Toolchain): Promise<Entry[]> {
  return [
    ...(await baseEntries(await realpath(toolPath(toolchain, "busybox")))).filter(
      ({ path }) => !users.some((own) => own.path === path),
    ),
    ...users,
    ...["etc/profile.d", "opt", "var/lib", "var/lib/juju"].map(folder),
    ...(await Promise.all(
      ["jujud", "jujuc", "containeragent", "pebble"].map((name) => executable(toolchain, `${name}-2.9`, `opt/${name}`)),
    )),
    await executable(toolchain, "kubectl", "usr/bin/kubectl"),
  ];
}

/** The store takes the flags of mongod and, called as "mongo", answers the Pod's probes. */
async function database(toolchain: Toolchain): Promise<Entry[]> {
  return [
    ...(await baseEntries(await realpath(toolPath(toolchain, "busybox")))),
    await executable(toolchain, "mongo-store", "usr/bin/mongod"),
    { path: "usr/bin/mongo", link: "mongod" },
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
