import { getStatus } from "../juju/read";
import { settled } from "../juju/settled";
import { waitFor } from "../juju/watch";
import { scale as jujuScale } from "../juju/write";
import { podsOf } from "../kube/workloads";
import { until } from "../kube/wait";
import { StepError, type StepRunner, timeouts } from "./context";
import { isSuperseded } from "./superseded";

/** Scales an application and waits until exactly that many units are there, with no Pod left beyond them. */
export const scale: StepRunner<"scale"> = async ({ application, units, superseded }, { model, say }) => {
  if (await isSuperseded(model, superseded)) return { changed: false, application, superseded: true };
  const live = (await getStatus(model)).applications[application];
  if (!live) throw new StepError(`application "${application}" is not in model "${model}"`, "it cannot be scaled", "Look at `juju status`");
  const changed = live.scale !== units;
  if (changed) {
    say(`from ${live.scale} to ${units} units`);
    await jujuScale(model, application, units);
  }
  await waitFor(
    model,
    `${application} has ${units} units`,
    ({ applications: { [application]: now } }) => {
      if (!now) return { ok: false, why: `${application} is gone`, failed: `${application} is gone` };
      if (now.scale !== units || Object.keys(now.units).length !== units) return { ok: false, why: `${Object.keys(now.units).length} units are there` };
      return units === 0 ? { ok: true, why: "" } : settled(now, {});
    },
    { timeoutSeconds: timeouts.settle },
  );
  await until(`${application} has no more than ${units} Pods`, timeouts.pods, async () => {
    const pods = await podsOf(model, application);
    return { ok: pods.length <= units, why: `${pods.length} Pods are there` };
  });
  return { changed, application, units };
};
