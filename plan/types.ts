/**
 * The vocabulary of the program: what is read from a live model (Baseline), what is decided from it (Plan),
 * and what each step of the plan is told (Step). Plain JSON throughout: everything here can be stored in a
 * ConfigMap, passed on a command line and compared as data.
 */

import type { PreflightQuestion } from "../guide/preflight/types";

/** How a charm runs its workload; decides whether a refresh must go through 0 units (F3). */
export type Generation = "podspec" | "sidecar";

/** One application as found in the live model. */
export interface BaselineApplication {
  charm: string;
  /** Track and risk, e.g. "ckf-1.6/stable". */
  channel: string;
  revision: number;
  generation: Generation;
  /** Nothing in the cluster showed it, neither operator nor workload: `generation` is what the release has. */
  generationUnseen?: true;
  scale: number;
  trust: boolean;
  /** Options an operator or bundle set; options that may hold a secret are left out and named in configOmitted. */
  config: Record<string, string | number | boolean>;
  configOmitted: string[];
  /** Whether its charm came from a file. */
  local?: true;
  /** Where it was not active: what juju said of it. */
  status?: { current: string; message: string };
  /** As `juju deploy --constraints` reads it. */
  constraints?: string;
  placement?: string;
  /** Storage to its pool, where that is not Juju's own for Kubernetes. */
  pools?: Record<string, string>;
  /** Resources to the revision that Charmhub has of them. */
  resources?: Record<string, string | number>;
  /** Resources that somebody attached; juju does not tell what they are. */
  attached?: string[];
  /** Endpoints that are bound to a space other than the default one. */
  bindings?: Record<string, string>;
  exposed?: true;
  /** Juju's own options of it, such as kubernetes-service-type, that somebody set. */
  applicationConfig?: Record<string, string | number | boolean>;
  /** What it offers to other models. */
  offers?: Record<string, { endpoints: string[]; consumers: number }>;
}

/** A claim of an application and the volume it is bound to. */
export interface BaselineVolume {
  /** Storage name in the charm's metadata, e.g. "minio-data". */
  storage: string;
  claim: string;
  volume: string;
  /** Size asked for by the claim, in MiB. */
  requestedMiB: number;
  /** Size of the volume, in MiB. */
  capacityMiB: number;
  storageClass: string;
  reclaimPolicy: "Delete" | "Retain" | "Recycle";
  accessModes: string[];
  volumeMode: string;
}

/** What a charm declares of a storage. Juju compares all of it (F1, F44). */
export interface Block {
  sizeMiB: number;
  /** Where it is mounted, for podspec charms and some sidecars. */
  location?: string;
  /** "filesystem" where that is left out. */
  type?: string;
}

/** Two endpoints, each "application:endpoint", in alphabetical order. */
export type Relation = [string, string];

/** The live model, recorded once before anything changes. Holds no secret. */
export interface Baseline {
  /** 1: recorded by a version of this program that knew no `definitions` and `objects`, and no volumes of profiles. Some of 2 know no `databases`. */
  schema: 1 | 2;
  /** Release found, e.g. "1.6". */
  release: string;
  model: {
    name: string;
    uuid: string;
    /** Id of the controller, where juju told it. */
    controller?: string;
    cloud: string;
    jujuVersion: string;
    kubernetesVersion: string;
  };
  applications: Record<string, BaselineApplication>;
  relations: Relation[];
  volumes: Record<string, BaselineVolume[]>;
  /** Profile that the dashboard charm made (its `profile` option), if there is one. */
  dashboardProfile?: string;
  /** Every Profile with the uid of its namespace, of the claims in it, and the volumes these are bound to. */
  profiles: Record<string, { namespaceUid: string; claims: Record<string, string>; volumes?: Record<string, string> }>;
  /** Database servers that can be dumped, by application: the image that runs there, and the Secrets it is pulled with. */
  databases?: Record<string, { image: string; pullSecrets: string[] }>;
  /** Namespaces that hold another key than the object store's. */
  ownKeys?: string[];
  /** Names of the cluster's custom resource definitions. */
  definitions?: string[];
  /** How many objects users have: kind -> namespace -> number, for kinds that stay until somebody deletes them. */
  objects?: Record<string, Record<string, number>>;
  /** Revision that each channel the hop needs had when the baseline was taken: charm -> channel -> revision. */
  available: Record<string, Record<string, number>>;
  /** Output of `juju export-bundle`, for people and for a rebuild by hand. */
  bundle: string;
}

