import type { Hop } from "../../releases/load";
import { backedUp } from "../databases";
import { names } from "../names";
import type { Settings } from "../settings";
import { crossingsOf } from "../later";
import { backupSizeMiB, declaredBackup } from "../target";
import { chooseVolumes } from "../storage";
import type { Baseline } from "../types";
import type { CheckName, Finding } from "./finding";
import { findingsOfPlan } from "./planned";

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
  applications: string[];
  versions: { juju: VersionRange; kubernetes: VersionRange };
  claims: ClaimNeed[];
  /** Applications that become sidecars on the way, each with the revision at which it is one. */
  crossings: { application: string; channel: string; revision: number }[];
  /** Claim whose use is looked up, where there is one. */
  objectStore?: { application: string; claim: string };
  /** What the baseline alone tells. */
  planned: Finding[];
  /** Names of the setting `ignorePreflight`. */
  ignore: CheckName[];
}

/** What has to be asked before this upgrade: pure, and the same as long as baseline and settings are. */
export function preflightQuestion(hop: Hop, baseline: Baseline, settings: Settings): PreflightQuestion {
  const { objectStore, versions } = hop.hazards;
  const choices = chooseVolumes(hop, baseline, settings);
  const volume = baseline.volumes[objectStore.application]?.find(({ storage }) => storage === objectStore.storage);
  const claims: ClaimNeed[] = [];
  if (volume && settings.backupTarget === "claim") {
    const { backupStorageClass } = settings;
    claims.push({
      purpose: "the backup",
      claim: names.backupClaim,
      sizeMiB: backupSizeMiB(settings, backedUp(hop, baseline, volume)),
      ...(backupStorageClass && { storageClass: backupStorageClass }),
      holdsObjects: !declaredBackup(settings),
    });
  }
  for (const { application, storage, sizeMiB = 0, path, source } of choices) {
    if (path !== "copy") continue;
    claims.push({
      purpose: `the copy of ${application}'s volume`,
      claim: names.stagingClaim(application, storage),
      sizeMiB,
      ...(source.storageClass && { storageClass: source.storageClass }),
      holdsObjects: application === objectStore.application,
    });
  }
  return {
    baseline: names.baseline(hop.source.release, hop.target.release),
    applications: Object.keys(baseline.applications).sort(),
    versions,
    claims,
    crossings: crossingsOf(hop, baseline).flatMap((application) => {
      const { channel, charm } = hop.target.applications[application];
      const revision = baseline.available[charm]?.[channel];
      // A channel that is missing is a finding of its own.
      return revision === undefined ? [] : [{ application, channel, revision }];
    }),
    ...(volume && { objectStore: { application: objectStore.application, claim: volume.claim } }),
    planned: findingsOfPlan(hop, baseline, choices),
    ignore: settings.ignorePreflight,
  };
}
