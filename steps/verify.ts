import { getRelations, getStatus } from "../juju/read";
import { settled } from "../juju/settled";
import type { ModelStatus } from "../juju/status";
import { waitFor } from "../juju/watch";
import { listProfiles } from "../kube/profiles";
import { namespacesWithSecret, readSecret } from "../kube/secrets";
import { rolloutMissing } from "../kube/workloads";
import type { Expected } from "../plan/types";
import { StepError, type StepRunner, timeouts } from "./context";

interface Check {
  name: string;
  ok: boolean;
  detail: string;
}

function check(name: string, wrong: string[], good: string): Check {
  return { name, ok: wrong.length === 0, detail: wrong.length === 0 ? good : wrong.join("; ") };
}

function checkApplications({ applications }: ModelStatus, expected: Expected): Check {
  const wrong = Object.entries(expected.applications).flatMap(([name, { channel, revision, charm }]) => {
    const live = applications[name];
    if (!live) return [`${name} is not there`];
    if (live.charmName !== charm) return [`${name} runs charm ${live.charmName} instead of ${charm}`];
    const { ok, why } = settled(live, { channel, revision });
    return ok ? [] : [`${name}: ${why}`];
  });
  return check("applications", wrong, `${Object.keys(expected.applications).length} at their channel and revision, active and idle`);
}

function checkRelations(live: Expected["relations"], expected: Expected["relations"]): Check {
  const [now, wanted] = [live, expected].map((relations) => new Set(relations.map((relation) => relation.join(" "))));
  const wrong = [...[...wanted].filter((one) => !now.has(one)).map((one) => `${one} is missing`), ...[...now].filter((one) => !wanted.has(one)).map((one) => `${one} is new`)];
  return check("relations", wrong, `${wanted.size}, none missing, none extra`);
}

function checkProfiles(live: Expected["profiles"], expected: Expected["profiles"]): Check {
  const wrong = Object.entries(expected).flatMap(([name, { namespaceUid, claims }]) => {
    const now = live[name];
    if (!now) return [`profile ${name} is gone`];
    if (now.namespaceUid !== namespaceUid) return [`namespace ${name} is another one than before`];
    return Object.entries(claims).flatMap(([claim, uid]) => (now.claims[claim] === uid ? [] : [`claim ${name}/${claim} is ${now.claims[claim] ? "another one than before" : "gone"}`]));
  });
  return check("profiles", wrong, `${Object.keys(expected).length} with their namespaces and claims`);
}

async function checkWorkloads(model: string, { applications }: Expected): Promise<Check> {
  const names = Object.keys(applications);
  const missing = await Promise.all(names.map((name) => rolloutMissing(model, name)));
  return check("workloads", missing.filter((why) => why !== undefined), `${names.length} rolled out`);
}

/** The keys that user namespaces hold are compared in memory; only the names of namespaces are told. */
async function checkCredentials(model: string, secret: string): Promise<Check> {
  const kept = await readSecret(model, secret);
  if (!kept) return check("credentials", [`there is no Secret ${secret} to compare with`], "");
  const namespaces = await namespacesWithSecret("mlpipeline-minio-artifact");
  const wrong: string[] = [];
  for (const namespace of namespaces) {
    const held = await readSecret(namespace, "mlpipeline-minio-artifact");
    if (held?.accesskey !== kept.accesskey || held?.secretkey !== kept.secretkey) wrong.push(`namespace ${namespace} holds another key than the object store`);
  }
  return check("credentials", wrong, `${namespaces.length} user namespaces hold the object store's key`);
}

/** Holds the model against what it must be at the end; every check is told, not only the first that fails. */
export const verify: StepRunner<"verify"> = async ({ expected }, { model, say }) => {
  let last: Check | undefined;
  await waitFor(
    model,
    "every application settles at its target",
    (status) => {
      last = checkApplications(status, expected);
      return { ok: last.ok, why: last.detail };
    },
    { timeoutSeconds: timeouts.settle },
  ).catch(() => undefined);
  const checks = [
    last ?? checkApplications(await getStatus(model), expected),
    checkRelations(await getRelations(model), expected.relations),
    checkProfiles(await listProfiles(), expected.profiles),
    await checkWorkloads(model, expected),
    ...(expected.credentials ? [await checkCredentials(model, expected.credentials.secret)] : []),
  ];
  for (const { name, ok, detail } of checks) say(`${ok ? "ok" : "FAILED"} ${name}: ${detail}`);
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length > 0) {
    throw new StepError(
      `${failed.length} of ${checks.length} checks failed:\n${failed.map(({ name, detail }) => `  ${name}: ${detail}`).join("\n")}\n`,
      "The upgrade is not verified; the old volume and the backup are still there",
      "Mend what is named, then run `pulumi up` again: only what is left is done",
    );
  }
  return { changed: false, verified: true, release: expected.release, checks };
};