/** Where a backup lies: a claim of the model's namespace, or a place in a bucket of another object store. */
export type BackupTarget =
  | { claim: string }
  | {
      /** e.g. "https://s3.example.com" */
      endpoint: string;
      bucket: string;
      /** Folder in the bucket; "" for its root. */
      prefix: string;
      region: string;
      /** Secret of the model's namespace with the keys `accesskey` and `secretkey`. */
      secret: string;
    };

/** A backup that somebody else made, in their words. Nothing of it is proven. */
export interface DeclaredBackup {
  by: string;
  /** ISO 8601 */
  when: string;
  what: string;
}

/**
 * refresh: the volume stays where it is. copy: it is copied to a staged volume, which the application deployed anew adopts.
 * rebind: that application adopts the very volume.
 */
export type StoragePath = "refresh" | "rebind" | "copy";

/** The path chosen for one volume, with the reason shown in the preview. */
export interface StorageChoice {
  application: string;
  storage: string;
  path: StoragePath;
  reason: string;
  source: BaselineVolume;
  /** Size the new application is deployed with, in MiB; not for refresh. */
  sizeMiB?: number;
}

/**
 * The state in which a step has nothing to do because a later step already did its work. It is what makes a rerun
 * safe when Pulumi's own state was lost: scaling down an application that is already refreshed would undo the upgrade.
 */
export type Superseded =
  { application: string; channel: string; revision: number } | { application: string; claimNot: string };

