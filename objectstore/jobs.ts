import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as kubernetes from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { toldShell } from "../databases/said";
import { surveyShell } from "../databases/survey";
import { hopNames, jobSteps } from "../plan/names";
import type { BackupTarget } from "../plan/types";

/** What a Job does: two talk to the object store, one writes what was exported, two keep a database, two copy a volume, one looks into one. */
export type Mover = "backup" | "resources" | "known" | "database" | "presync" | "migration" | "verify" | "look";

interface MoverArgs {
  namespace: string;
  /** Image with /bin/sh, its usual tools and rclone 1.76 or later. */
  image: string;
  imagePullPolicy?: "IfNotPresent" | "Always" | "Never";
  /** A Job that takes longer is ended; what it copied stays and the next run goes on from there. */
  timeoutMinutes: number;
  /** Name of the hop, e.g. "1.6-1.7": the folder of the backup, and a part of the Job's name; as in a step's order where there is no backup. */
  hop: string | undefined;
}

export interface StoreArgs extends MoverArgs {
  /** URL of the object store, e.g. "http://minio.kubeflow.svc:9000". */
  endpoint: Input<string>;
  /** Secret with the keys `accesskey` and `secretkey`. */
  credentialsSecret: Input<string>;
  target: BackupTarget;
  /** Size of the store's volume, in MiB: what is restored on trial must have room there. */
  storeMiB?: number;
  /** Whether the objects are copied, or only listed with their hashes because somebody else has the copy. */
  keep?: "objects" | "manifest";
}

export interface ResourcesArgs extends MoverArgs {
  target: BackupTarget;
  /** Secrets with the parts of the export; those that are not needed are not there. */
  secrets: string[];
  /** Digest of the export; the Job takes nothing else for it. */
  digest: Input<string>;
}

export interface DumpArgs extends MoverArgs {
  /** Application whose server is dumped; its Service has the same name. */
  application: string;
  /** Image that the server runs: it has the dumper of the same version, and a server for the trial. */
  databaseImage: string;
  /** Secrets that such an image is pulled with. */
  pullSecrets: string[];
  /** Secret with the key `password`, that of root. */
  passwordSecret: string;
  target: BackupTarget;
  /** Whether rows are dumped, or only counted because somebody else has the copy. */
  keep: "objects" | "manifest";
}

/** A copy of one volume. Both Jobs of it are given the same. */
export interface CopyArgs extends MoverArgs {
  /** Application that the volume belongs to; names the Jobs. */
  application: string;
  /** Mounted read-only, in every phase. */
  sourceClaim: Input<string>;
  destinationClaim: Input<string>;
  /** Name of the source's PersistentVolume: tells a copy of it from one of another volume where its files do not. */
  sourceVolume: string;
  /** Whether the volume is a MinIO's, whose format and id are read and checked. */
  objectStore: boolean;
  /** Digest of the proven backup; the Job refuses to copy without it. */
  backupDigest: Input<string>;
}

/** The second pass, and what the first left for it. */
export interface MigrationArgs extends CopyArgs {
  /** Where it has to run, or had best. */
  place: Input<kubernetes.types.input.core.v1.NodeAffinity>;
  /** Files that the first pass has copied and compared. */
  presyncObjects: Input<string>;
}

/**
 * The node of the first pass: the only one where a volume is that has no node of its own, such as a hostPath without nodeAffinity
 * (https://github.com/canonical/microk8s-core-addons/pull/15); of any other the scheduler knows where it can be mounted.
 */
export function placeAt(node: string, bound: boolean): kubernetes.types.input.core.v1.NodeAffinity {
  const term = { matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] };
  return bound
    ? { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } }
    : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: term }] };
}

const script = (name: string): string => readFileSync(join(__dirname, "mover", `${name}.sh`), "utf8");

const parts: Record<Mover, string[]> = {
  backup: ["target", "restore", "backup"],
  resources: ["target", "files", "resources"],
  known: ["target", "known"],
  database: ["target", "files", "database"],
  presync: ["volume", "presync"],
  migration: ["volume", "migrate"],
  verify: ["target", "verify"],
  look: ["look"],
};

/** What the container of a Job of that name runs: `/bin/sh -ceu <text>`. */
export function moverScript(mover: Mover, name: string): string {
  return [`job=${name}\nmover=${mover}`, ...["say", "common", ...parts[mover]].map(script)].join("\n");
}

