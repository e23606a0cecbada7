import type { Scalar } from "./catalogue";

export type Life = "alive" | "dying";

export interface Status {
  current: string;
  message?: string;
  /** Milliseconds since the epoch. */
  since: number;
}

export type HookKind =
  | "install"
  | "leader-elected"
  | "config-changed"
  | "start"
  | "upgrade-charm"
  | "relation-changed"
  | "relation-broken"
  | "stop"
  | "remove";

export interface QueuedHook {
  kind: HookKind;
  /** As the agent shows it, e.g. "object-storage-relation-changed". */
  name: string;
  relation?: number;
  notBefore: number;
  endsAt?: number;
  failure?: { attempts: number; retryAt: number };
}

export interface Unit {
  number: number;
  life: Life;
  /** Revision of the charm that the unit runs; differs from the application's while it upgrades. */
  revision: number;
  hooks: QueuedHook[];
  workload: Status;
  agent: Status;
  address?: string;
  providerId?: string;
  /** All hooks of its removal have run; only the pod may be left. */
  departed?: boolean;
}

export interface ObjectRef {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

export interface Application {
  name: string;
  charm: string;
  channel: string;
  revision: number;
  life: Life;
  trust: boolean;
  /** Options that a user set. */
  config: Record<string, Scalar>;
  scale: number;
  /** Eight hex digits in the claim template's name; random for every deployed application (juju.md d). */
  uuid8: string;
  /** Storage name -> MiB asked for. */
  storage: Record<string, number>;
  constraints?: string;
  exposed: boolean;
  /** When the last refresh or configuration change was accepted. */
  changedAt: number;
  /** Revision whose objects are in the cluster; undefined until the charm set its first pod spec. */
  workloadRevision?: number;
  /** Claim template name by storage, fixed once the StatefulSet exists. */
  templates: Record<string, string>;
  /** Counts changes of the pod template (charm.juju.is/modified-version). */
  modifiedVersion: number;
  templateHash?: string;
  /** What is in the cluster for it: reference and content hash. */
  applied: { ref: ObjectRef; hash: string; lasting: boolean }[];
  /** Juju is taking the podspec resources away, to make the sidecar after that. */
  switching?: boolean;
  /** What the charm remembers (StoredState and relation data it has seen). */
  charmState: Record<string, string>;
  providerId?: string;
  address?: string;
  status: Status;
  units: Unit[];
  removal?: { destroyStorage: boolean; force: boolean; tornDown?: boolean; dueAt?: number };
}

export interface Relation {
  id: number;
  interface: string;
  requirer: { application: string; endpoint: string };
  provider: { application: string; endpoint: string };
  life: Life;
  /** Units that have left its scope. */
  departed: string[];
}

export interface StorageInstance {
  /** For example "minio-data/0". */
  id: string;
  name: string;
  application: string;
  unit?: string;
  status: Status;
  life: Life;
  /** Detached storage keeps what it knows of its claim. */
  claim?: string;
  claimUid?: string;
  volume?: string;
  volumeIndex: number;
  sizeMiB: number;
  location: string;
  persistent: boolean;
  dueAt?: number;
}

export interface ModelState {
  schema: 1;
  name: string;
  uuid: string;
  controllerUuid: string;
  createdAt: number;
  applications: Record<string, Application>;
  relations: Relation[];
  storage: StorageInstance[];
  sequences: { relation: number; storage: number; volume: number; action: number };
  /** Objects outside Juju's care that disappear a bit later (F11). */
  pendingDeletes: { ref: ObjectRef; at: number }[];
  actions: Record<
    string,
    {
      unit: string;
      name: string;
      results: Record<string, string>;
      status: "completed" | "failed";
      message?: string;
      at: number;
      doneAt: number;
    }
  >;
  faults: Record<string, FaultState>;
  /** What `juju debug-log` shows. */
  log: string[];
}

export interface FaultState {
  /** How many more times it strikes; undefined = until cleared. */
  times?: number;
  application?: string;
  verb?: string;
  hook?: string;
  /** What is said, where the fault says something. */
  message?: string;
}