/** What a step is told, by kind. Every string is an operand, never a piece of shell. */
export type StepAction =
  /** Refuses to go on with what it finds, all of it at once, before anything changes. */
  | ({ kind: "preflight" } & PreflightQuestion)
  /** Reads the result of a mover Job and fails on any difference. `parts`: the steps that proved what lies beside the objects. */
  | { kind: "prove-backup"; job: string; target: BackupTarget; parts: string[]; declared?: DeclaredBackup }
  /** Reads the custom resources of these definitions, by name; `runs`: kinds whose objects start work again when they are applied. */
  | { kind: "export-resources"; baseline: string; apply: string[]; runs: string[] }
  /** `exported`: the step that did. */
  | { kind: "prove-resources"; job: string; exported: string; target: BackupTarget }
  /** Deletes the Secrets that carried the export; needs the evidence of the step `proven`. */
  | { kind: "delete-export"; proven: string }
  /** Copies root's password to a Secret, out of whichever of the variables the application's Pod has. */
  | { kind: "store-root-password"; application: string; variables: string[]; to: string }
  /** Reads the result of a Job that dumped an application's databases, and what these held. */
  | { kind: "prove-database"; application: string; job: string; target: BackupTarget; keep: "objects" | "manifest" }
  /** Reads what the first pass of a copy saw, and where: the second belongs there. */
  | { kind: "prove-presync"; job: string; source: string }
  | { kind: "prove-migration"; job: string; source: string }
  | { kind: "prove-objects"; job: string }
  | { kind: "remove-relation"; relation: Relation; superseded?: Superseded }
  | { kind: "add-relation"; relation: Relation }
  | { kind: "trust"; application: string }
  /** Takes the access to the cluster away again. */
  | { kind: "untrust"; application: string }
  /** Sets the options that an operator set, and resets all others but those that may hold secrets. */
  | { kind: "restore-config"; application: string; config: Record<string, string | number | boolean> }
  /** Refuses to go on unless each of `asked` is accepted by its name. */
  | { kind: "accept-irreversible"; asked: { name: string; what: string }[]; accepted: string[] }
  /** Lets the cluster refuse every deletion of a definition or a Profile, and takes Juju's marks off what these applications made. */
  | { kind: "guard-definitions"; applications: string[] }
  | { kind: "lift-guard" }
  /** At 0 units, takes Juju's marks off every definition and custom object that carries those of the application. */
  | { kind: "guard-crossing"; application: string; superseded: Superseded }
  /**
   * Never to 0 units of an application with storage. `taken`: relations that a later step takes away; where one is gone,
   * blocked or waiting counts beside active.
   */
  | {
      kind: "scale";
      application: string;
      units: number;
      superseded?: Superseded;
      /** What also ends this step, where "active" was not reached before either. */
      awaiting?: { status: string; message: string };
      taken?: Relation[];
    }
  /**
   * `awaiting`: workload status and message that also end this refresh, where "active" is not reachable yet (F10).
   * `beyond`: channels of later rungs of a ladder; an application found on one of them has this rung behind it.
   * `crossing`: from podspec to sidecar, by which Juju deletes what carries its marks. `taken`: as of scale.
   */
  | {
      kind: "refresh";
      application: string;
      charm: string;
      channel: string;
      revision: number;
      /** Such as "ubuntu@24.04", where the hop names one. */
      base?: string;
      awaiting?: { status: string; message: string };
      beyond?: string[];
      crossing?: boolean;
      taken?: Relation[];
    }
  /**
   * `gone`: Deployments of the model's namespace that must be gone too (F11). `storage`: its claims must stay.
   * `guarded`: its last hook deletes definitions, which the guard refuses; then that hook is skipped.
   * `stops`: volume on which the moment is written down, once, from which on the application is down.
   */
  | {
      kind: "remove-application";
      application: string;
      gone: string[];
      storage: string[];
      superseded: Superseded | "never";
      guarded?: boolean;
      stops?: string;
    }
  | {
      kind: "deploy";
      application: string;
      charm: string;
      channel: string;
      revision: number;
      /** As of refresh. */
      base?: string;
      trust: boolean;
      config: Record<string, string | number | boolean>;
      /** storage name -> MiB */
      storage: Record<string, number>;
      /** How many units, where more than one. */
      units?: number;
      constraints?: string;
      /** Storage to its pool, where that is not Juju's own. */
      pools?: Record<string, string>;
      /** Resources by name, where they are not those of the channel. */
      resources?: Record<string, string | number>;
      /** Offers that went with it, to their endpoints: made again. */
      offers?: Record<string, string[]>;
      /** Whether it must be active by itself, where none of its relations come first. */
      active?: boolean;
    }
  /** Fills the server of a new application from that of `from`, whose root's password is in Secret `secret`. `consumers` wrote to the old one. */
  | { kind: "load-database"; application: string; from: string; secret: string; consumers?: string[] }
  /** Removes an application whose databases were loaded `into` another; its claims stay. `variables` may hold root's password. */
  | {
      kind: "finalize-database";
      application: string;
      volumes: { volume: string; claim: string }[];
      into?: { application: string; variables: string[] };
    }
  /** Deletes the copy of root's password that store-root-password made. */
  | { kind: "delete-root-password"; application: string }
  | { kind: "protect-profile"; profile: string }
  /** Copies the charm's Secret to one that outlives the application; evidence names it, never its content. */
  | { kind: "store-credentials"; application: string; from: string; to: string }
  /** `secret`: where the charm keeps the key it uses; without it the charm's own options tell. */
  | { kind: "set-credentials"; application: string; from: string; secret?: string }
  /** Reads back that every volume is Retain and still bound to the claim it was recorded with. */
  | { kind: "check-retain"; volumes: { volume: string; claim: string }[] }
  /** Finds the claim an application deployed anew got; `source` is the claim it must not be. */
  | { kind: "find-claim"; application: string; storage: string; source: string; sizeMiB: number }
  | { kind: "delete-job-pods"; jobs: string[]; claims: string[] }
  /**
   * Hands the volume that claim `from` holds to the claim that find-claim found: the application gets it with its next Pod.
   * For rebind, `from` is the source's own claim. `look`: image of the Job that looks into the volume which is given up; it
   * must hold what an empty MinIO makes, and nothing else.
   */
  | {
      kind: "adopt-volume";
      application: string;
      storage: string;
      from: string;
      source: BaselineVolume;
      look?: string;
    }
  /** Replaces the application's Pod by one on the volume that adopt-volume handed over, and waits until it serves. */
  | {
      kind: "start-on-volume";
      application: string;
      storage: string;
      from: string;
      source: BaselineVolume;
      units: number;
    }
  | { kind: "verify"; expected: Expected }
  /**
   * Removes for good what a move left unused; needs the evidence of adopt-volume and verify. `staging`: the claim of a copy.
   * `look`: as of adopt-volume.
   */
  | { kind: "finalize-volume"; application: string; source: BaselineVolume; staging?: string; look?: string };

