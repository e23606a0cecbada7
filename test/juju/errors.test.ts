import { JujuError, classify } from "../../juju/errors";

/** Texts as juju 2.9.42 and 3.6.11 write them. */
const texts: [string, string, string][] = [
  ["ERROR Juju on containers does not support updating storage on a statefulset.\nThe new charm's metadata contains updated storage declarations.\nYou'll need to deploy a new charm rather than upgrading if you need this change.\n not supported (not supported)", "permanent", "F1"],
  ["ERROR updating storage declarations on a StatefulSet during charm upgrade is not supported; deploy a new charm (not supported)", "permanent", "F1"],
  ["ERROR Juju on containers does not support updating deployment info for services.\nThe new charm's metadata contains updated deployment info.", "permanent", "F2"],
  ["ERROR Juju on containers does not support updating node selectors (configured from charm devices).", "permanent", "devices"],
  ["ERROR Upgrading from an older PodSpec style charm to a newer Sidecar charm requires that\nthe application be scaled down to 0 units.", "permanent", "F3"],
  ["ERROR cannot upgrade from v1 stateless deployment to v2", "permanent", "F3"],
  ['ERROR selecting releases: charm or bundle not found for channel "9/stable", platform "amd64/ubuntu/20.04"', "permanent", "F24"],
  ["ERROR All operations that change model have been disabled for the current model.\nTo enable the command run\n\n    juju enable-command all", "permanent", "disabled"],
  ["ERROR permission denied (unauthorized access)", "permanent", "may not"],
  ["please enter password for admin on uk8s:", "permanent", "login"],
  ["ERROR model uk8s:admin/x not found", "permanent", "does not know this model"],
  ["ERROR No model in focus.", "permanent", "does not know this model"],
  ["ERROR cannot acquire lock file to read controller uk8s: timeout acquiring mutex", "lock", "held"],
  ["ERROR upgrade in progress (upgrade in progress)", "transient", "upgraded"],
  ["ERROR connection is shut down", "transient", "did not answer"],
  ["ERROR unable to connect to API: dial tcp 10.1.1.1:17070: connect: connection refused", "transient", "did not answer"],
  ["ERROR state changing too quickly; try again soon (excessive contention)", "transient", "others changed"],
  ['ERROR "minio" deploy incomplete, please try refresh again in a little bit.', "transient", "others changed"],
  ['ERROR application "minio" is not alive', "transient", "removal"],
  ["relation kfp-api:object-storage minio:object-storage is dying, but not yet removed (already exists): ", "transient", "removal"],
  ["ERROR something nobody has seen", "permanent", "refused"],
];

it.each(texts)("sorts %j", (text, kind, meaning) => {
  expect(classify(text).kind).toBe(kind);
  expect(classify(text).meaning).toContain(meaning);
});

it("tells command, juju's words, meaning and what to do, in one line", () => {
  const { message } = new JujuError(["refresh", "minio"], "Added charm-hub charm\nERROR Juju on containers does not support updating storage on a statefulset.\nMore.\n");
  expect(message).toMatch(/^`juju refresh minio`: Added charm-hub charm Juju on containers .*More\. The new charm declares other storage.*\(F1\)\. \S/);
  expect(message).not.toContain("\n");
});
