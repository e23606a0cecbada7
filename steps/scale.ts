import { getStatus } from "../juju/read";
import { waitFor } from "../juju/watch";
import { scale as jujuScale } from "../juju/write";
import { claimTemplates } from "../kube/volumes";
import { generationOf, livePodsOf } from "../kube/workloads";
import { scaled, until } from "../kube/wait";
import { restOf } from "./relations";
import { StepError, type StepRunner, timeouts } from "./context";
import { requireUnmarked } from "./marked";
import { refuseOrphans } from "./orphans";
import { isSuperseded } from "./superseded";

/** @throws StepError where Juju would destroy the application's volume when it is started again (docs/storage.md) */
async function refuseStorage(model: string, application: string): Promise<void> {
  const storage = Object.keys(await claimTemplates(model, application));
  if (storage.length === 0) return;
  throw new StepError(
    `application "${application}" has storage (${storage.join(", ")})`,
    "Juju would destroy its volume when it is started again, so it is not scaled to 0",
    "This program never plans that: look at who changed the plan, or report it",
  );
}

/** @throws StepError where Juju 2.9 would not start the application again: after 0 and back, a sidecar's init container loops for ever (seen on 2.9.42) */
async function refuseSidecar(model: string, application: string): Promise<void> {
  if ((await getStatus(model)).line !== "2.9" || (await generationOf(model, application)) !== "sidecar") return;
  throw new StepError(
    `${application} runs as a sidecar charm`,
    "Juju 2.9 does not start a sidecar again that it has scaled to 0, so it was not stopped",
    `Where the recorded baseline calls it podspec, an earlier version of this program wrote that: as long as no step has changed the model, delete the ConfigMap (\`kubectl get configmap -n ${model}\`: ckf-upgrade-baseline-...), \`pulumi refresh\`, and run the upgrade again. Else refresh ${application} by hand, at its units, to the channel that the plan has, and run it again`,
  );
}

/** Seconds after which an order that is not in force any more is given again, and for how long that is looked at. */
const [patience, watched] = [20, 300];

/**
 * Sees that an order stays in force, and gives it again where Juju took it back: it takes the number of a report of the cluster
 * that comes late for the newer one (F62). What keeps the units away otherwise is for the wait after this to tell.
 */
async function ordered(model: string, application: string, units: number, say: (line: string) => void): Promise<void> {
  const end = performance.now() + scaled(watched) * 1000;
  let lost: number | undefined;
  await until(`${application} has ${units} units`, timeouts.settle, async () => {
    const now = (await getStatus(model)).applications[application];
    if (!now || performance.now() > end) return { ok: true, why: "" };
    lost = now.scale === units ? undefined : (lost ?? performance.now());
    if (lost !== undefined && performance.now() - lost >= scaled(patience) * 1000) {
      say(`Juju went back to ${now.scale} units: ordered again`);
      await jujuScale(model, application, units);
      lost = undefined;
    }
    const there = Object.keys(now.units).length;
    return { ok: now.scale === units && there === units, why: `${now.scale} are ordered, ${there} are there` };
  });
}

/** Scales an application and waits until exactly that many units are there, with no Pod left beyond them. */
export const scale: StepRunner<"scale"> = async ({ application, units, superseded, awaiting, taken }, context) => {
  const { model, say } = context;
  if (await isSuperseded(model, superseded)) return { changed: false, application, superseded: true };
  const live = (await getStatus(model)).applications[application];
  if (!live)
    throw new StepError(
      `application "${application}" is not in model "${model}"`,
      "it cannot be scaled",
      "Look at `juju status`",
    );
  const changed = live.scale !== units;
  if (changed) {
    if (units === 0) await refuseStorage(model, application);
    if (units === 0) await refuseSidecar(model, application);
    if (live.scale === 0) await refuseOrphans(model, application);
    say(`from ${live.scale} to ${units} units`);
    await jujuScale(model, application, units);
  }
  await ordered(model, application, units, say);
  const rests = await restOf(context, taken);
  await waitFor(
    model,
    `${application} has ${units} units`,
    ({ applications: { [application]: now } }) => {
      if (!now) return { ok: false, why: `${application} is gone`, failed: `${application} is gone` };
      if (now.scale !== units || Object.keys(now.units).length !== units)
        return { ok: false, why: `${Object.keys(now.units).length} units are there` };
      return units === 0 ? { ok: true, why: "" } : rests(now, { awaiting });
    },
    { timeoutSeconds: timeouts.settle, application },
  );
  await until(`${application} has no more than ${units} Pods`, timeouts.pods, async () => {
    const pods = await livePodsOf(model, application);
    return { ok: pods.length <= units, why: `${pods.length} Pods are there` };
  });
  if (units > 0) await requireUnmarked(model, application);
  return { changed, application, units };
};