/** What the container of the database's own image runs in that Job, in the same way. */
export function dumpScript(name: string): string {
  return [
    `job=${name}`,
    script("say"),
    surveyShell,
    toldShell,
    readFileSync(join(__dirname, "..", "databases", "dump.sh"), "utf8"),
  ].join("\n");
}

interface Mount {
  /** A claim, or what is there of a list of Secrets, each in a folder with its number. */
  from: Input<string> | string[];
  path: string;
  readOnly: boolean;
}

/** Each Secret's keys in a folder of its place in the list. The volume is memory: what is not there costs nothing. */
function secrets(names: string[]): Pick<kubernetes.types.input.core.v1.Volume, "projected"> {
  const folder = (index: number): string => String(index).padStart(2, "0");
  return {
    projected: {
      sources: names.map((name, index) => ({
        secret: { name, optional: true, items: [{ key: "part", path: `${folder(index)}/part` }] },
      })),
    },
  };
}

type Env = kubernetes.types.input.core.v1.EnvVar;

interface Container {
  name: string;
  image: string;
  text: string;
  env: Env[];
  mounts: Mount[];
  capabilities: string[];
  /** Any user but root, where nothing has to be read or written that belongs to others. */
  runAsUser?: number;
}

interface Work {
  mover: Mover;
  /** The step that runs the Job, which names it. */
  step: string;
  env: Env[];
  mounts: Mount[];
  capabilities: string[];
  /** Containers that run before, one after the other. */
  before?: Container[];
  pullSecrets?: string[];
  /** Application on whose node the Pod has to run, where it shares a claim with it. */
  beside?: string;
  place?: Input<kubernetes.types.input.core.v1.NodeAffinity>;
}

const volumeName = (path: string): string => path.slice(1);

function container(
  { imagePullPolicy, hop }: MoverArgs,
  { name, image, text, env, mounts, capabilities, runAsUser }: Container,
): kubernetes.types.input.core.v1.Container {
  return {
    name,
    image,
    imagePullPolicy: imagePullPolicy ?? "IfNotPresent",
    command: ["/bin/sh", "-ceu", text],
    env: [
      { name: "HOP", value: hop ?? "" },
      { name: "WORK_DIR", value: "/work" },
      { name: "HOME", value: "/work" },
      { name: "TMPDIR", value: "/work" },
      { name: "GOMEMLIMIT", value: "400MiB" },
      ...env,
    ],
    // Up to three rclones at once, and what the shell's own tools remember: about 2.5 KiB for each file and folder of a volume.
    resources: { requests: { cpu: "250m", memory: "128Mi" }, limits: { cpu: "2", memory: "2Gi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      // An empty list is not kept: a run that made the Job and was killed would be in conflict with the next one over it.
      capabilities: { drop: ["ALL"], ...(capabilities.length > 0 && { add: capabilities }) },
      ...(runAsUser !== undefined && { runAsUser, runAsGroup: runAsUser }),
    },
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    volumeMounts: [
      { name: "work", mountPath: "/work" },
      ...mounts.map(({ path, readOnly }) => ({
        name: volumeName(path),
        mountPath: path,
        ...(readOnly && { readOnly }),
      })),
    ],
  };
}

/** Both passes of a copy belong to a node, in different ways. */
function affinityOf({ beside, ...where }: Pick<Work, "beside" | "place">): {
  affinity?: kubernetes.types.input.core.v1.Affinity;
} {
  if ("place" in where) return { affinity: { nodeAffinity: where.place } };
  if (beside === undefined) return {};
  const term = {
    labelSelector: { matchLabels: { "app.kubernetes.io/name": beside } },
    topologyKey: "kubernetes.io/hostname",
  };
  return { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
}

function job(
  args: MoverArgs,
  { mover, step, env, mounts, capabilities, before = [], pullSecrets = [], ...where }: Work,
): kubernetes.types.input.batch.v1.Job {
  const name = hopNames(args.hop).job(step);
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "charmed-kubeflow-upgrade" };
  const noSidecar = { "sidecar.istio.io/inject": "false" };
  const seconds = args.timeoutMinutes * 60;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      namespace: args.namespace,
      labels,
      annotations: {
        "pulumi.com/timeoutSeconds": String(seconds + 60),
        // A failed Job never runs again by itself: the next `up` makes a new one, which goes on where this one ended.
        "pulumi.com/replaceUnready": "true",
      },
    },
    spec: {
      // An eviction or a lost node costs one try; a refusal is refused each time and is over in two minutes.
      backoffLimit: 3,
      activeDeadlineSeconds: seconds,
      template: {
        // A sidecar would keep the Pod from completing. Old Istio reads the annotation, new Istio the label.
        metadata: { labels: { ...labels, ...noSidecar }, annotations: noSidecar },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          // The shell is PID 1 and hears no SIGTERM; being killed at any moment is what the scripts are made for.
          terminationGracePeriodSeconds: 2,
          securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: "RuntimeDefault" } },
          ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })) }),
          ...affinityOf(where),
          ...(before.length > 0 && { initContainers: before.map((one) => container(args, one)) }),
          containers: [
            container(args, {
              name: "mover",
              image: args.image,
              text: moverScript(mover, name),
              env,
              mounts,
              capabilities,
            }),
          ],
          volumes: [
            { name: "work", emptyDir: {} },
            ...mounts.map(({ from, path }) => ({
              name: volumeName(path),
              ...(Array.isArray(from) ? secrets(from) : { persistentVolumeClaim: { claimName: from } }),
            })),
          ],
        },
      },
    },
  };
}

