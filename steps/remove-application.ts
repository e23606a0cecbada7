import { getStatus } from "../juju/read";
import { waitFor } from "../juju/watch";
import { removeApplication as jujuRemove } from "../juju/write";
import { getClaim } from "../kube/volumes";
import { hasDeployment, podsOf, workloadsOf } from "../kube/workloads";
import { until } from "../kube/wait";
import { StepError, type StepRunner, timeouts } from "./context";
import { backupDigest } from "./proof";
import { isSuperseded } from "./superseded";
import { requireRetained } from "./volumes";

/**
 * Removes an application, never by force, and waits until what it left in the cluster is gone too. Its claims must stay,
 * and their volumes must be Retain before anything happens.
 */
export const removeApplication: StepRunner<"remove-application"> = async ({ application, gone, storage, superseded }, context) => {
  const { model, say } = context;
  const digest = backupDigest(context, `removing ${application}`);
  if (await isSuperseded(model, superseded)) return { changed: false, application, superseded: true, digest };
  const before = new Map<string, string>();
  for (const claim of storage) {
    const found = await getClaim(model, claim);
    const volume = found?.spec?.volumeName;
    if (!volume) throw new StepError(`claim "${claim}" is ${found ? "not bound" : "not there"}`, "its data cannot be kept safe while its application goes", `Look at \`kubectl describe pvc ${claim} -n ${model}\``);
    await requireRetained(model, volume, claim);
    before.set(claim, volume);
  }
  const changed = (await getStatus(model)).applications[application] !== undefined;
  if (changed) {
    say("removing");
    await jujuRemove(model, application);
    await waitFor(model, `${application} is gone from the model`, ({ applications: { [application]: live } }) => ({ ok: live === undefined, why: `it is ${live?.life}` }), {
      timeoutSeconds: timeouts.removal,
    });
  }
  await until(`nothing of ${application} is left in the cluster`, timeouts.removal, async () => {
    const left = [...(await workloadsOf(model, application)), ...(await podsOf(model, application)).map(({ metadata }) => `pod/${metadata?.name}`)];
    for (const name of gone) if (await hasDeployment(model, name)) left.push(`deployment/${name}`);
    return { ok: left.length === 0, why: `${left.join(", ")} is left; if it stays (F11), look at who owns it and \`kubectl delete -n ${model} ${left.join(" ")}\`` };
  });
  for (const claim of storage) {
    const volume = (await getClaim(model, claim))?.spec?.volumeName;
    if (volume === undefined || volume !== before.get(claim)) {
      throw new StepError(
        `claim "${claim}" is ${volume ? `bound to ${volume}` : "gone"} after ${application} was removed`,
        `its volume ${before.get(claim)} is Retain, so its data is on the disk still`,
        "Restore the claim with that volumeName, from the baseline, before anything else",
      );
    }
    await requireRetained(model, volume, claim);
  }
  return { changed, application, digest, kept: storage };
};
