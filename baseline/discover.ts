import { entryOf } from "../juju/entry";
import {
  getAttached,
  getBundle,
  getConfig,
  getEntries,
  getInfo,
  getModelIds,
  getRelations,
  getStatus,
} from "../juju/read";
import type { BundleEntry } from "../juju/bundle";
import { setOptions } from "../juju/secretive";
import type { AppStatus } from "../juju/status";
import { modelId } from "../kube/namespaces";
import { databasePod } from "../kube/databases";
import { countObjects, definitionNames } from "../kube/objects";
import { listProfiles } from "../kube/profiles";
import { volumesOf } from "../kube/volumes";
import { generationOf, kubernetesVersion } from "../kube/workloads";
import { databasesOf } from "../guide/backup/databases";
import { sourceGeneration, targetGeneration } from "../plan/later";
import { detectRelease } from "../plan/release";
import type { Baseline, BaselineApplication } from "../plan/types";
import { levels } from "../releases/line";
import { type Hop, channelsOf } from "../releases/load";
import { ownKeys } from "./keys";

function sorted<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Ids of the model and of its controller. @throws unless juju and the cluster's namespace mean the same model */
export async function modelIds(model: string): ReturnType<typeof getModelIds> {
  // The cluster first: where KUBECONFIG names none, nothing that juju says of the model helps.
  const seen = await modelId(model);
  const ids = await getModelIds(model);
  const { uuid } = ids;
  if (seen !== uuid) {
    throw new Error(
      `juju's model "${model}" has the id ${uuid}, the cluster's namespace "${model}" ${seen ? `that of model ${seen}` : "belongs to no model or is not there"}: ` +
        `juju and KUBECONFIG point to different places. Check \`juju switch\` and \`kubectl config current-context\``,
    );
  }
  return ids;
}

async function application(
  { source, target, hazards }: Hop,
  model: string,
  name: string,
  live: AppStatus,
  entry: BundleEntry | undefined,
): Promise<BaselineApplication> {
  const found = await getConfig(model, name);
  const { settings, trust } = found;
  // Options that may hold a secret are named in the baseline, never copied into it.
  const { told, omitted } = setOptions(settings);
  const own = setOptions(found.application ?? {}).omitted;
  const others = await getAttached(model, name);
  const seen = await generationOf(model, name);
  const atTarget = target.applications[name]?.channel === live.channel;
  const byRelease =
    atTarget || !(name in source.applications)
      ? targetGeneration({ source, target, hazards }, live.charmName)
      : sourceGeneration({ source, target, hazards }, live.charmName);
  return {
    charm: live.charmName,
    channel: live.channel,
    revision: live.revision,
    generation: seen ?? byRelease,
    ...(seen === undefined && { generationUnseen: true as const }),
    scale: live.scale,
    trust,
    config: told,
    configOmitted: [...omitted, ...own].sort(),
    ...(live.charm?.startsWith("local:") && { local: true as const }),
    ...(live.status.current !== "active" && { status: live.status }),
    ...entryOf(live, found, entry),
    ...(others.length > 0 && { attached: others }),
  };
}

/** @throws when the model is of neither release of the hop */
function releaseOf({ source, target }: Hop, applications: Record<string, BaselineApplication>): string {
  const release = detectRelease(applications, levels);
  if (release === source.release || release === target.release) return release;
  throw new Error(
    `the model runs Charmed Kubeflow ${release}, and this is the hop from ${source.release} to ${target.release}: it would be planned from a release that it is not. Check the setting "to"`,
  );
}

/** Stands for an application that juju could not read; no plan is made with it. */
const unknown: BaselineApplication = {
  charm: "",
  channel: "",
  revision: -1,
  generation: "podspec",
  scale: 0,
  trust: false,
  config: {},
  configOmitted: [],
};

/**
 * Reads everything that a plan is made from out of the live model and its cluster. Changes nothing. The same model gives
 * the same baseline: no times, everything sorted.
 * @param unread what becomes of applications that juju could not read: "refuse" throws, "keep" has them without a charm, so
 *   that whatever else stands in the way of a plan is told with them
 */
export async function discoverBaseline(
  hop: Hop,
  model: string,
  unread: "refuse" | "keep" = "refuse",
): Promise<Baseline> {
  const ids = await modelIds(model);
  const status = await getStatus(model);
  const names = Object.keys(status.applications).sort();
  const read = names.filter((name) => status.applications[name].charmName !== "");
  const broken = names.filter((name) => !read.includes(name));
  if (broken.length > 0 && (unread === "refuse" || read.length === 0)) {
    throw new Error(
      `juju could not read ${broken.map((name) => `${name} (${status.applications[name].status.message})`).join(", ")}: a baseline of it would be wrong, and is recorded once only. Mend it (\`juju status\`), then try again`,
    );
  }
  const entries = await getEntries(model);
  const found = await Promise.all(
    read.map(
      async (name) =>
        [name, await application(hop, model, name, status.applications[name], entries[name])] as [
          string,
          BaselineApplication,
        ],
    ),
  );
  const release = releaseOf(hop, Object.fromEntries(found));
  const applications = sorted([...found, ...broken.map((name) => [name, unknown] as [string, BaselineApplication])]);
  const channels = Object.entries(channelsOf(hop));
  const available = await Promise.all(
    channels.map(async ([charm, wanted]) => {
      const info = await getInfo(charm);
      return [
        charm,
        sorted(wanted.filter((channel) => channel in info).map((channel) => [channel, info[channel]])),
      ] as [string, Record<string, number>];
    }),
  );
  const volumes = await Promise.all(
    names.map(async (name) => [name, await volumesOf(model, name)] as [string, Baseline["volumes"][string]]),
  );
  const databases = await Promise.all(
    Object.entries(databasesOf(hop.hazards, { applications })).map(async ([name, variables]) => {
      const pod = await databasePod(model, name, variables);
      return pod
        ? [
            [name, { image: pod.image, pullSecrets: pod.pullSecrets }] as [
              string,
              NonNullable<Baseline["databases"]>[string],
            ],
          ]
        : [];
    }),
  );
  const profiles = await listProfiles();
  const foreign = await ownKeys(model, hop.hazards.objectStore.secret);
  const { application: owner, option } = hop.hazards.profile;
  const profile = read.includes(owner) ? String((await getConfig(model, owner)).settings[option]?.value ?? "") : "";
  return {
    schema: 2,
    release,
    model: {
      name: model,
      ...ids,
      cloud: status.model.cloud,
      jujuVersion: status.model.version,
      kubernetesVersion: await kubernetesVersion(),
    },
    applications,
    relations: await getRelations(model),
    volumes: sorted(volumes.filter(([, each]) => each.length > 0)),
    ...(profile in profiles && { dashboardProfile: profile }),
    profiles,
    databases: sorted(databases.flat()),
    ...(foreign && foreign.length > 0 && { ownKeys: foreign }),
    definitions: await definitionNames(),
    objects: await countObjects(),
    available: sorted(available),
    bundle: await getBundle(model),
  };
}
