import { getStatus } from "../juju/read";
import { settled } from "../juju/settled";
import { waitFor } from "../juju/watch";
import { scale as jujuScale } from "../juju/write";
import { until } from "../kube/wait";
import { rolloutMissing } from "../kube/workloads";
import { handOver } from "./adopt-volume";
import { StepError, type StepRunner, timeouts } from "./context";
import { downtime } from "./downtime";
import { refuseOrphans } from "./orphans";

/**
 * Ends the Pod that is on the fresh volume still, and waits until the application serves on the one that was handed over. The
 * StatefulSet makes the next Pod, so Juju sees a Pod that restarts: unit, storage instance and scale stay as they are. Where
 * somebody, or an older version of this program, scaled it to 0 meanwhile, it is scaled up, unless Juju would take the
 * claim for an orphan's.
 */
export const startOnVolume: StepRunner<"start-on-volume"> = async (action, context) => {
  const { application, units, source } = action;
  const { model, say } = context;
  const { changed, claim, volume } = await handOver(action, context, { restart: true });
  const live = (await getStatus(model)).applications[application];
  if (!live)
    throw new StepError(
      `application "${application}" is not in model "${model}"`,
      `volume "${volume}" is reserved for it, Retain, and whole`,
      "Look at `juju status`",
    );
  const stopped = live.scale === 0;
  if (stopped) {
    await refuseOrphans(model, application);
    say(`from 0 to ${units} units, on a claim that Juju has no storage instance for`);
    await jujuScale(model, application, units);
  }
  const { channel, revision } = live;
  const target = { channel, revision };
  await waitFor(
    model,
    `${application} settles on volume ${volume}`,
    ({ applications: { [application]: now } }) => settled(now, target),
    { timeoutSeconds: timeouts.settle, application, target },
  );
  await until(`the Pods of ${application} are those of its last configuration`, timeouts.rollout, async () => {
    const why = await rolloutMissing(model, application);
    return { ok: why === undefined, why: why ?? "" };
  });
  // Once more, with the Pod in place: what it is on is bound both ways, and nobody marked it for deletion.
  await handOver(action, context, { restart: true });
  const downtimeSeconds = await downtime(model, application, source.volume, say);
  return {
    changed: changed || stopped,
    application,
    claim,
    volume,
    ...(downtimeSeconds !== undefined && { downtimeSeconds }),
  };
};
