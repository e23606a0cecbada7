import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { isRunning } from "../processes";
import { Catalogue, normalizeChannel, type StorageOverride } from "./controller/catalogue";
import type { FaultName } from "./controller/faults";
import { versionOf, type Face } from "./controller/host";
import type { Settings } from "./controller/settings";
import type { FaultState, ModelState } from "./controller/state";
import { definition } from "./rules/crds";
import { aggregatedRoles } from "./rules/roles";

export { faultNames, type FaultName } from "./controller/faults";
export type { Face } from "./controller/host";

export interface ControllerOptions {
  /** Folder of the controller: state, log, JUJU_DATA, the `juju` command. Starting again on it continues. */
  dir: string;
  kubeconfig: string;
  /** Executable of the client (toolchain/go/juju-client). */
  client: string;
  face?: Face;
  /** Multiplies the times of controller/settle.ts. */
  timeScale?: number;
  /** Image names; in `workload`, "{charm}" and "{revision}" are filled in. */
  images?: { workload?: string; minio: string; mariadb: string };
  model?: string;
  controller?: string;
  /** Other storage blocks for single revisions, to make a refresh meet F1. */
  storageDeclared?: StorageOverride[];
  /** F3 guard; default: on for face 3.6, off for 2.9. */
  podspecNeedsScaleZero?: boolean;
}

export interface Controller {
  /** Value for JUJU_DATA. */
  jujuData: string;
  /** Folder with the `juju` command, to put on PATH. */
  binDir: string;
  pid: number;
  /** Ends the process; the model, its state and all its objects stay. */
  stop(): Promise<void>;
  /** Switches a fault on (null: off). */
  setFault(name: FaultName, state: FaultState | null): Promise<void>;
  /** Faults that are on; one that is limited to some times goes off by itself. */
  faults(): Promise<FaultName[]>;
}

export const defaultWorkloadImage = "localhost/ckf-rehearsal/workload:{charm}-{revision}";

/** Tags of the workload image that the catalogue can ask for: every charm and revision, and what istio starts itself. */
export function workloadTags(): string[] {
  const revisions = Catalogue.load().everyRevision();
  const istio = revisions.flatMap(({ charm, version }) =>
    version === undefined
      ? []
      : charm === "istio-pilot"
        ? [`pilot-${version}`]
        : charm === "istio-gateway"
          ? [`proxyv2-${version}`]
          : [],
  );
  return [...new Set([...revisions.map(({ charm, revision }) => `${charm}-${revision}`), ...istio])].sort();
}

/** What the charms of the catalogue make outside of namespaces, namespaces aside. */
export function clusterWide(): { apiVersion: string; kind: string; metadata: { name: string } }[] {
  const catalogue = Catalogue.load();
  const definitions = catalogue.names().flatMap((name) => catalogue.charm(name).crds.map((crd) => definition(crd)));
  const names = [...new Set(definitions.map(({ metadata }) => metadata.name))];
  return [
    ...names.map((name) => ({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name },
    })),
    ...aggregatedRoles.map((name) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name },
    })),
  ];
}

