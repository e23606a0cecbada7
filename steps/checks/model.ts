import { causeOf, told } from "../../juju/causes";
import { getConfig, getRelations } from "../../juju/read";
import { setOptions } from "../../juju/secretive";
import { settled } from "../../juju/settled";
import type { ModelStatus } from "../../juju/status";
import { rolloutMissing } from "../../kube/workloads";
import type { Expected } from "../../plan/types";
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

/** (d) Every relation is there, and none that nobody planned. */
export async function checkRelations(model: string, { relations }: Expected): Promise<Check> {
  const [now, wanted] = [await getRelations(model), relations].map(
    (some) => new Set(some.map((relation) => relation.join(" "))),
  );
  const wrong = [
    ...[...wanted].filter((one) => !now.has(one)).map((one) => `${one} is missing`),
    ...[...now].filter((one) => !wanted.has(one)).map((one) => `${one} is new`),
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
