import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { V1Job, V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import execa from "execa";
import { orderVariable } from "../../../plan/action";
import { cluster as kube } from "../../../kube/client";
import { jobOutcome } from "../../../kube/jobs";
import { getClaim, getVolume } from "../../../kube/volumes";
import { until } from "../../../kube/wait";
import { type CopyArgs, migrationJob, presyncJob } from "../../../objectstore/jobs";
import { type MoverResult, parseResult } from "../../../objectstore/result";
import { hopNames } from "../../../plan/names";
import type { StepAction } from "../../../plan/types";
import { type Cluster, startCluster } from "../../../rehearsal/cluster";
import { type BuiltImages, buildImages } from "../../../rehearsal/images";
import { killTree } from "../../../rehearsal/processes";
import { cacheRoot, ensureToolchain } from "../../../rehearsal/toolchain";
import { openGate } from "./gate";

/** The model, and so the namespace. */
export const model = "kubeflow";
const digest = "a".repeat(64);
/** A class without provisioner: its claims wait until a volume is free. */
export const byHand = "by-hand";
/** Seconds that anything here may take. */
const patience = 300;
const project = resolve(__dirname, "../../..");

export interface Ran {
  /** The Job's last Pod ended well. */
  succeeded: boolean;
  log: string;
  /** @throws with the reason, when the mover refused or failed */
  result: () => MoverResult;
}

export interface Stepped {
  exitCode: number;
  /** Evidence of the step; empty where it left none. */
  outcome: Record<string, unknown>;
  /** What it told people. */
  said: string;
  /** What it changed in the cluster, in order, beside its note of what it failed with. */
  changes: string[];
}

/** Acts around each change of a step; `kill` ends the step with all its processes at once. */
export interface Meddling {
  before?: (number: number, kill: () => void) => Promise<void> | void;
  after?: (number: number, kill: () => void) => Promise<void> | void;
}

/** A bare cluster with a namespace in the place of a model, in which a backup counts as proven. Volumes are real folders of its node. */
export class Lab {
  private constructor(
    private readonly root: string,
    readonly cluster: Cluster,
    readonly refs: BuiltImages["refs"],
  ) {}

  /** @param images names of what is imported into the node */
  static async start(images = ["mover"]): Promise<Lab> {
    const root = mkdtempSync(join(tmpdir(), "ckf-storage-"));
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    const toolchain = await ensureToolchain({ log, parts: ["cluster", "images"] });
    const { refs, tars } = await buildImages({ toolchain, dir: join(cacheRoot(), "images"), workloadTags: ["base"] });
    const cluster = await startCluster({ dir: join(root, "cluster"), toolchain, log });
    const lab = new Lab(root, cluster, refs);
    try {
      await lab.furnish(tars.filter((tar) => images.some((image) => basename(tar).startsWith(`${image}-`))));
    } catch (error) {
      await lab.stop();
      throw error;
    }
    return lab;
  }

  private async furnish(tars: string[]): Promise<void> {
    process.env.KUBECONFIG = this.cluster.kubeconfig;
    process.env.CKF_POLL_MS = "200";
    await this.cluster.importImages(tars);
    const { core, storage } = kube();
    await core.createNamespace({ body: { metadata: { name: model } } });
    await until("the namespace has its account", patience, async () => ({
      ok: (await core.listNamespacedServiceAccount({ namespace: model })).items.length > 0,
      why: "not yet",
    }));
    // A backup was proven, and a step has changed the model by now.
    const known: Record<string, Record<string, string>> = {
      [hopNames().proof]: { digest },
      [hopNames().begun]: { first: "remove-relation" },
    };
    for (const [name, data] of Object.entries(known)) {
      await core.createNamespacedConfigMap({ namespace: model, body: { metadata: { name }, data } });
    }
    await storage.createStorageClass({
      body: {
        metadata: { name: byHand },
        provisioner: "kubernetes.io/no-provisioner",
        reclaimPolicy: "Retain",
        volumeBindingMode: "Immediate",
      },
    });
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Where this machine finds a path of the node, mounts of the node included. */
  inNode(path: string): string {
    return `/proc/${this.cluster.components.containerd.pid}/root${path}`;
  }

  /** Mounts something in the node, where it goes with the node at the latest. */
  async mount(...args: string[]): Promise<void> {
    await this.onNode("mount", ...args);
  }

  async unmount(path: string): Promise<void> {
    await this.onNode("umount", path);
  }

  private async onNode(...command: string[]): Promise<void> {
    await execa(
      "nsenter",
      ["--target", String(this.cluster.components.containerd.pid), "--mount", "--pid", "--", ...command],
      { stdin: "ignore" },
    );
  }

  /** Makes a claim and waits until it is bound. @returns the folder of its volume as this machine sees it */
  async claim(name: string, spec: Partial<V1PersistentVolumeClaim["spec"]> = {}): Promise<string> {
    await kube().core.createNamespacedPersistentVolumeClaim({
      namespace: model,
      body: {
        metadata: { name },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "256Mi" } }, ...spec },
      },
    });
    return this.folder(name);
  }

  /** The folder of a claim's volume as the node sees it. Waits until the claim is bound. */
  async folderInNode(claim: string): Promise<string> {
    await until(`claim ${claim} is bound`, patience, async () => ({
      ok: (await getClaim(model, claim))?.status?.phase === "Bound",
      why: "it is not",
    }));
    return (await this.volumeOf(claim)).spec!.hostPath!.path;
  }

  async folder(claim: string): Promise<string> {
    return this.inNode(await this.folderInNode(claim));
  }

  async volumeOf(claim: string): Promise<V1PersistentVolume> {
    return (await getVolume((await getClaim(model, claim))!.spec!.volumeName!))!;
  }

  /** A volume that nobody provisioned, free for any claim of the class, in a folder of the node. */
  async volumeByHand(name: string, path: string, claimRef?: { namespace: string; name: string }): Promise<void> {
    mkdirSync(this.inNode(path), { recursive: true });
    const spec = {
      capacity: { storage: "256Mi" },
      accessModes: ["ReadWriteOnce"],
      storageClassName: byHand,
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path },
      claimRef,
    };
    await kube().core.createPersistentVolume({ body: { metadata: { name }, spec } });
  }

  /** A claim whose volume really has no more room than that: a file system of its own, which can `grow`. */
  async narrowClaim(
    name: string,
    sizeMiB: number,
  ): Promise<{ folder: string; grow: (sizeMiB: number) => Promise<void> }> {
    const disk = `/var/lib/narrow/${name}`;
    mkdirSync(this.inNode(disk), { recursive: true });
    await this.mount("-t", "tmpfs", "-o", `size=${sizeMiB}m`, "tmpfs", disk);
    await this.volumeByHand(name, `${disk}/volume`, { namespace: model, name });
    return {
      folder: await this.claim(name, { storageClassName: byHand, volumeName: name }),
      grow: (size) => this.mount("-o", `remount,size=${size}m`, disk),
    };
  }

  /** Both Jobs of a copy, as the program makes them. */
  async copyJobs(
    sourceClaim: string,
    destinationClaim: string,
    application = "minio",
  ): Promise<{ presync: V1Job; migration: V1Job }> {
    const args: CopyArgs = {
      namespace: model,
      image: this.refs.mover,
      imagePullPolicy: "Never",
      timeoutMinutes: 5,
      hop: "1.6-1.7",
      application,
      sourceClaim,
      destinationClaim,
      sourceVolume: (await this.volumeOf(sourceClaim)).metadata!.name!,
      objectStore: true,
      backupDigest: digest,
    };
    // Inputs without a promise among them are plain objects.
    return {
      presync: presyncJob(args) as V1Job,
      migration: migrationJob({ ...args, place: {}, presyncObjects: "0" }) as V1Job,
    };
  }

  /** Makes a Job anew, in the place of an earlier one, as `up` does. */
  async start(job: V1Job): Promise<void> {
    const name = job.metadata!.name!;
    await this.deleteJob(name);
    await kube().batch.createNamespacedJob({ namespace: model, body: job });
  }

  async podsOf(job: string): Promise<{ name: string; running: boolean; phase: string }[]> {
    const { items } = await kube().core.listNamespacedPod({
      namespace: model,
      labelSelector: `job-name=${job}`,
    });
    return items.map(({ metadata, status }) => ({
      name: metadata!.name!,
      running: status?.containerStatuses?.[0]?.state?.running !== undefined,
      phase: status?.phase ?? "",
    }));
  }

  /** @returns the Pod of a Job, once there is one, and where that is asked for once its container runs */
  async podOf(job: string, runs = false): Promise<string> {
    let found: string | undefined;
    await until(`Job ${job} has a Pod`, patience, async () => {
      found = (await this.podsOf(job)).find(({ running }) => running || !runs)?.name;
      return { ok: found !== undefined, why: "it has none, or none that runs" };
    });
    return found!;
  }

  /** Waits until a Pod of a Job has ended by itself. */
  async ended(job: string): Promise<Ran> {
    await until(`a Pod of Job ${job} has ended`, patience, async () => ({
      ok: (await this.podsOf(job)).some(({ phase }) => phase === "Succeeded" || phase === "Failed"),
      why: "none has",
    }));
    const { succeeded, log, message } = (await jobOutcome(model, job))!;
    return { succeeded, log, result: () => parseResult(message) };
  }

  async run(job: V1Job): Promise<Ran> {
    await this.start(job);
    return this.ended(job.metadata!.name!);
  }

  async deleteJob(name: string): Promise<void> {
    await kube()
      .batch.deleteNamespacedJob({ namespace: model, name, propagationPolicy: "Foreground" })
      .catch((error: { code?: number }) => {
        if (error.code !== 404) throw error;
      });
    await until(`Job ${name} is gone`, patience, async () => {
      const { items } = await kube().batch.listNamespacedJob({
        namespace: model,
        fieldSelector: `metadata.name=${name}`,
      });
      return { ok: items.length + (await this.podsOf(name)).length === 0, why: "it is there" };
    });
  }

  /** Runs a step by the command that Pulumi runs, in a process of its own that knows of a proven backup and of earlier evidence. */
  async step(
    action: StepAction,
    evidence: Record<string, object> = {},
    { before, after }: Meddling = {},
  ): Promise<Stepped> {
    const kubeconfig = join(this.root, "gate.kubeconfig");
    const kill = (): void => killTree(child.pid!);
    const gate = await openGate(this.cluster.kubeconfig, kubeconfig, {
      before: (number) => before?.(number, kill),
      after: (number) => after?.(number, kill),
    });
    const child = execa(process.execPath, ["bin/step.js", action.kind], {
      cwd: project,
      reject: false,
      env: {
        KUBECONFIG: kubeconfig,
        CKF_POLL_MS: "200",
        [orderVariable]: JSON.stringify({ id: action.kind, model, action }),
      },
      input: JSON.stringify({ "prove-backup": { kind: "prove-backup", digest }, ...evidence }),
    });
    const { exitCode, stdout, stderr } = await child;
    await gate.close();
    return {
      exitCode: exitCode ?? -1,
      outcome: stdout ? (JSON.parse(stdout) as Record<string, unknown>) : {},
      said: stderr,
      changes: gate.changes.filter((change) => !change.endsWith(` configmaps/${hopNames().failures}`)),
    };
  }
}