/** What `verify` holds the live model against. */
export interface Expected {
  release: string;
  /** `awaiting`: what counts beside "active" where the model lacks what the application waits for, and always did. */
  applications: Record<
    string,
    { charm: string; channel: string; revision: number; awaiting?: { status: string; message: string } }
  >;
  relations: Relation[];
  /** ConfigMap with the baseline, whose profiles, definitions and counts are compared. */
  baseline: string;
  /** Deployment -> Istio's minor that its image must be of, e.g. "1.16". */
  mesh: Record<string, string>;
  /** Kind of Knative's custom resource -> its plural and the minor that its status must tell. */
  serverless: Record<string, { plural: string; minor: string }>;
  /** Service through which users reach the dashboard. */
  gateway?: string;
  /** Application that serves its page. */
  dashboard?: string;
  /** Application -> variables that may hold root's password, of the databases whose rows are counted again. */
  databases: Record<string, string[]>;
  /** Those whose rows were moved -> the application that serves them now. */
  movedDatabases?: Record<string, string>;
  /** Secrets named mlpipeline-minio-artifact in user namespaces must still hold the object store's key. */
  credentials?: { secret: string };
  /** Trust, units and options that applications must have, where they were taken back. */
  set?: Record<string, Pick<BaselineApplication, "trust" | "scale" | "config">>;
}

/** The order in which phases are told wherever nothing else decides. */
export const phases = [
  "preflight",
  "backup",
  "rollback",
  "detach",
  "profile",
  "istio",
  "refresh",
  "storage",
  "deploy",
  "relate",
  "verify",
  "finalize",
] as const;

export type Phase = (typeof phases)[number];

interface Node {
  /** Resource name, unique in the plan, e.g. "refresh-minio". */
  id: string;
  phase: Phase;
  dependsOn: string[];
  /** Dependencies whose evidence the step reads; a subset of dependsOn. */
  needs: string[];
  /** One sentence for the reviewer: why this step exists, with the F-number where a fact asks for it. */
  why: string;
}

/** A step that runs `bin/step.js`. */
export interface CommandStep extends Node {
  type: "command";
  action: StepAction;
}

/** A Job of the mover image that talks to the object store. */
export interface JobStep extends Node {
  type: "job";
  job: "minio-backup" | "resources-backup" | "minio-verify";
}

/** A Job that dumps the databases of an application, by the image that its server runs. */
export interface DumpStep extends Node {
  type: "dump";
  application: string;
  image: string;
  pullSecrets: string[];
}

/** A Job of the mover image that copies a volume: `presync` while the application serves, `migration` once it is removed. */
export interface CopyStep extends Node {
  type: "copy";
  pass: "presync" | "migration";
  application: string;
  source: { claim: string; volume: string };
  /** Claim that is filled. */
  destination: string;
  /** Whether the volume is the object store's. */
  objectStore: boolean;
}

/** A volume whose reclaim policy is patched to Retain, as a Patch resource that keeps its field on delete. */
export interface RetainStep extends Node {
  type: "retain";
  volume: string;
}

/** A claim of our own, for the backup or for a copy; kept when the stack is destroyed. */
export interface ClaimStep extends Node {
  type: "claim";
  claim: string;
  sizeMiB: number;
  storageClass?: string;
  accessModes: string[];
}

/** A ConfigMap that records the evidence of the one step in `needs`, for the next run and for people. */
export interface RecordStep extends Node {
  type: "record";
  configMap: string;
}

/** The ConfigMap that records a model as it was found before it goes back. */
export interface FoundStep extends Node {
  type: "found";
  configMap: string;
}

/** A command of the site. */
export interface HookStep extends Node {
  type: "hook";
  /** A line for /bin/sh. */
  command: string;
  timeoutMinutes: number;
}

export type Step =
  HookStep | CommandStep | JobStep | DumpStep | CopyStep | RetainStep | ClaimStep | RecordStep | FoundStep;

/** Something that going back does not undo, or undoes only with a risk. */
export interface Irreversible {
  /** What the setting acceptIrreversible calls it. */
  name: string;
  what: string;
  /** Whether `up` refuses until it is accepted by that name: data or a service may be lost. */
  asks: boolean;
}

export interface Plan {
  from: string;
  to: string;
  model: string;
  storage: StorageChoice[];
  /** In an order in which they could run one by one. */
  steps: Step[];
  /** What a reviewer should know and no step can say: applications kept, relations left alone, what is not covered. */
  notes: string[];
  /** Of a rollback: what it does not undo. */
  irreversible?: Irreversible[];
}