/** A remote of rclone's by the environment: https://rclone.org/docs/#config-file */
function remote(name: "STORE" | "TARGET", endpoint: Input<string>, secret: Input<string>): Env[] {
  const key = (of: string): Env["valueFrom"] => ({ secretKeyRef: { name: secret, key: of } });
  return [
    { name: `RCLONE_CONFIG_${name}_ENDPOINT`, value: endpoint },
    { name: `RCLONE_CONFIG_${name}_ACCESS_KEY_ID`, valueFrom: key("accesskey") },
    { name: `RCLONE_CONFIG_${name}_SECRET_ACCESS_KEY`, valueFrom: key("secretkey") },
  ];
}

const storeEnv = ({ endpoint, credentialsSecret }: StoreArgs): Env[] => remote("STORE", endpoint, credentialsSecret);

/** What a Job needs to reach the backup. */
function reach(target: BackupTarget, readOnly: boolean): { env: Env[]; mounts: Mount[] } {
  if ("claim" in target) return { env: [], mounts: [{ from: target.claim, path: "/backup", readOnly }] };
  const { endpoint, bucket, prefix, region, secret } = target;
  const env = [
    ...remote("TARGET", endpoint, secret),
    { name: "RCLONE_CONFIG_TARGET_REGION", value: region },
    { name: "BACKUP_BUCKET", value: [bucket, prefix].filter(Boolean).join("/") },
  ];
  return { env, mounts: [] };
}

/**
 * Job that copies every object to the backup claim and reads it back. It needs DAC_OVERRIDE because the root folder of a
 * claim belongs to whoever its driver chose.
 */
export function backupJob(args: StoreArgs): kubernetes.types.input.batch.v1.Job {
  const { env, mounts } = reach(args.target, false);
  return job(args, {
    mover: "backup",
    step: "minio-backup",
    env: [
      ...storeEnv(args),
      ...env,
      { name: "KEEP", value: args.keep ?? "objects" },
      ...(args.storeMiB === undefined ? [] : [{ name: "STORE_BYTES", value: String(args.storeMiB * 2 ** 20) }]),
    ],
    mounts,
    capabilities: ["DAC_OVERRIDE"],
  });
}

/** Job that writes the exported resources to the backup and reads them back. */
export function resourcesJob(args: ResourcesArgs): kubernetes.types.input.batch.v1.Job {
  const { env, mounts } = reach(args.target, false);
  const own = [
    { name: "RESOURCES_DIR", value: "/resources" },
    { name: "RESOURCES_DIGEST", value: args.digest },
  ];
  return job(args, {
    mover: "resources",
    step: "resources-backup",
    env: [...own, ...env],
    mounts: [...mounts, { from: args.secrets, path: "/resources", readOnly: true }],
    capabilities: ["DAC_OVERRIDE"],
  });
}

/**
 * Job that dumps an application's databases, restores the dump on trial, writes it to the backup and reads it back. The mover
 * has no dumper and the database's image no client of S3, so one hands the files to the other.
 */
