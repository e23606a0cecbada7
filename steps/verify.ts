import { readBaseline } from "../baseline/recorded";
import { getStatus } from "../juju/read";
import { waitFor } from "../juju/watch";
import { type Check, inTime, renderChecks } from "./checks/check";
import { checkAcceptance, checkDashboard } from "./checks/dashboard";
import { checkCredentials, checkMarked, checkStore } from "./checks/data";
import { checkDatabases } from "./checks/databases";
import { checkApplications, checkRelations, checkSettings, checkWorkloads } from "./checks/model";
import { checkDefinitions, checkObjects, checkProfiles } from "./checks/users";
import { checkMesh, checkServerless } from "./checks/versions";
import { StepError, type StepRunner, timeouts } from "./context";

/** Holds the model against what it must be at the end: every invariant is told, ok, failed or not checked, not only the first that fails. */
export const verify: StepRunner<"verify"> = async ({ expected }, context) => {
  const { model, say } = context;
  const baseline = await readBaseline(model, expected.baseline);
  if (!baseline) {
    throw new StepError(
      `there is no ConfigMap ${model}/${expected.baseline}`,
      "What users had before is not known, so nothing can be verified",
      "Put it back (`pulumi refresh`, then `pulumi up`), then run the upgrade again",
    );
  }
  let applications: Check | undefined;
  await waitFor(
    model,
    "every application settles at its target",
    (status) => {
      applications = checkApplications(status, expected);
      return { ok: applications.outcome === "ok", why: applications.detail };
    },
    { timeoutSeconds: timeouts.settle },
  ).catch(() => undefined);
  const rollouts = [
    () => checkWorkloads(model, expected),
    () => checkMesh(model, expected),
    () => checkServerless(expected),
    () => checkDashboard(model, expected),
  ];
  const [workloads, mesh, serverless, dashboard] = await Promise.all(
    rollouts.map((look) => inTime(timeouts.rollout, look)),
  );
  const checks = [
    await checkProfiles(baseline),
    await checkObjects(baseline),
    await checkDefinitions(baseline),
    applications ?? checkApplications(await getStatus(model), expected),
    workloads,
    ...(expected.set ? [await checkSettings(model, await getStatus(model), expected.set)] : []),
    await checkRelations(model, expected),
    mesh,
    await checkDatabases(expected, context),
    checkStore(context),
    await checkMarked(model),
    ...(expected.credentials ? [await checkCredentials(model, expected.credentials.secret)] : []),
    serverless,
    dashboard,
    checkAcceptance(),
  ];
  renderChecks(checks).forEach(say);
  const failed = checks.filter(({ outcome }) => outcome === "FAILED");
  if (failed.length > 0) {
    throw new StepError(
      `${failed.length} of ${checks.length} checks failed:\n${renderChecks(failed)
        .map((line) => `  ${line}`)
        .join("\n")}\n`,
      "The upgrade is not verified; the old volume and the backup are still there",
      "Mend what is named, then run `pulumi up` again: only what is left is done",
    );
  }
  return { changed: false, verified: true, release: expected.release, checks };
};
