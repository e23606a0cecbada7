import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Toolchain, toolPath } from "../toolchain/ensure";
import { type ImageConfig, writeArchive } from "./archive";
import { mariadbEntries, mariadbEntrypoint, mariadbTools } from "./mariadb";
import { baseEntries, type Entry } from "./rootfs";

const REGISTRY = "localhost/ckf-rehearsal";

/** Raised when the recipe below changes, so that no archive of an older recipe is taken for a new one. */
const RECIPE = 3;

/** Waits for ever and ends at once when asked to: a shell as process 1 acts on TERM only where it has a trap. */
const IDLE = "trap 'exit 0' TERM INT; while :; do sleep 86400 & wait $!; done";

export interface BuiltImages {
  /** docker-archive files, to be imported into the node. */
  tars: string[];
  refs: {
    /** Image of one charm revision; the tag must be among those that were built. */
    workload: (tag: string) => string;
    minio: string;
    mover: string;
    mariadb: string;
    pause: string;
  };
}

/** What an image is made of; its archive is named by all of it. */
export interface Recipe {
  name: string;
  tools: string[];
  tags: string[];
  config: ImageConfig;
  entries: () => Promise<Entry[]>;
}

/** Names an archive by all that decides its content: recipe, tags, and the executables' path, size and time. */
async function fileName(recipe: Recipe, toolchain: Toolchain): Promise<string> {
  const files = await Promise.all(
    recipe.tools.map(async (name) => {
      const path = await realpath(toolPath(toolchain, name));
      const { size, mtimeMs } = await stat(path);
      return [path, size, mtimeMs];
    }),
  );
  const digest = createHash("sha256")
    .update(JSON.stringify([RECIPE, recipe.tags, recipe.config, files]))
    .digest("hex");
  return `${recipe.name}-${digest.slice(0, 16)}.tar`;
}

const versionOf = (toolchain: Toolchain, name: string): string =>
  toolchain.tools.find((tool) => tool.name === name)?.version ?? "unknown";

const withBinary = (busybox: string, toolchain: Toolchain, name: string) => async (): Promise<Entry[]> => [
  ...(await baseEntries(busybox)),
  await executable(toolchain, name, `usr/bin/${name}`),
];

/** A tool's executable at a path of an image. */
export async function executable(toolchain: Toolchain, name: string, path: string): Promise<Entry> {
  return { path, file: await realpath(toolPath(toolchain, name)) };
}

/** Builds an archive in `dir` unless it is there already. @returns its file */
export async function build(recipe: Recipe, toolchain: Toolchain, dir: string): Promise<string> {
  const file = join(dir, await fileName(recipe, toolchain));
  if (!existsSync(file))
    await writeArchive(file, { entries: await recipe.entries(), config: recipe.config, tags: recipe.tags });
  return file;
}

const workloadRecipe = (busybox: string, tags: string[]): Recipe => ({
  name: "workload",
  tools: ["busybox"],
  tags,
  config: { entrypoint: ["/bin/sh", "-c", IDLE] },
  entries: () => baseEntries(busybox),
});

/** Image of the charms' workloads, without tag. */
export const WORKLOADS = `${REGISTRY}/workload`;

const workload = (tag: string): string => `${WORKLOADS}:${tag}`;

export const PAUSE = `${REGISTRY}/pause:1`;

/** Builds what a node needs before its first pod: one archive with the pause image and `workload:base`. */
export async function buildPause({ toolchain, dir }: { toolchain: Toolchain; dir: string }): Promise<string> {
  const busybox = await realpath(toolPath(toolchain, "busybox"));
  return build(workloadRecipe(busybox, [PAUSE, workload("base")]), toolchain, dir);
}

/**
 * Builds the images of the rehearsal as docker-archive files in `dir`, without a registry and without an engine;
 * those that are there already are left alone.
 *
 * - workload: busybox that idles until it is told to end, with kubectl beside it for the controllers among the workloads
 *   (rehearsal/charms/programs). One archive carries all `workloadTags`, so a charm revision has an image name of its own at no cost.
 * - minio: the MinIO server (`entrypoint`; arguments as of `minio`), with busybox beside it.
 * - mover: busybox and rclone; runs /bin/sh.
 * - mariadb: server and clients of MariaDB, started as the official image is.
 */
export async function buildImages(options: {
  toolchain: Toolchain;
  dir: string;
  workloadTags: string[];
}): Promise<BuiltImages> {
  const { toolchain, dir } = options;
  const busybox = await realpath(toolPath(toolchain, "busybox"));
  const refs: BuiltImages["refs"] = {
    workload,
    minio: `${REGISTRY}/minio:${versionOf(toolchain, "minio")}`,
    mover: `${REGISTRY}/mover:${versionOf(toolchain, "rclone")}`,
    mariadb: `${REGISTRY}/mariadb:${versionOf(toolchain, "mariadbd")}`,
    pause: PAUSE,
  };
  const recipes: Recipe[] = [
    {
      ...workloadRecipe(busybox, [...new Set(options.workloadTags)].sort().map(workload)),
      tools: ["busybox", "kubectl"],
      entries: withBinary(busybox, toolchain, "kubectl"),
    },
    {
      name: "minio",
      tools: ["busybox", "minio"],
      tags: [refs.minio],
      config: { entrypoint: ["/usr/bin/minio"], cmd: ["server", "/data"] },
      entries: withBinary(busybox, toolchain, "minio"),
    },
    {
      name: "mover",
      tools: ["busybox", "rclone"],
      tags: [refs.mover],
      config: { entrypoint: ["/bin/sh"] },
      entries: withBinary(busybox, toolchain, "rclone"),
    },
    {
      name: "mariadb",
      tools: ["busybox", ...mariadbTools],
      tags: [refs.mariadb],
      config: { entrypoint: mariadbEntrypoint },
      entries: async () => [...(await baseEntries(busybox)), ...(await mariadbEntries(toolchain))],
    },
  ];
  return { tars: await Promise.all(recipes.map((recipe) => build(recipe, toolchain, dir))), refs };
}
