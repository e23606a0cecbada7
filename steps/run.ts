import type { StepAction } from "../plan/types";
import { acceptIrreversible } from "./accept-irreversible";
import { adoptVolume } from "./adopt-volume";
import { noteBegun } from "./begun";
import { deleteJobPods, proveBackup, proveMigration, proveObjects } from "./movers";
import { setCredentials, storeCredentials } from "./credentials";
import type { Context, Outcome, StepRunner } from "./context";
import { deleteRootPassword, proveDatabase, storeRootPassword } from "./databases";
import { finalizeDatabase, loadDatabase } from "./move-database";
import { deploy } from "./deploy";
import { finalizeVolume } from "./finalize-volume";
import { recordProof, requireProvenBackup } from "./gate";
import { guardCrossing } from "./guard-crossing";
import { guardDefinitions, liftGuard } from "./guard-definitions";
import { preflight } from "./preflight";
import { protectProfile } from "./protect-profile";
import { refresh } from "./refresh";
import { addRelation, removeRelation } from "./relations";
import { removeApplication } from "./remove-application";
import { restoreConfig } from "./restore-config";
import { deleteExport, exportResources, proveResources } from "./resources";
import { scale } from "./scale";
import { startOnVolume } from "./start-on-volume";
import { trust, untrust } from "./trust";
import { verify } from "./verify";
import { checkRetain, findClaim } from "./volumes";

const runners: { [K in StepAction["kind"]]: StepRunner<K> } = {
  preflight,
  "prove-backup": proveBackup,
  "export-resources": exportResources,
  "prove-resources": proveResources,
  "delete-export": deleteExport,
  "store-root-password": storeRootPassword,
  "prove-database": proveDatabase,
  "load-database": loadDatabase,
  "finalize-database": finalizeDatabase,
  "delete-root-password": deleteRootPassword,
  "prove-migration": proveMigration,
  "prove-objects": proveObjects,
  "remove-relation": removeRelation,
  "add-relation": addRelation,
  trust,
  untrust,
  "restore-config": restoreConfig,
  "accept-irreversible": acceptIrreversible,
  "guard-definitions": guardDefinitions,
  "lift-guard": liftGuard,
  "guard-crossing": guardCrossing,
  scale,
  refresh,
  "remove-application": removeApplication,
  deploy,
  "protect-profile": protectProfile,
  "store-credentials": storeCredentials,
  "set-credentials": setCredentials,
  "check-retain": checkRetain,
  "find-claim": findClaim,
  "delete-job-pods": deleteJobPods,
  "adopt-volume": adoptVolume,
  "start-on-volume": startOnVolume,
  verify,
  "finalize-volume": finalizeVolume,
};

/**
 * Runs one step to its proven end state.
 * @throws StepError when that state cannot be reached or proven; nothing is destroyed on a doubt
 */
export async function runStep(action: StepAction, context: Context): Promise<Outcome> {
  await requireProvenBackup(action, context);
  await noteBegun(action, context);
  const outcome = await (runners[action.kind] as StepRunner<StepAction["kind"]>)(action, context);
  await recordProof(action, context, outcome);
  return outcome;
}
