import type { Finding, Ignored } from "./finding";

/** Versions between two minors, both included, and where that is known from. */
export interface VersionRange {
  from: string;
  to: string;
  source: string;
}

/** A claim that the upgrade will make. */
export interface ClaimNeed {
  /** What it is for, e.g. "the backup". */
  purpose: string;
  /** Its name. Once it is there it needs no space any more. */
  claim: string;
  sizeMiB: number;
  /** Undefined: the cluster's default. */
  storageClass?: string;
  /** Whether the object store's data must fit into it. */
  holdsObjects: boolean;
}

/** All that the judgement of a live model needs beside the model; plain data, so that a step can be told it. */
export interface PreflightQuestion {
  /** ConfigMap that records the baseline: whether a step has changed the model since is told by it. */
  baseline: string;
  /** The hop that names carry, as in a step's order. */
  hop?: string;
  applications: string[];
  versions: { juju: VersionRange; kubernetes: VersionRange };
  claims: ClaimNeed[];
  /** Applications that become sidecars on the way, each with the revision at which it is one. */
  crossings: { application: string; channel: string; revision: number }[];
  /** Claim whose use is looked up, where there is one. */
  objectStore?: { application: string; claim: string };
  /** Applications that are removed and deployed again. */
  deployedAgain?: string[];
  /** What a charm that is to be deployed asks of Juju: ranges of versions, the end of each left out. */
  assumes?: { charm: string; juju: { from: string; below?: string }[]; source: string }[];
  /** What the baseline alone tells. */
  planned: Finding[];
  /** Names of the setting `ignorePreflight`, of a check or of a check and the one application that it may find. */
  ignore: Ignored[];
}
