import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import execa from "execa";
import { parse, stringify } from "yaml";
import { grantAccess } from "./access";
import { type Cluster, startCluster } from "./cluster";
import type { Store } from "./data";
import { enter, leave, requireImages, requireLeft } from "./foreign";
import { readSecret, serviceUrl } from "./lookup";
import { type BuiltImages, buildImages } from "./images";
import { charmsOf, type JujuKind, realJuju, type StandIn, standInJuju } from "./jujus";
import { preparePulumi } from "./pulumi/prepare";
import type { Workspace } from "./run";
import type { Scenario } from "./scenarios";
import type { Planted } from "./secrets/planted";
import { BESIDE_CLUSTER, type Toolchain, cacheRoot, ensureToolchain } from "./toolchain";
import { openTunnel } from "./tunnel";

export const model = "kubeflow";

/** A running embedded world. */
export interface World {
  dir: string;
  /** The administrator's. What is rehearsed is given another: `workspace.env.KUBECONFIG`. */
  kubeconfig: string;
  workspace: Workspace;
  juju: JujuKind;
  /** The stand-in juju, for faults; a real controller is not told to fail. */
  standIn?: StandIn;
  /** The node's own processes, for faults; a cluster that was there before has none to offer. */
  cluster?: Cluster;
  /** Reference of the mover's image in this world. */
  moverImage: string;
  /** Reference of MinIO's. */
  minioImage: string;
  plugins: Record<string, string>;
  /** Address at which this machine reaches the object store now; undefined while it has none. */
  storeUrl(): Promise<string | undefined>;
  /** Lets the world outlive this process. */
  keep(): void;
  /** Ends everything that the world started; files stay. */
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Folder for everything the world writes. */
  dir: string;
  /** Of a cluster that is there already, instead of one of our own: without Kubeflow, and with the rehearsal's images. */
  kubeconfig?: string;
  /** A real controller needs a cluster of our own: its images are in no registry. */
  juju: JujuKind;
  /** Factor on the settling times of the stand-in juju. */
  timeScale: number;
  log: (line: string) => void;
}

export const project = resolve(__dirname, "..");

/** Name of a world's stack. Pulumi keeps a stack's settings in the project, under its name: worlds must not have each other's. */
export const stackOf = (dir: string): string =>
  `rehearsal-${createHash("sha256").update(resolve(dir)).digest("hex").slice(0, 8)}`;

/** What a world stands on. */
type Ground = Pick<World, "kubeconfig" | "storeUrl" | "cluster">;

interface Ending {
  stops: (() => Promise<unknown>)[];
  keeps: (() => void)[];
}

async function ownGround(
  { dir, log }: WorldOptions,
  toolchain: Toolchain,
  { tars }: BuiltImages,
  { stops, keeps }: Ending,
): Promise<Ground> {
  const cluster = await startCluster({ dir: join(dir, "cluster"), toolchain, log });
  stops.push(() => cluster.stop());
  keeps.push(() => cluster.keep());
  log("loading images");
  await cluster.importImages(tars);
  return {
    kubeconfig: cluster.kubeconfig,
    storeUrl: () => serviceUrl(cluster.kubeconfig, model, "minio", 9000),
    cluster,
  };
}

async function foreignGround(
  { dir, log }: WorldOptions,
  kubeconfig: string,
  { stops, keeps }: Ending,
): Promise<Ground> {
  await enter(dir, kubeconfig, model);
  stops.push(async () => void (await leave(dir, model, log)));
  // Its Pods are reached through its API server, which is slow but works everywhere.
  const tunnel = await openTunnel(kubeconfig, model, "minio-0", 9000);
  stops.push(() => tunnel.close());
  // It leads the rehearsal to the store and nobody else; open, it would keep this process.
  keeps.push(() => void tunnel.close());
  log(`using the cluster of ${kubeconfig}`);
  return { kubeconfig, storeUrl: async () => tunnel.url };
}

