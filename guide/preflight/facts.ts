import type { DisabledCommands } from "../../juju/disabled";
import type { AppStatus } from "../../juju/status";
import type { MarkedData } from "./marked";
import type { CheckName } from "./finding";

export interface JujuFacts {
  /** Id that the client knows the model by. */
  uuid: string;
  clientVersion: string;
  modelVersion: string;
  /** "available" when nothing is wrong. */
  modelStatus: string;
  /** What juju could not compute beside applications, with its own reason. */
  unread?: { what: string; why: string }[];
  disabled: DisabledCommands[];
  applications: Record<string, AppStatus>;
}

/** What preflight reads from the live model and its cluster. Holds no secret. */
export interface LiveFacts {
  /** Whether a step was about to change the model: it may be at work on it, or have failed at once. */
  begun: boolean;
  /** Whether a step has changed the model. */
  resumed: boolean;
  /** Id of the model that the cluster's namespace carries. */
  namespaceOf: string | undefined;
  /** Undefined where juju did not let itself be asked; `refusal` then says why. */
  juju: JujuFacts | undefined;
  refusal?: string;
  kubernetes: string;
  /** Objects that run, as "namespace/name", by check. Absent kinds run nothing. */
  running: { check: CheckName; kind: string; names: string[] }[];
  /** What the cluster did not let us read, with its answer. */
  unread: { check: CheckName; why: string }[];
  /** What the crossings that are left meet; undefined where none is left. */
  crossing?: {
    applications: string[];
    definitions: { name: string; served: string[]; unserved: string[] }[];
    /** Definitions and objects that carry the labels of those applications. */
    marked: string[];
    /** Why they could not be found, or their labels not taken off: the cluster's own words. */
    refused: string[];
  };
  /** Claims of the model with a deletionTimestamp, or with one on their volume. */
  marked: MarkedData[];
  /** `folders`: its volumes are folders of the disk of a node. */
  storageClasses: { name: string; isDefault: boolean; folders?: boolean }[];
  /** Names of the claims that are there already, of those that the upgrade makes. */
  claims: string[];
  /** Largest claim that a driver says it can still make, in MiB, by StorageClass; most drivers do not tell. */
  capacities: Record<string, number>;
  /** What the object store's volume holds, in MiB, where its kubelet tells, or its Pod. */
  usedMiB?: number;
  /** What is free on the disk of the object store's volume, or why it was not read; only where that is a folder of a StorageClass that makes folders. */
  disk?: { storageClass: string } & ({ freeMiB: number } | { why: string });
  /** MinIO's .minio.sys/format.json on the object store's volume, or why it was not read; absent where there is no volume. */
  format?: { text: string } | { why: string };
}
