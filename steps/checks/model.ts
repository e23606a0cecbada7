import { causeOf, told } from "../../juju/causes";
import { parseEntries } from "../../juju/bundle";
import { getConfig, getEntries, getRelations } from "../../juju/read";
import { setOptions } from "../../juju/secretive";
import { settled } from "../../juju/settled";
import type { ModelStatus } from "../../juju/status";
import { rolloutMissing } from "../../kube/workloads";
import type { Baseline, Expected } from "../../plan/types";
import { type Check, check } from "./check";

/** (c) Every application is at its channel and revision, active and idle. */
export function checkApplications({ model: { name: model }, applications }: ModelStatus, expected: Expected): Check {
  const wrong = Object.entries(expected.applications).flatMap(([name, { channel, revision, charm, awaiting }]) => {
    const live = applications[name];
    if (!live) return [`${name} is not there`];
    if (live.charmName !== charm) return [`${name} runs charm ${live.charmName} instead of ${charm}`];
    const { ok, why } = settled(live, { channel, revision, awaiting });
    return ok
      ? []
      : [`${name}: ${why}${told(causeOf({ model, name, application: live, target: { channel, revision } }))}`];
  });
  return check(
    "c",
    "applications",
    wrong,
    `${Object.keys(expected.applications).length} at their channel and revision, active and idle`,
  );
}

/** (c) Every application's Pods are new and ready: what juju calls active may run the old image (F30). */
export async function checkWorkloads(model: string, { applications }: Expected): Promise<Check> {
  const names = Object.keys(applications);
  const missing = await Promise.all(names.map((name) => rolloutMissing(model, name)));
  return check(
    "c",
    "workloads",
    missing.filter((why) => why !== undefined),
    `${names.length} rolled out`,
  );
}

/** A relation to an application of another model that uses an offer: juju calls that remote-<32 digits> here (state/remoteapplication.go). */
const consumer = /(?:^| )remote-[0-9a-f]{32}:/;

/** What of two records of an application differs, where the first has something to say. */
function unlike(what: string, was: Record<string, unknown> = {}, now: Record<string, unknown> = {}): string[] {
  return Object.entries(was)
    .filter(([name, value]) => String(now[name] ?? "") !== String(value))
    .map(([name, value]) => `${what} ${name} ${String(now[name] ?? "gone")} instead of ${String(value)}`);
}

const words = (text = ""): string => text.split(/\s+/).sort().join(" ");

/**
 * (c) Every application that was there has what it was deployed with: units, constraints, placement, pools, bindings, resources of
 * an unchanged charm, options and offers, by `juju export-bundle` then and now. An option that the new charm does not have is no
 * loss; a size may grow.
 */
export async function checkEntries(
  model: string,
  { applications }: ModelStatus,
  expected: Expected,
  baseline: Baseline,
): Promise<Check> {
  const [then, now] = [parseEntries(baseline.bundle), await getEntries(model)];
  const wrong: string[] = [];
  const names = Object.keys(expected.applications).filter(
    (name) => name in baseline.applications && applications[name]?.charmName === baseline.applications[name].charm,
  );
  for (const name of names) {
    const [was, live] = [baseline.applications[name], applications[name]];
    const { settings, application = {} } = await getConfig(model, name);
    const own = Object.fromEntries(
      [...Object.entries(settings), ...Object.entries(application)].map(([option, { value }]) => [option, value]),
    );
    const set = Object.entries({ ...was.config, ...was.applicationConfig }).filter(([option]) => option in own);
    const differing = unlike("option", Object.fromEntries(set), own);
    if (live.scale !== was.scale) differing.push(`${live.scale} units instead of ${was.scale}`);
    for (const offer of Object.keys(was.offers ?? {}))
      if (!(offer in (live.offers ?? {}))) differing.push(`no offer ${offer}`);
    const [before, after] = [then[name], now[name]];
    if (before && after) {
      if (words(before.constraints) !== words(after.constraints))
        differing.push(`constraints ${after.constraints ?? "none"} instead of ${before.constraints ?? "none"}`);
      if (before.placement !== after.placement && before.placement !== undefined)
        differing.push(`placement ${after.placement ?? "none"} instead of ${before.placement}`);
      differing.push(...unlike("pool of", before.pools, after.pools));
      differing.push(...unlike("binding of", before.bindings, after.bindings));
      if (live.revision === was.revision && live.channel === was.channel)
        differing.push(...unlike("resource", before.resources, after.resources));
      if (before.exposed && !after.exposed) differing.push("not exposed any more");
    }
    if (differing.length > 0) wrong.push(`${name} has ${differing.join(", ")}`);
  }
  return check("c", "entries", wrong, `${names.length} have the units, options and constraints that they had`);
}

/** (d) Every relation is there, and none that nobody planned. Who uses an offer from another model is that model's affair. */
export async function checkRelations(model: string, { relations }: Expected): Promise<Check> {
  const [now, wanted] = [await getRelations(model), relations].map(
    (some) => new Set(some.map((relation) => relation.join(" "))),
  );
  const wrong = [
    ...[...wanted].filter((one) => !now.has(one) && !consumer.test(one)).map((one) => `${one} is missing`),
    ...[...now].filter((one) => !wanted.has(one) && !consumer.test(one)).map((one) => `${one} is new`),
  ];
  return check("d", "relations", wrong, `${wanted.size}, none missing, none extra`);
}

/** (c) Trust, units and options are as they were recorded; options that may hold secrets were not recorded. */
export async function checkSettings(
  model: string,
  { applications }: ModelStatus,
  set: NonNullable<Expected["set"]>,
): Promise<Check> {
  const wrong: string[] = [];
  for (const [name, { trust, scale, config }] of Object.entries(set)) {
    const live = applications[name];
    if (!live) continue;
    const now = await getConfig(model, name);
    const options = setOptions(now.settings).told;
    if (now.trust !== trust) wrong.push(`${name} is ${now.trust ? "" : "not "}trusted`);
    if (live.scale !== scale) wrong.push(`${name} has ${live.scale} units instead of ${scale}`);
    const differing = [...new Set([...Object.keys(config), ...Object.keys(options)])].filter(
      (option) => config[option] !== options[option],
    );
    if (differing.length > 0) wrong.push(`options ${differing.sort().join(", ")} of ${name} are not as recorded`);
  }
  return check(
    "c",
    "settings",
    wrong,
    `trust, units and options of ${Object.keys(set).length} are as they were recorded`,
  );
}
