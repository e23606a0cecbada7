import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as kubernetes from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { names } from "../plan/names";

/** What a Job does: two talk to the object store, two copy a volume. */
export type Mover = "backup" | "presync" | "migration" | "verify";

/** Name of the Job that fills a copy of an application's volume while the application serves. */
export const presyncJobName = (application: string): string => `${application}-presync`;

/** Name of the Job that completes and proves the copy while nothing runs. */
export const migrationJobName = (application: string): string => `${application}-migration`;

interface MoverArgs {
  namespace: string;
  /** Image with /bin/sh, its usual tools and rclone 1.68 or later. */
  image: string;
  imagePullPolicy?: "IfNotPresent" | "Always" | "Never";
  /** A Job that takes longer is ended; what it copied stays and the next run goes on from there. */
  timeoutMinutes: number;
  /** Name of the hop, e.g. "1.6-1.7": the folder of the backup. */
  hop: string;
}

export interface StoreArgs extends MoverArgs {
  /** URL of the object store, e.g. "http://minio.kubeflow.svc:9000". */
  endpoint: Input<string>;
  /** Secret with the keys `accesskey` and `secretkey`. */
  credentialsSecret: Input<string>;
  backupClaim: Input<string>;
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

const script = (name: string): string => readFileSync(join(__dirname, "mover", `${name}.sh`), "utf8");

const parts: Record<Mover, string[]> = { backup: ["backup"], presync: ["volume", "presync"], migration: ["volume", "migrate"], verify: ["verify"] };

/** What the container of a Job of that name runs: `/bin/sh -ceu <text>`. */
export function moverScript(mover: Mover, name: string): string {
  return [`job=${name}\nmover=${mover}`, ...["common", ...parts[mover]].map(script)].join("\n");
}

interface Mount {
  claim: Input<string>;
  path: string;
  readOnly: boolean;
}

type Env = kubernetes.types.input.core.v1.EnvVar;

interface Work {
  mover: Mover;
  name: string;
  env: Env[];
  mounts: Mount[];
  capabilities: string[];
  /** Application on whose node the Pod has to run, where it shares a claim with it. */
  beside?: string;
}

function job(args: MoverArgs, { mover, name, env, mounts, capabilities, beside }: Work): kubernetes.types.input.batch.v1.Job {
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "charmed-kubeflow-upgrade" };
  const noSidecar = { "sidecar.istio.io/inject": "false" };
  const volume = (path: string): string => path.slice(1);
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
          ...(beside && {
            affinity: {
              podAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { "app.kubernetes.io/name": beside } }, topologyKey: "kubernetes.io/hostname" }],
              },
            },
          }),
          containers: [
            {
              name: "mover",
              image: args.image,
              imagePullPolicy: args.imagePullPolicy ?? "IfNotPresent",
              command: ["/bin/sh", "-ceu", moverScript(mover, name)],
              env: [{ name: "HOP", value: args.hop }, { name: "WORK_DIR", value: "/work" }, { name: "HOME", value: "/work" }, { name: "TMPDIR", value: "/work" }, { name: "GOMEMLIMIT", value: "800MiB" }, ...env],
              resources: { requests: { cpu: "250m", memory: "128Mi" }, limits: { cpu: "2", memory: "1Gi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"], add: capabilities },
              },
              terminationMessagePath: "/dev/termination-log",
              terminationMessagePolicy: "File",
              volumeMounts: [{ name: "work", mountPath: "/work" }, ...mounts.map(({ path, readOnly }) => ({ name: volume(path), mountPath: path, ...(readOnly && { readOnly }) }))],
            },
          ],
          volumes: [{ name: "work", emptyDir: {} }, ...mounts.map(({ claim, path }) => ({ name: volume(path), persistentVolumeClaim: { claimName: claim } }))],
        },
      },
    },
  };
}

function storeEnv({ endpoint, credentialsSecret }: StoreArgs): Env[] {
  const secret = (key: string): Env["valueFrom"] => ({ secretKeyRef: { name: credentialsSecret, key } });
  return [
    { name: "RCLONE_CONFIG_STORE_ENDPOINT", value: endpoint },
    { name: "RCLONE_CONFIG_STORE_ACCESS_KEY_ID", valueFrom: secret("accesskey") },
    { name: "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY", valueFrom: secret("secretkey") },
  ];
}

/**
 * Job that copies every object to the backup claim and reads it back. It needs DAC_OVERRIDE because the root folder of a
 * claim belongs to whoever its driver chose.
 */
export function backupJob(args: StoreArgs): kubernetes.types.input.batch.v1.Job {
  return job(args, { mover: "backup", name: "minio-backup", env: storeEnv(args), mounts: [{ claim: args.backupClaim, path: "/backup", readOnly: false }], capabilities: ["DAC_OVERRIDE"] });
}

/** Job that reads every object of the upgraded store and holds it against the backup's manifest; it can write nowhere. */
export function verifyJob(args: StoreArgs): kubernetes.types.input.batch.v1.Job {
  return job(args, { mover: "verify", name: "minio-verify", env: storeEnv(args), mounts: [{ claim: args.backupClaim, path: "/backup", readOnly: true }], capabilities: ["DAC_OVERRIDE"] });
}

/**
 * What both Jobs of a copy have. Files keep their owner (CHOWN) and their mode, times and attributes though they belong to
 * somebody else (FOWNER), and are read and written whatever that mode is (DAC_OVERRIDE).
 */
function copyWork(args: CopyArgs): Pick<Work, "env" | "mounts" | "capabilities"> {
  return {
    env: [
      { name: "BACKUP_DIGEST", value: args.backupDigest },
      // Optional, so that a Job without it says what is missing instead of waiting for it.
      { name: "PROVEN_DIGEST", valueFrom: { configMapKeyRef: { name: names.proof, key: "digest", optional: true } } },
      { name: "SOURCE_VOLUME", value: args.sourceVolume },
      { name: "OBJECT_STORE", value: String(args.objectStore) },
    ],
    mounts: [
      { claim: args.sourceClaim, path: "/data-source", readOnly: true },
      { claim: args.destinationClaim, path: "/data-destination", readOnly: false },
    ],
    capabilities: ["CHOWN", "DAC_OVERRIDE", "FOWNER"],
  };
}

/**
 * Job that fills the destination while the application still serves from the source, again and again until little is left.
 * It runs on the application's node, the only one that can mount a claim of one node twice.
 */
export function presyncJob(args: CopyArgs): kubernetes.types.input.batch.v1.Job {
  return job(args, { mover: "presync", name: presyncJobName(args.application), ...copyWork(args), beside: args.application });
}

/** Job that copies what is left while nothing runs, and proves that source and destination are the same. */
export function migrationJob(args: CopyArgs): kubernetes.types.input.batch.v1.Job {
  return job(args, { mover: "migration", name: migrationJobName(args.application), ...copyWork(args) });
}
