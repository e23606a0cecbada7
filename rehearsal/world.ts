import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import execa from "execa";
import { type Cluster, startCluster } from "./cluster";
import { buildImages } from "./images";
import { type Controller, startController, workloadTags } from "./juju";
import { preparePulumi } from "./pulumi/prepare";
import type { Workspace } from "./run";
import type { Scenario } from "./scenarios";
import { ensureToolchain } from "./toolchain";

export const model = "kubeflow";

/** A running embedded world. */
export interface World {
  dir: string;
  kubeconfig: string;
  workspace: Workspace;
  /** Reference of the mover's image in this world. */
  moverImage: string;
  plugins: Record<string, string>;
  /** Ends everything that the world started, and its folder's mounts; files stay. */
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Folder for everything the world writes. */
  dir: string;
  /** A cluster that is there already, instead of one of our own. The rehearsal's images must have been loaded into it. */
  kubeconfig?: string;
  /** Factor on the settling times of the stand-in juju. */
  timeScale: number;
  log: (line: string) => void;
}

const project = resolve(__dirname, "..");

/** Brings up cluster, stand-in juju and a Pulumi of its own. What was started is stopped again where a later part fails. */
export async function raiseWorld({ dir, kubeconfig: foreign, timeScale, log }: WorldOptions): Promise<World> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    while (stops.length > 0) await stops.pop()!();
  };
  try {
    mkdirSync(dir, { recursive: true });
    const toolchain = await ensureToolchain({ log, parts: foreign ? ["engine", "images"] : undefined });
    const images = await buildImages({ toolchain, dir: join(dir, "images"), workloadTags: workloadTags() });
    let kubeconfig = foreign;
    if (!kubeconfig) {
      const cluster: Cluster = await startCluster({ dir: join(dir, "cluster"), toolchain, log });
      stops.push(() => cluster.stop());
      await cluster.importImages(images.tars);
      kubeconfig = cluster.kubeconfig;
    }
    const juju: Controller = await startController({
      dir: join(dir, "juju"),
      kubeconfig,
      face: "2.9",
      timeScale,
      model,
      controller: "rehearsal",
      images: { workload: images.refs.workload("{charm}-{revision}"), minio: images.refs.minio },
    });
    stops.push(() => juju.stop());
    const pulumi = await preparePulumi({ dir: join(dir, "pulumi"), toolchainBin: toolchain.bin, log });
    const logs = join(dir, "logs");
    mkdirSync(logs, { recursive: true });
    const env = { ...pulumi.env, PATH: `${juju.binDir}:${pulumi.env.PATH}`, KUBECONFIG: kubeconfig, JUJU_DATA: juju.jujuData, CKF_POLL_MS: "300" };
    return {
      dir,
      kubeconfig,
      moverImage: images.refs.mover,
      plugins: Object.fromEntries(pulumi.plugins.map(({ name, origin }) => [name, origin])),
      workspace: { project, env, stack: "rehearsal", policyPack: pulumi.policyPackArgument, logs, output: join(logs, "pulumi.log") },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Deploys the scenario's model and waits until every application is active. Adds mlflow-server, which no release knows. */
export async function deployModel({ workspace }: World, { bundle, channels }: Scenario, log: (line: string) => void): Promise<void> {
  const juju = async (...args: string[]): Promise<string> => (await execa("juju", args, { env: workspace.env, stdin: "ignore" })).stdout;
  log(`deploying releases/${bundle} and mlflow-server`);
  await juju("deploy", "-m", model, join(project, "releases", bundle), ...Object.entries(channels).flatMap(([application, channel]) => ["--overlay", overlay(workspace, application, channel)]));
  await juju("deploy", "-m", model, "mlflow-server", "--channel", "latest/edge");
  await juju("relate", "-m", model, "mlflow-server:object-storage", "minio:object-storage");
  const started = Date.now();
  for (;;) {
    const { applications } = JSON.parse(await juju("status", "-m", model, "--format", "json")) as { applications: Record<string, { "application-status": { current: string; message?: string } }> };
    const waiting = Object.entries(applications).filter(([, { "application-status": status }]) => status.current !== "active");
    if (waiting.length === 0) return;
    if (Date.now() - started > 600_000) {
      throw new Error(`the model did not settle in 10 minutes: ${waiting.map(([name, { "application-status": status }]) => `${name} ${status.current} ${status.message ?? ""}`).join("; ")}`);
    }
    await new Promise((done) => setTimeout(done, 1000));
  }
}

function overlay(_workspace: Workspace, _application: string, _channel: string): string {
  throw new Error("to be settled with the stand-in");
}
