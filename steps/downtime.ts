import { markVolume, marks } from "../kube/binding";
import { getVolume } from "../kube/volumes";
import { until } from "../kube/wait";
import { podsOf } from "../kube/workloads";
import { StepError, timeouts } from "./context";

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

/** Writes down on a volume that its application is about to stop. */
export async function noteStop(volume: string): Promise<void> {
  await writeDown(volume, marks.stopped, Date.now);
}

/** Seconds from the moment an application was told to stop to the moment it was ready again; told to people, too. */
export async function downtime(
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
