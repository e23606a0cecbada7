import type { Hop } from "../../releases/load";
import { backedUp, databasesOf } from "../backup/databases";
import { hopNames, names, orderedHop } from "../../plan/names";
import type { Settings } from "../../plan/settings";
import { crossingsOf } from "../../plan/later";
import { backupSizeMiB, declaredBackup } from "../backup/target";
import { chooseVolumes } from "../storage/choose";
import type { Baseline } from "../../plan/types";
import { deployedAgain, findingsOfPlan } from "./planned";
import type { ClaimNeed, PreflightQuestion } from "./types";

/** What the charms that databases are moved to ask of Juju. */
function assumedBy({ hazards, target }: Hop, baseline: Baseline): NonNullable<PreflightQuestion["assumes"]> {
  const charms = new Set(
    Object.keys(databasesOf(hazards, baseline)).map((application) => target.applications[application]?.charm ?? ""),
  );
  return [...charms].filter((charm) => charm in hazards.assumes).map((charm) => ({ charm, ...hazards.assumes[charm] }));
}

/** What has to be asked before this upgrade: pure, and the same as long as baseline and settings are. */
export function preflightQuestion(hop: Hop, baseline: Baseline, settings: Settings): PreflightQuestion {
  const { objectStore, versions } = hop.hazards;
  const id = `${hop.source.release}-${hop.target.release}`;
  const own = hopNames(id);
  const marked = orderedHop(id);
  const choices = chooseVolumes(hop, baseline, settings);
  const again = deployedAgain(hop, baseline, choices);
  const assumes = settings.databases === "mysql" ? assumedBy(hop, baseline) : [];
  const volume = baseline.volumes[objectStore.application]?.find(({ storage }) => storage === objectStore.storage);
  const claims: ClaimNeed[] = [];
  if (volume && settings.backupTarget === "claim") {
    const { backupStorageClass } = settings;
    claims.push({
      purpose: "the backup",
      claim: own.backupClaim,
      sizeMiB: backupSizeMiB(settings, backedUp(hop, baseline, volume)),
      ...(backupStorageClass && { storageClass: backupStorageClass }),
      holdsObjects: !declaredBackup(settings),
    });
  }
  for (const { application, storage, sizeMiB = 0, path, source } of choices) {
    if (path !== "copy") continue;
    claims.push({
      purpose: `the copy of ${application}'s volume`,
      claim: own.stagingClaim(application, storage),
      sizeMiB,
      ...(source.storageClass && { storageClass: source.storageClass }),
      holdsObjects: application === objectStore.application,
    });
  }
  return {
    baseline: names.baseline(hop.source.release, hop.target.release),
    ...(marked !== undefined && { hop: marked }),
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
    ...(again.length > 0 && { deployedAgain: again }),
    ...(assumes.length > 0 && { assumes }),
    planned: findingsOfPlan(hop, baseline, choices),
    ignore: settings.ignorePreflight,
  };
}
