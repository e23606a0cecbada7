import { getStatus } from "../juju/read";
import { readConfigMap } from "../kube/configmaps";
import { getVolume, volumesOf } from "../kube/volumes";
import { kubernetesVersion } from "../kube/workloads";
import { databasesOf } from "../guide/backup/databases";
import { movedName } from "../guide/databases";
import { names } from "../plan/names";
import { type Path, pathOf } from "../plan/path";
import { type Obstacle, isIgnored } from "../guide/preflight/finding";
import { renderObstacles } from "../guide/preflight/render";
import { detectRelease } from "../plan/release";
import type { Settings } from "../plan/settings";
import { hopFrom, hopTo, legs, levels, releases } from "../releases/line";
import type { Hop } from "../releases/load";
import { modelIds } from "./discover";
import { readBaseline } from "./recorded";
import { wentBack } from "./rollback";

/** The hop that a run makes or goes on with, and the whole way where that is more than this hop. */
export interface Way {
  hop: Hop;
  path?: Path;
}

const later = (release: string, other: string): boolean => releases.indexOf(release) > releases.indexOf(other);

/** The latest hop of which an `up` recorded a baseline. */
async function lastBegun(model: string): Promise<{ from: string; to: string } | undefined> {
  const all = legs(releases[0], releases.at(-1)!);
  const begun = await Promise.all(
    all.map(async ({ from, to }) => (await readConfigMap(model, names.baseline(from, to))) !== undefined),
  );
  return all.findLast((_, index) => begun[index]);
}

/** The release that the live model runs. */
async function liveRelease(model: string): Promise<string> {
  const { applications } = await getStatus(model);
  const read = Object.entries(applications).filter(([, { charmName }]) => charmName !== "");
  return detectRelease(
    Object.fromEntries(
      read.map(([name, { channel, charm }]) => [
        name,
        { channel, ...(charm?.startsWith("local:") && { local: true as const }) },
      ]),
    ),
    levels,
  );
}

/** What a verified hop moved away from and finalize would delete: volumes and servers that are there still. */
async function leftOvers({ source, target, hazards }: Hop, model: string): Promise<Obstacle[]> {
  const [from, to] = [source.release, target.release];
  const recorded = (await readBaseline(model, names.baseline(from, to)))!;
  const left = (subject: string, fact: string): Obstacle => ({
    name: "left-overs",
    subject,
    fact: `of the hop from ${from} to ${to}: ${fact}`,
    meaning: "the next hop does not know it, and finalize of that hop is not possible once the next one has begun",
    next: `Look at your pipelines; then \`pulumi config set finalize true\` and \`pulumi up\` delete it. To keep it, name left-overs/${subject} in ignorePreflight`,
  });
  const { applications } = await getStatus(model);
  // Of a server that was moved from finalize takes the application only: its volume is its owner's.
  const moved = Object.keys(databasesOf(hazards, recorded)).filter((name) => movedName(name) in applications);
  const found = moved
    .filter((name) => name in applications)
    .map((name) => left(name, `the old server runs still, beside ${movedName(name)}`));
  for (const [application, before] of Object.entries(recorded.volumes).sort()) {
    if (moved.includes(application)) continue;
    const now = (await volumesOf(model, application)).map(({ volume }) => volume);
    for (const { volume } of before)
      if (!now.includes(volume) && (await getVolume(volume)))
        found.push(left(application, `its old volume ${volume} is there still`));
  }
  return found;
}

/** @throws where a verified hop left something that nobody finalized or accepted */
async function hopAfter(last: Hop, settings: Settings): Promise<Hop> {
  const left = await leftOvers(last, settings.model);
  if (settings.finalize && left.length > 0) return last;
  const refusing = left.filter((one) => !isIgnored(settings.ignorePreflight, one));
  if (refusing.length > 0) throw new Error(renderObstacles(refusing));
  return hopFrom(last.target.release);
}

async function chooseHop(settings: Settings): Promise<Hop> {
  const { model, to } = settings;
  const last = await lastBegun(model);
  if (!last) {
    const release = await liveRelease(model);
    if (later(release, to))
      throw new Error(
        `the model runs Charmed Kubeflow ${release}, and the setting "to" is ${to}: Juju takes no charm back to an earlier release. Set "to" to a later one`,
      );
    return release === to ? hopTo(to) : hopFrom(release);
  }
  if (later(last.to, to))
    throw new Error(
      `the hop from ${last.from} to ${last.to} was begun (ConfigMap ${model}/${names.baseline(last.from, last.to)}), and the setting "to" is ${to}: the model is past that. Set "to" to ${last.to} or a later release`,
    );
  const hop = hopTo(last.to);
  const verified = (await readConfigMap(model, names.verified(last.from, last.to))) !== undefined;
  if (last.to === to || !verified || settings.rollback || (await wentBack(hop, model)) !== undefined) return hop;
  return hopAfter(hop, settings);
}

/**
 * The hop that a run makes: the one that was begun last, until it is verified and what it left is deleted or accepted by name;
 * then the next one, as far as the setting `to` goes. Where none was begun, the one that begins at the live model's release.
 * @throws where juju and KUBECONFIG mean different places, the model's release cannot be told, is later than `to`, or this
 *   version makes no hop from there
 */
export async function obtainWay(settings: Settings): Promise<Way> {
  // First: what another model's cluster recorded says nothing of this one.
  await modelIds(settings.model);
  const hop = await chooseHop(settings);
  const left = legs(hop.source.release, settings.to);
  if (left.length < 2) return { hop };
  const { version } = (await getStatus(settings.model)).model;
  return { hop, path: pathOf(left, { juju: version, kubernetes: await kubernetesVersion() }, settings.model) };
}