/** Brings up cluster, stand-in juju and a Pulumi of its own. What was started is stopped again where a later part fails. */
export async function raiseWorld(options: WorldOptions): Promise<World> {
  const { dir, kubeconfig: foreign, juju: kind, timeScale, log } = options;
  const ending: Ending = { stops: [], keeps: [] };
  const stop = async (): Promise<void> => {
    while (ending.stops.length > 0) await ending.stops.pop()!();
  };
  try {
    if (foreign && kind === "real")
      throw new Error(
        "a real Juju is bootstrapped on an embedded cluster only: its images are in no registry that the cluster of --kubeconfig could pull from. Nothing was changed. Add --juju stand-in",
      );
    requireLeft(dir);
    mkdirSync(dir, { recursive: true });
    const toolchain = await ensureToolchain({ log, ...(foreign && { parts: BESIDE_CLUSTER }) });
    const workloadTags = charmsOf[kind].workloadTags();
    const images = await buildImages({ toolchain, dir: join(cacheRoot(), "images"), workloadTags });
    const { kubeconfig, storeUrl, cluster } = await (foreign
      ? foreignGround(options, resolve(foreign), ending)
      : ownGround(options, toolchain, images, ending));
    // Else a state would take the steps of an earlier world for made.
    rmSync(join(dir, "pulumi", "state"), { recursive: true, force: true });
    const place = { dir, kubeconfig, toolchain, model, ending };
    const juju = await (kind === "real" && cluster
      ? realJuju(place, images, cluster, log)
      : standInJuju(place, images, timeScale));
    if (foreign)
      await requireImages(
        kubeconfig,
        model,
        [images.refs.workload(workloadTags[0]), images.refs.minio, images.refs.mover, images.refs.mariadb],
        images.tars,
      );
    const pulumi = await preparePulumi({ dir: join(dir, "pulumi"), toolchainBin: toolchain.bin, log });
    const logs = join(dir, "logs");
    mkdirSync(logs, { recursive: true });
    const env = {
      ...pulumi.env,
      PATH: `${juju.binDir}:${pulumi.env.PATH}`,
      KUBECONFIG: join(dir, "kubeconfig"),
      JUJU_DATA: juju.jujuData,
      // The client's own commands ask another Charmhub than the model's: cmd/juju/charmhub/charmhub.go.
      ...(juju.charmhub && { CHARMHUB_URL: juju.charmhub }),
      CKF_POLL_MS: "300",
    };
    return {
      dir,
      kubeconfig,
      juju: kind,
      ...(juju.standIn && { standIn: juju.standIn }),
      ...(cluster && { cluster }),
      moverImage: images.refs.mover,
      minioImage: images.refs.minio,
      plugins: Object.fromEntries(pulumi.plugins.map(({ name, version, origin }) => [name, `${version}, ${origin}`])),
      workspace: {
        project,
        env,
        stack: stackOf(dir),
        model,
        policyPack: pulumi.policyPackArgument,
        logs,
        output: join(logs, "pulumi.log"),
      },
      storeUrl,
      keep: () => ending.keeps.forEach((keep) => keep()),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The scenario's bundle, each charm at the revision its channel had when the release was current, with planted credentials where it has their charms. */
export function bundleOf(
  kind: JujuKind,
  { bundle, channels, release, storage = {} }: Scenario,
  planted: Planted[] = [],
): string {
  const document = parse(readFileSync(join(project, "releases", bundle), "utf8")) as {
    applications: Record<
      string,
      { charm: string; channel: string; storage?: Record<string, string>; options?: Record<string, unknown> }
    >;
  };
  for (const { application, charm, option, value } of planted) {
    const found = document.applications[application];
    if (found?.charm === charm) found.options = { ...found.options, [option]: value };
  }
  for (const [application, channel] of Object.entries(channels)) document.applications[application].channel = channel;
  for (const [application, sizes] of Object.entries(storage)) document.applications[application].storage = sizes;
  return charmsOf[kind].pinBundle(stringify(document), release);
}

/** Applications of the model's bundle that run a charm. */
export function running({ bundle }: Scenario, charm: string): string[] {
  const { applications } = parse(readFileSync(join(project, "releases", bundle), "utf8")) as {
    applications: Record<string, { charm: string }>;
  };
  return Object.keys(applications).filter((name) => applications[name].charm === charm);
}

/** A whole bundle takes a real controller 8 minutes on two idle cores. */
const patienceMs = 30 * 60_000;

type Statuses = Record<string, { "application-status": { current: string; message?: string } }>;

/**
 * Deploys the scenario's model with what is beside it, waits until all of it is active, removes what somebody removed, and makes
 * the account that upgrades it.
 */
export async function deployModel(
  { dir, kubeconfig, juju: kind, workspace }: World,
  scenario: Scenario,
  planted: Planted[],
  log: (line: string) => void,
): Promise<void> {
  const juju = async (verb: string, ...args: string[]): Promise<string> =>
    (await execa("juju", [verb, "-m", model, ...args], { env: workspace.env, stdin: "ignore" })).stdout;
  const file = join(dir, "bundle.yaml");
  writeFileSync(file, bundleOf(kind, scenario, planted), { mode: 0o600 });
  log(`deploying ${[scenario.bundle, ...scenario.beside.map(({ charm }) => charm)].join(", ")}`);
  await juju("deploy", file, "--trust");
  for (const { charm, channel } of scenario.beside) await juju("deploy", charm, "--channel", channel, "--trust");
  for (const [a, b] of scenario.beside.flatMap(({ relations }) => relations)) await juju("relate", a, b);
  const until = async (left: (applications: Statuses) => string[]): Promise<void> => {
    for (const end = Date.now() + patienceMs; ;) {
      const { applications } = JSON.parse(await juju("status", "--format", "json")) as { applications: Statuses };
      const waiting = left(applications);
      if (waiting.length === 0) return;
      if (Date.now() > end)
        throw new Error(
          `the model did not settle in ${patienceMs / 60_000} minutes: ${waiting.map((name) => `${name} is ${applications[name]["application-status"].current} ${applications[name]["application-status"].message ?? ""}`).join("; ")}`,
        );
      await new Promise((done) => setTimeout(done, 500));
    }
  };
  await until((applications) =>
    Object.keys(applications).filter((name) => applications[name]["application-status"].current !== "active"),
  );
  for (const application of scenario.removed ?? []) await juju("remove-application", application);
  await until((applications) => (scenario.removed ?? []).filter((name) => name in applications));
  await grantAccess(kubeconfig, model, workspace.env.KUBECONFIG);
}

/** Relations in a bundle that was exported, each with its two ends in alphabetical order. */
export function relationsIn(bundle: string): string[] {
  const { relations = [] } = parse(bundle) as { relations?: [string, string][] };
  return relations.map((ends) => [...ends].sort().join(" ")).sort();
}

/** Relations of the model as it is now. */
export async function relationsOf({ workspace }: World): Promise<string[]> {
  const { stdout } = await execa("juju", ["export-bundle", "-m", model], { env: workspace.env, stdin: "ignore" });
  return relationsIn(stdout);
}

/** The object store as it is now, with the key that its charm keeps. */
export async function storeOf({ kubeconfig, storeUrl }: World): Promise<Store> {
  const { MINIO_ACCESS_KEY: accessKey, MINIO_SECRET_KEY: secretKey } = await readSecret(
    kubeconfig,
    model,
    "minio-secret",
  );
  const endpoint = await storeUrl();
  if (!endpoint) throw new Error("MinIO has no Service, so there is no way to its objects");
  return { endpoint, accessKey, secretKey };
}
