import { getRelations } from "../../juju/read";
import { settled } from "../../juju/settled";
import type { ModelStatus } from "../../juju/status";
import { rolloutMissing } from "../../kube/workloads";
import type { Expected } from "../../plan/types";
import { type Check, check } from "./check";

/** (c) Every application is at its channel and revision, active and idle. */
export function checkApplications({ applications }: ModelStatus, expected: Expected): Check {
  const wrong = Object.entries(expected.applications).flatMap(([name, { channel, revision, charm }]) => {
    const live = applications[name];
    if (!live) return [`${name} is not there`];
    if (live.charmName !== charm) return [`${name} runs charm ${live.charmName} instead of ${charm}`];
    const { ok, why } = settled(live, { channel, revision });
    return ok ? [] : [`${name}: ${why}`];
  });
  return check("c", "applications", wrong, `${Object.keys(expected.applications).length} at their channel and revision, active and idle`);
}

/** (c) Every application's Pods are new and ready: what juju calls active may run the old image (F30). */
export async function checkWorkloads(model: string, { applications }: Expected): Promise<Check> {
  const names = Object.keys(applications);
  const missing = await Promise.all(names.map((name) => rolloutMissing(model, name)));
  return check("c", "workloads", missing.filter((why) => why !== undefined), `${names.length} rolled out`);
}

/** (d) Every relation is there, and none that nobody planned. */
export async function checkRelations(model: string, { relations }: Expected): Promise<Check> {
  const [now, wanted] = [await getRelations(model), relations].map((some) => new Set(some.map((relation) => relation.join(" "))));
  const wrong = [...[...wanted].filter((one) => !now.has(one)).map((one) => `${one} is missing`), ...[...now].filter((one) => !wanted.has(one)).map((one) => `${one} is new`)];
  return check("d", "relations", wrong, `${wanted.size}, none missing, none extra`);
}
