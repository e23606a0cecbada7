import { getStatus } from "../juju/read";
import { waitFor } from "../juju/watch";
import { scale as jujuScale } from "../juju/write";
import { markVolume, marks } from "../kube/binding";
import { getVolume } from "../kube/volumes";
import { generationOf, livePodsOf, podsOf } from "../kube/workloads";
import { until } from "../kube/wait";
import { restOf } from "./relations";
import { StepError, type StepRunner, timeouts } from "./context";
import { requireUnmarked } from "./marked";
import { isSuperseded } from "./superseded";

/** Writes a moment down on a volume, once, so that it outlives a run that is cut off. @returns the moment, in ms since 1970 */
async function writeDown(volume: string, mark: string, at: () => Promise<number> | number): Promise<number> {
  let written = NaN;
  await until(`${mark} is written on volume ${volume}`, timeouts.pods, async () => {
    const found = await getVolume(volume);
    if (!found)
      throw new StepError(
        `volume "${volume}" does not exist`,
        "the data of the old application is not where the baseline saw it",
        `Look at \`kubectl get pv\``,
      );
    const present = found.metadata?.annotations?.[mark];
    if (present !== undefined) written = Date.parse(present);
    else if (await markVolume(found, { [mark]: new Date(await at()).toISOString() }))
      return { ok: false, why: "it was just written" };
    return { ok: present !== undefined, why: "somebody else changed the volume" };
  });
  return written;
}

/** When the last of an application's Pods became ready, which Kubernetes tells to the second. */
async function readyAt(model: string, application: string): Promise<number> {
  const moments = (await podsOf(model, application)).flatMap(
    ({ status }) =>
      status?.conditions
        ?.filter(({ type, status: is }) => type === "Ready" && is === "True")
        .map(({ lastTransitionTime }) => Number(lastTransitionTime)) ?? [],
  );
  return Math.max(...moments, 0) || Date.now();
}

/** Seconds from the moment an application was told to stop to the moment it was ready again; told to people, too. */
async function downtime(
  model: string,
  application: string,
  volume: string,
  say: (line: string) => void,
): Promise<number | undefined> {
  const stopped = Date.parse((await getVolume(volume))?.metadata?.annotations?.[marks.stopped] ?? "");
  const seconds =
    Math.round(((await writeDown(volume, marks.serving, () => readyAt(model, application))) - stopped) / 100) / 10;
  if (!Number.isFinite(seconds)) return undefined;
  say(`${application} was down for ${seconds} s`);
  return seconds;
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

/** Scales an application and waits until exactly that many units are there, with no Pod left beyond them. */
export const scale: StepRunner<"scale"> = async ({ application, units, superseded, clock, taken }, context) => {
  const { model, say } = context;
  if (await isSuperseded(model, superseded)) return { changed: false, application, superseded: true };
  const live = (await getStatus(model)).applications[application];
  // A run that lost Pulumi's state between removal and deployment finds nothing that could write any more.
  if (!live && superseded && "claimNot" in superseded && units === 0)
    return { changed: false, application, superseded: true };
  if (!live)
    throw new StepError(
      `application "${application}" is not in model "${model}"`,
      "it cannot be scaled",
      "Look at `juju status`",
    );
  if (clock?.moment === "stopped") await writeDown(clock.volume, marks.stopped, Date.now);
  const changed = live.scale !== units;
  if (changed) {
    if (units === 0) await refuseSidecar(model, application);
    say(`from ${live.scale} to ${units} units`);
    await jujuScale(model, application, units);
  }
  const rests = await restOf(context, taken);
  await waitFor(
    model,
    `${application} has ${units} units`,
    ({ applications: { [application]: now } }) => {
      if (!now) return { ok: false, why: `${application} is gone`, failed: `${application} is gone` };
      if (now.scale !== units || Object.keys(now.units).length !== units)
        return { ok: false, why: `${Object.keys(now.units).length} units are there` };
      return units === 0 ? { ok: true, why: "" } : rests(now, {});
    },
    { timeoutSeconds: timeouts.settle, application },
  );
  await until(`${application} has no more than ${units} Pods`, timeouts.pods, async () => {
    const pods = await livePodsOf(model, application);
    return { ok: pods.length <= units, why: `${pods.length} Pods are there` };
  });
  if (units > 0) await requireUnmarked(model, application);
  const downtimeSeconds =
    clock?.moment === "serving" ? await downtime(model, application, clock.volume, say) : undefined;
  return { changed, application, units, ...(downtimeSeconds !== undefined && { downtimeSeconds }) };
};
