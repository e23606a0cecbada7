import type { AppStatus } from "../juju/application";
import { getStatus } from "../juju/read";
import { waitFor } from "../juju/watch";
import { forceRemoval, removeApplication as jujuRemove, skipHook } from "../juju/write";
import { getJob } from "../kube/jobs";
import { claimTemplates, getClaim, writersOf } from "../kube/volumes";
import { hasDeployment, livePodsOf, podsOf, workloadsOf } from "../kube/workloads";
import { scaled, until } from "../kube/wait";
import { hopNames, jobSteps } from "../plan/names";
import { type Context, StepError, type StepRunner, timeouts } from "./context";
import { noteStop } from "./downtime";
import { requireGuard } from "./guard-definitions";
import { backupDigest } from "./proof";
import { isSuperseded } from "./superseded";
import { requireRetained } from "./volumes";

/** Seconds that Juju has to take away units that the cloud has stopped. */
const patience = 30;

/** Whether an application has storage, as its workload claims it or, where that is gone already, as Juju has it. */
async function hasStorage(model: string, application: string): Promise<boolean> {
  const recorded = Object.values((await getStatus(model)).storage ?? {}).flatMap(({ units }) => units);
  return (
    recorded.some((unit) => unit.startsWith(`${application}/`)) ||
    Object.keys(await claimTemplates(model, application)).length > 0
  );
}

/**
 * Removes an application by force where Juju would wait for ever: an agent that was ended before it ran its unit's last hooks
 * never tells that the unit is gone. Seen on a real 2.9.42, of one sidecar in five: its agent is deaf for up to 40 s after the
 * end of a relation, and one whose last hook fails is killed 5 s after it was asked to stop.
 * Only where nothing runs any more, and never where there is storage, which force might take along.
 */
function takeAbandoned(
  model: string,
  application: string,
  say: (line: string) => void,
): (live: AppStatus | undefined) => Promise<void> {
  let since: number | undefined;
  let forced = false;
  return async (live) => {
    const units = Object.entries(live?.units ?? {});
    const stopped = units.every(
      ([, { workload, agent }]) => workload.current === "terminated" && agent.current === "lost",
    );
    if (forced || units.length === 0 || !stopped || (await livePodsOf(model, application)).length > 0)
      since = undefined;
    else since ??= performance.now();
    if (since === undefined || performance.now() - since < scaled(patience) * 1000) return;
    const names = units.map(([unit]) => unit).join(", ");
    if (await hasStorage(model, application))
      throw new StepError(
        `${names} was stopped by the cloud, and ${application} is not gone`,
        "nothing of it runs any more, and Juju waits for ever for an agent that ended without a word; it has storage, so it was not removed by force",
        `See that its volume is Retain, \`juju remove-application -m ${model} ${application} --force --no-wait\`, then run the upgrade again`,
      );
    say(`${names} was stopped before its last hooks ran, and nothing of it runs any more: removed by force`);
    await forceRemoval(model, application);
    forced = true;
  };
}

/**
 * Waits until an application is gone. With `guarded`, its last hook deletes definitions and the guard refuses that, so the hook
 * fails, and a unit in error holds its removal for ever: exactly that hook is skipped, for it has nothing to do that should be done.
 */
async function gone(model: string, application: string, guarded: boolean, say: (line: string) => void): Promise<void> {
  const abandoned = takeAbandoned(model, application, say);
  // Without a guard there is nothing to skip, and the wait after this tells more of what holds the removal.
  const end = performance.now() + scaled(guarded ? timeouts.removal : timeouts.pods) * 1000;
  await until(`${application} is gone from the model`, timeouts.removal, async () => {
    const live = (await getStatus(model)).applications[application];
    await abandoned(live);
    const units = Object.entries(live?.units ?? {});
    const failed = units.filter(
      ([, { workload }]) => workload.current === "error" && /^hook failed: "remove"/.test(workload.message),
    );
    for (const [unit] of guarded ? failed : []) {
      await requireGuard(`skipping the last hook of ${unit}`);
      say(`the cluster refused ${unit} to delete its definitions; its last hook is skipped`);
      await skipHook(model, unit);
    }
    const told = units.map(([unit, { workload }]) => `${unit} is ${workload.current} ${workload.message}`);
    return { ok: live === undefined || performance.now() > end, why: [`it is ${live?.life}`, ...told].join(", ") };
  });
}