/** The mark of a controller's model, which the model's namespace carries as annotation model.juju.is/id; undefined where it never came up. */
export function modelMark(dir: string): string | undefined {
  const file = join(dir, "state.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ModelState).uuid : undefined;
}

/**
 * A bundle with the revisions that its channels held when `release` was current, as a model deployed then has them: a
 * channel may have moved on since (charmed-kubeflow.md section 0 item 2). `revisions` pins applications otherwise.
 */
export function pinBundle(bundle: string, release: string, revisions: Record<string, number> = {}): string {
  const catalogue = Catalogue.load();
  const document = parse(bundle) as {
    applications: Record<string, { charm: string; channel: string; revision?: number }>;
  };
  for (const [name, app] of Object.entries(document.applications)) {
    const channel = catalogue.charm(app.charm).channels[normalizeChannel(app.channel)];
    if (channel === undefined)
      throw new Error(
        `charmhub.yaml: charm "${app.charm}" has no channel "${app.channel}" that application "${name}" asks for`,
      );
    app.revision = revisions[name] ?? channel.at?.[release] ?? channel.revision;
  }
  return stringify(document, { lineWidth: 0 });
}

/** Short enough for a unix socket (108 bytes) whatever the folder is called. */
function socketPath(dir: string): string {
  return join(
    tmpdir().length > 60 ? "/tmp" : tmpdir(),
    `ckf-juju-${createHash("sha256").update(dir).digest("hex").slice(0, 12)}.sock`,
  );
}

function writeClientFiles(
  dir: string,
  client: string,
  { socket, face, model, controller }: Settings,
): { jujuData: string; binDir: string } {
  const jujuData = join(dir, "data");
  const binDir = join(dir, "bin");
  mkdirSync(jujuData, { recursive: true });
  mkdirSync(binDir, { recursive: true });
  writeFileSync(
    join(jujuData, "stand-in.json"),
    JSON.stringify({ socket, version: versionOf[face], controller, model: `${model}` }),
  );
  writeFileSync(
    join(jujuData, "controllers.yaml"),
    stringify({
      controllers: { [controller]: { "api-endpoints": [socket], type: "kubernetes", cloud: "microk8s" } },
      "current-controller": controller,
    }),
  );
  writeFileSync(
    join(jujuData, "models.yaml"),
    stringify({
      controllers: {
        [controller]: { models: { [`admin/${model}`]: { type: "caas" } }, "current-model": `admin/${model}` },
      },
    }),
  );
  writeFileSync(join(jujuData, "accounts.yaml"), stringify({ controllers: { [controller]: { user: "admin" } } }));
  const juju = join(binDir, "juju");
  // Where a controller is started again commands are under way, and others begin: each must find a whole file.
  copyFileSync(client, `${juju}.new`);
  renameSync(`${juju}.new`, juju);
  return { jujuData, binDir };
}

async function admin(socket: string, request: object): Promise<{ error?: string; faults?: FaultName[] }> {
  return new Promise((done, failed) => {
    let text = "";
    const connection = connect(socket, () => connection.write(`${JSON.stringify(request)}\n`));
    connection.on("data", (chunk) => (text += String(chunk)));
    connection
      .on("error", failed)
      .on("end", () => done(JSON.parse(text === "" ? "{}" : text) as { error?: string; faults?: FaultName[] }));
  });
}

async function end(pid: number): Promise<void> {
  if (!isRunning(pid)) return;
  process.kill(pid, "SIGTERM");
  for (let waited = 0; isRunning(pid) && waited < 100; waited++) await sleep(100);
  if (isRunning(pid)) process.kill(pid, "SIGKILL");
}

/** Ends the controller of a folder, whoever started it; one that does not run is no error. @returns whether one ran */
export async function stopController(dir: string): Promise<boolean> {
  try {
    const pid = Number(readFileSync(join(dir, "pid"), "utf8"));
    if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(dir)) return false;
    await end(pid);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts the stand-in's controller as a process of its own and waits until it answers. It outlives this process; killed
 * at any moment and started again on the same folder it continues. Its messages are in `<dir>/controller.log`.
 */
export async function startController(options: ControllerOptions): Promise<Controller> {
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  // Two controllers would write one state.
  await stopController(dir);
  const face = options.face ?? "2.9";
  const settings: Settings = {
    dir,
    socket: socketPath(dir),
    kubeconfig: resolve(options.kubeconfig),
    face,
    model: options.model ?? "kubeflow",
    controller: options.controller ?? "uk8s",
    timeScale: options.timeScale ?? 1,
    podspecNeedsScaleZero: options.podspecNeedsScaleZero ?? face === "3.6",
    images: {
      workload: options.images?.workload ?? defaultWorkloadImage,
      minio: options.images?.minio ?? "localhost/ckf-rehearsal/minio:latest",
      mariadb: options.images?.mariadb ?? "localhost/ckf-rehearsal/mariadb:latest",
    },
    storageDeclared: options.storageDeclared ?? [],
  };
  writeFileSync(join(dir, "controller.json"), JSON.stringify(settings, null, 2));
  rmSync(settings.socket, { force: true });
  const { jujuData, binDir } = writeClientFiles(dir, options.client, settings);
  const log = openSync(join(dir, "controller.log"), "a");
  const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, "controller", "main.ts"), dir], {
    cwd: join(__dirname, "..", ".."),
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.unref();
  const pid = child.pid;
  if (pid === undefined) throw new Error(`the stand-in's controller did not start: see ${join(dir, "controller.log")}`);
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(
        `the stand-in's controller ended with code ${child.exitCode}: see ${join(dir, "controller.log")}`,
      );
    try {
      await admin(settings.socket, { argv: ["version"] });
      break;
    } catch {
      await sleep(50);
    }
  }
  return {
    jujuData,
    binDir,
    pid,
    stop: () => end(pid),
    async setFault(name, state) {
      const { error } = await admin(settings.socket, { fault: { name, state } });
      if (error !== undefined) throw new Error(error);
    },
    faults: async () => (await admin(settings.socket, { faults: true })).faults ?? [],
  };
}
