import type { Rule } from "./rule";
import { backupBeforeMigration } from "./rules/backup-before-migration";
import { channelsOfTheRelease } from "./rules/channels-of-the-release";
import { channelsOfTheReleaseRisk } from "./rules/channels-of-the-release-risk";
import { istioOneMinorAtATime } from "./rules/istio-one-minor-at-a-time";
import { labelsOffBeforeCrossing } from "./rules/labels-off-before-crossing";
import { migrationPodHardened } from "./rules/migration-pod-hardened";
import { noCrdOwnerRemoval } from "./rules/no-crd-owner-removal";
import { noDeleteCommands } from "./rules/no-delete-commands";
import { noForce } from "./rules/no-force";
import { noPlaintextSecret } from "./rules/no-plaintext-secret";
import { noScaleToZero } from "./rules/no-scale-to-zero";
import { onlyProvenJobsWrite } from "./rules/only-proven-jobs-write";
import { patchesRetained } from "./rules/patches-retained";
import { profileProtectedBeforeDashboardRemoval } from "./rules/profile-protected-before-dashboard-removal";
import { retainBeforeRemove } from "./rules/retain-before-remove";
import { sourceKeptUntilFinalize } from "./rules/source-kept-until-finalize";
import { trustBeforeSidecarRefresh } from "./rules/trust-before-sidecar-refresh";
import { verifyBeforeRelate } from "./rules/verify-before-relate";

export const packName = "charmed-kubeflow-upgrade";

/** Every rule of the pack, in the order of its documentation. */
export const rules: Rule[] = [
  backupBeforeMigration,
  retainBeforeRemove,
  verifyBeforeRelate,
  sourceKeptUntilFinalize,
  noScaleToZero,
  istioOneMinorAtATime,
  labelsOffBeforeCrossing,
  profileProtectedBeforeDashboardRemoval,
  trustBeforeSidecarRefresh,
  noCrdOwnerRemoval,
  noForce,
  channelsOfTheRelease,
  channelsOfTheReleaseRisk,
  noPlaintextSecret,
  noDeleteCommands,
  migrationPodHardened,
  patchesRetained,
  onlyProvenJobsWrite,
];
