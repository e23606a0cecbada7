import { guardMissing, liftGuard as lift, raiseGuard } from "../kube/guard";
import { until } from "../kube/wait";
import { names } from "../plan/names";
import { StepError, type StepRunner, timeouts } from "./context";
import { takeAllMarksOff } from "./guard-crossing";
import { backupDigest } from "./proof";

/** Refusals in a row that must be seen: there may be several API servers, each with its own view. */
const agreeing = 3;

/**
 * Puts up a webhook that refuses every deletion of a definition or a Profile, proves it by trying to delete a definition of
 * its own, and takes Juju's marks off the definitions and objects of applications that will be removed: Juju deletes those by its
 * marks, and would wait for ever for one that the webhook keeps.
 */
export const guardDefinitions: StepRunner<"guard-definitions"> = async ({ applications }, context) => {
  const { model, say } = context;
  backupDigest(context, `removing ${applications.join(", ")}`);
  let refusals = 0;
  await until(`the cluster refuses to delete a definition (webhook ${names.guard})`, timeouts.relation, async () => {
    await raiseGuard(model);
    const why = await guardMissing();
    refusals = why === undefined ? refusals + 1 : 0;
    return { ok: refusals >= agreeing, why: why ?? "it refused only once yet" };
  });
  const { taken } = await takeAllMarksOff(model, applications);
  const definitions = taken.filter(({ object }) => object === undefined).map(({ definition }) => definition.name);
  say(
    `nobody can delete a definition or a Profile now; ${definitions.length} definitions and ${taken.length - definitions.length} objects are Juju's no longer`,
  );
  return { changed: true, guard: names.guard, definitions };
};

/** @throws StepError unless the guard stands this very moment */
export async function requireGuard(about: string): Promise<void> {
  const why = await guardMissing();
  if (why !== undefined)
    throw new StepError(
      `the guard of the definitions does not stand: ${why}`,
      `${about} would delete definitions and every object of them, so nothing was done`,
      "Run `pulumi refresh`, then `pulumi up` again; look at `kubectl get validatingwebhookconfigurations`",
    );
}

/** Allows deletions again, once the definitions have their owners back. */
export const liftGuard: StepRunner<"lift-guard"> = async () => ({ changed: await lift(), guard: names.guard });