/**
 * The last pass of a copy runs when the application is gone. Where it ran before, as a version of this program did that
 * scaled the application to 0 for it, what writes since then has written what no copy holds. @throws naming the Pods
 */
async function refuseWrittenSince({ model, hop }: Context, application: string, claims: string[]): Promise<void> {
  if (!(await getJob(model, hopNames(hop).job(jobSteps.migration(application))))) return;
  const pods = await writersOf(model, claims);
  if (pods.length === 0) return;
  throw new StepError(
    `Pod ${pods.join(", ")} writes to claim "${claims.join('", "')}"`,
    `Somebody started ${application} after its volume was copied for its move, and the copy has nothing of what it wrote since`,
    `Take out of it what was written since by your own means, remove it (\`juju remove-application -m ${model} ${application}\`; its claim stays), and run the upgrade again`,
  );
}

/** From here on nothing may write to the claims. @throws naming the Pods that could */
async function requireNoWriter(model: string, application: string, claims: string[]): Promise<void> {
  const pods = await writersOf(model, claims);
  if (pods.length === 0) return;
  throw new StepError(
    `Pod ${pods.join(", ")} mounts claim "${claims.join('", "')}" to write`,
    `${application} is removed, and what others write to its volume from now on would be lost`,
    `Look at whose Pod it is (\`kubectl describe pod ${pods[0]} -n ${model}\`), end it, then run the upgrade again`,
  );
}

/**
 * Removes an application, and waits until it and what it had in the cluster are gone.
 * @param guarded whether its last hook deletes definitions, which the guard refuses
 * @returns whether it was there
 */
export async function removeAndWait(
  { application, gone: owned, guarded = false }: { application: string; gone: string[]; guarded?: boolean },
  { model, say }: Context,
): Promise<boolean> {
  const changed = (await getStatus(model)).applications[application] !== undefined;
  if (changed) {
    if (guarded) await requireGuard(`removing ${application}`);
    say("removing");
    await jujuRemove(model, application);
    await gone(model, application, guarded, say);
    await waitFor(
      model,
      `${application} is gone from the model`,
      ({ applications: { [application]: live } }) => ({ ok: live === undefined, why: `it is ${live?.life}` }),
      { timeoutSeconds: timeouts.removal, application },
    );
  }
  await until(`nothing of ${application} is left in the cluster`, timeouts.removal, async () => {
    const left = [
      ...(await workloadsOf(model, application)),
      ...(await podsOf(model, application)).map(({ metadata }) => `pod/${metadata?.name}`),
    ];
    for (const name of owned) if (await hasDeployment(model, name)) left.push(`deployment/${name}`);
    return {
      ok: left.length === 0,
      why: `${left.join(", ")} is left; if it stays (F11), look at who owns it and \`kubectl delete -n ${model} ${left.join(" ")}\``,
    };
  });
  return changed;
}

/**
 * Removes an application, by force only where nothing of it is left to ask, and waits until what it left in the cluster is gone
 * too. Its claims must stay, and their volumes must be Retain before anything happens. This is also how one with storage is
 * stopped: scaled to 0 it could not come back (docs/storage.md).
 */
export const removeApplication: StepRunner<"remove-application"> = async (
  { application, gone, storage, superseded, guarded, stops },
  context,
) => {
  const { model } = context;
  const digest = backupDigest(context, `removing ${application}`);
  if (await isSuperseded(model, superseded)) return { changed: false, application, superseded: true, digest };
  const before = new Map<string, string>();
  for (const claim of storage) {
    const found = await getClaim(model, claim);
    const volume = found?.spec?.volumeName;
    if (!volume)
      throw new StepError(
        `claim "${claim}" is ${found ? "not bound" : "not there"}`,
        "its data cannot be kept safe while its application goes",
        `Look at \`kubectl describe pvc ${claim} -n ${model}\``,
      );
    await requireRetained(model, volume, claim);
    before.set(claim, volume);
  }
  if (storage.length > 0) await refuseWrittenSince(context, application, storage);
  if (stops !== undefined) await noteStop(stops);
  const changed = await removeAndWait({ application, gone, guarded }, context);
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
  if (storage.length > 0) await requireNoWriter(model, application, storage);
  return { changed, application, digest, kept: storage };
};