export function dumpJob(args: DumpArgs): kubernetes.types.input.batch.v1.Job {
  const { application, databaseImage, passwordSecret, keep, pullSecrets } = args;
  const step = jobSteps.dump(application);
  const name = hopNames(args.hop).job(step);
  const own = [
    { name: "DATABASE", value: application },
    { name: "KEEP", value: keep },
  ];
  const { env, mounts } = reach(args.target, false);
  const capabilities = ["DAC_OVERRIDE"];
  const known = {
    name: "known",
    image: args.image,
    text: moverScript("known", name),
    env: [...own, ...env],
    mounts: mounts.map((mount) => ({ ...mount, readOnly: true })),
    capabilities,
  };
  const root = { name: "MYSQL_PWD", valueFrom: { secretKeyRef: { name: passwordSecret, key: "password" } } };
  const dump = {
    name: "dump",
    image: databaseImage,
    text: dumpScript(name),
    env: [...own, { name: "DATABASE_HOST", value: application }, root],
    mounts: [],
    capabilities: [],
    runAsUser: 65534,
  };
  return job(args, {
    mover: "database",
    step,
    env: [...own, ...env],
    mounts,
    capabilities,
    before: [known, dump],
    pullSecrets,
  });
}

/** Job that reads every object of the upgraded store and holds it against the backup's manifest; it can write nowhere. */
export function verifyJob(args: StoreArgs): kubernetes.types.input.batch.v1.Job {
  const { env, mounts } = reach(args.target, true);
  return job(args, {
    mover: "verify",
    step: "minio-verify",
    env: [...storeEnv(args), ...env],
    mounts,
    capabilities: ["DAC_OVERRIDE"],
  });
}

/**
 * What both Jobs of a copy have. Files keep their owner (CHOWN) and their mode, times and attributes though they belong to
 * somebody else (FOWNER), setgid of a group that is not ours among them (FSETID: chmod(2)), and are read and written whatever
 * that mode is (DAC_OVERRIDE).
 */
function copyWork(args: CopyArgs): Pick<Work, "env" | "mounts" | "capabilities"> {
  return {
    env: [
      { name: "BACKUP_DIGEST", value: args.backupDigest },
      // Optional, so that a Job without it says what is missing instead of waiting for it.
      {
        name: "PROVEN_DIGEST",
        valueFrom: { configMapKeyRef: { name: hopNames(args.hop).proof, key: "digest", optional: true } },
      },
      { name: "SOURCE_VOLUME", value: args.sourceVolume },
      { name: "OBJECT_STORE", value: String(args.objectStore) },
      // The server fills apiVersion in, and a second apply without it is a conflict: a run after a kill could not go on.
      { name: "NODE_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } },
    ],
    mounts: [
      { from: args.sourceClaim, path: "/data-source", readOnly: true },
      { from: args.destinationClaim, path: "/data-destination", readOnly: false },
    ],
    capabilities: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"],
  };
}

/**
 * Job that fills the destination while the application still serves from the source, again and again until little is left.
 * It runs on the application's node, the only one that can mount a claim of one node twice.
 */
export function presyncJob(args: CopyArgs): kubernetes.types.input.batch.v1.Job {
  return job(args, {
    mover: "presync",
    step: jobSteps.presync(args.application),
    ...copyWork(args),
    beside: args.application,
  });
}

/** Job that copies what is left while nothing runs, and proves that source and destination are the same. */
export function migrationJob(args: MigrationArgs): kubernetes.types.input.batch.v1.Job {
  const { env, ...work } = copyWork(args);
  return job(args, {
    mover: "migration",
    step: jobSteps.migration(args.application),
    ...work,
    env: [...env, { name: "PRESYNC_OBJECTS", value: args.presyncObjects }],
    place: args.place,
  });
}

/** Job that looks for files on a claim's volume which no MinIO makes by itself; it can write nowhere. */
export function lookJob({
  application,
  claim,
  beside,
  ...args
}: MoverArgs & {
  application: string;
  claim: string;
  /** Whether a Pod of the application runs, which may be the only one's node that can mount the claim. */
  beside: boolean;
}): kubernetes.types.input.batch.v1.Job {
  return job(args, {
    mover: "look",
    step: jobSteps.look(application),
    env: [],
    mounts: [{ from: claim, path: "/data-look", readOnly: true }],
    capabilities: ["DAC_OVERRIDE"],
    ...(beside && { beside: application }),
  });
}
