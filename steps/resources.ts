import { KubeError } from "../kube/client";
import { canonicalJson } from "../components/canonical";
import { readConfigMap, writeConfigMap } from "../kube/configmaps";
import {
  type Definition,
  type KubeObject,
  dryRunApply,
  everyDefinition,
  findDefinition,
  listObjects,
} from "../kube/custom";
import { profileMetadata } from "../kube/profiles";
import { readSecretBytes, deleteSecret, replaceSecretBytes } from "../kube/secrets";
import { baselineKeys, hopNames } from "../plan/names";
import { type Files, digestOf, packFiles, unpackFiles } from "../resources/archive";
import { isTop, jsonLines, parseLines, portable, sample } from "../resources/portable";
import { type Context, StepError, type StepRunner } from "./context";
import { cleanResult } from "./movers";

const partKey = "part";
const partsKey = "charmed-kubeflow-upgrade/parts";

type Where = Pick<Context, "model" | "hop">;

/** The files of an earlier export, where all of it is there. */
async function exported({ model: namespace, hop }: Where): Promise<Files | undefined> {
  const names = hopNames(hop);
  const first = await readSecretBytes(namespace, names.resources(0));
  if (!first) return undefined;
  const rest = await Promise.all(
    Array.from({ length: Number(first.annotations[partsKey]) - 1 }, (_, index) =>
      readSecretBytes(namespace, names.resources(index + 1)),
    ),
  );
  return unpackFiles([first, ...rest].map((secret) => secret?.data[partKey] ?? Buffer.alloc(0)));
}

interface Summary {
  digest: string;
  files: number;
  objects: number;
  bytes: number;
  absent: string[];
}

/** What was found out about an export; stays when its Secrets are gone. */
interface Proven {
  summary: Summary;
  tried: number;
  untested: Record<string, string>;
}

const provenKey = "proven.json";

async function provenExport({ model, hop }: Where): Promise<Proven | undefined> {
  const text = (await readConfigMap(model, hopNames(hop).exported))?.[provenKey];
  return text === undefined ? undefined : (JSON.parse(text) as Proven);
}

/** The first part comes last: an export that has it is whole. */
async function store({ model: namespace, hop }: Where, parts: Buffer[]): Promise<void> {
  const all = hopNames(hop).allResources();
  if (parts.length > all.length) {
    throw new StepError(
      `the custom resources take ${parts.length} Secrets of 900 KiB`,
      `the backup has room for ${all.length}`,
      "Delete Workflows, Trials and training jobs that ended and that nobody needs, then run the upgrade again",
    );
  }
  for (const name of all.slice(parts.length)) await deleteSecret(namespace, name);
  for (const index of parts.keys()) {
    const at = parts.length - 1 - index;
    await replaceSecretBytes(namespace, all[at], { [partKey]: parts[at] }, { [partsKey]: String(parts.length) });
  }
}

/** Objects of one kind, by the folder they belong to. */
function sorted(folder: "apply" | "runs", name: string, objects: KubeObject[]): Files {
  const texts: Files = {
    [`${folder}/${name}.jsonl`]: jsonLines(objects.filter(isTop).map(portable)),
    [`owned/${name}.jsonl`]: jsonLines(objects.filter((one) => !isTop(one)).map(portable)),
  };
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));
}

/**
 * Reads what users have in the cluster beside their objects, and keeps it in Secrets that the backup's Job mounts. Taken
 * once: what a later run found would be a model that is half-way. A kind that the cluster does not know is named as
 * absent; a list that cannot be had ends the step.
 */
export const exportResources: StepRunner<"export-resources"> = async ({ baseline, apply, runs }, context) => {
  const { model, say } = context;
  const earlier = await exported(context);
  if (earlier) return { changed: false, ...summary(earlier) };
  const proven = await provenExport(context);
  if (proven) return { changed: false, ...proven.summary };
  const recorded = await readConfigMap(model, baseline);
  if (!recorded)
    throw new StepError(
      `there is no ConfigMap "${baseline}"`,
      "the model's own part of the backup is missing",
      "Run the upgrade again: it records the baseline first",
    );
  const files: Files = {
    [baselineKeys.baseline]: recorded[baselineKeys.baseline] ?? "",
    [baselineKeys.bundle]: recorded[baselineKeys.bundle] ?? "",
  };
  const absent: string[] = [];
  for (const [folder, wanted] of [
    ["apply", apply],
    ["runs", runs],
  ] as const) {
    for (const name of wanted) {
      const definition = await findDefinition(name);
      if (!definition) absent.push(name);
      else Object.assign(files, sorted(folder, name, await listObjects(definition)));
    }
  }
  files["absent.txt"] = absent.map((name) => `${name}\n`).join("");
  files["definitions.jsonl"] = (await everyDefinition())
    .map(({ name, served, stored }) => `${JSON.stringify({ name, served, stored })}\n`)
    .join("");
  files["namespaces.jsonl"] = (await profileMetadata()).map((one) => `${JSON.stringify(one)}\n`).join("");
  await store(context, await packFiles(files));
  if ((await exported(context).then((back) => back && digestOf(back))) !== digestOf(files))
    throw new StepError(
      "the Secrets with the custom resources do not read back as they were written",
      "a backup made from them would be none",
      "Run the upgrade again",
    );
  say(`${Object.keys(files).length} files, ${absent.length} kinds are absent`);
  return { changed: true, ...summary(files) };
};

function summary(files: Files): Summary {
  return {
    digest: digestOf(files),
    files: Object.keys(files).length,
    objects: Object.entries(files).reduce(
      (sum, [path, text]) => sum + (/^(apply|runs|owned)\//.test(path) ? parseLines(text).length : 0),
      0,
    ),
    bytes: Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    absent: (files["absent.txt"] ?? "").split("\n").filter((name) => name !== ""),
  };
}

/** Name under which a sample is applied on trial: a new object goes through every check that a restored one will. */
const trialName = "ckf-upgrade-restore-test";

/** Applies a sample of one kind on trial. @returns why nothing could be said, where a webhook refuses trials as such */
async function tryRestore(
  definition: Definition,
  objects: KubeObject[],
  digest: string,
  carrier: string,
): Promise<{ tried: number; untested?: string }> {
  const chosen = sample(objects, digest);
  for (const object of chosen) {
    try {
      await dryRunApply(definition, { ...object, metadata: { ...object.metadata, name: trialName } });
    } catch (error) {
      if (!(error instanceof KubeError && error.code !== undefined)) throw error;
      if (/does not support dry run/.test(error.message)) return { tried: 0, untested: error.message };
      throw new StepError(
        `the cluster would not take ${definition.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name} back from the backup: ${error.message}`,
        "What cannot be restored is not backed up",
        "Mend the object, or the webhook that refuses it, then delete Secret " +
          carrier +
          " and run the upgrade again: it is exported anew",
      );
    }
  }
  return { tried: chosen.length };
}

/** The resources lie in the backup with the content that was exported, and the cluster would take a sample of each kind back. */
export const proveResources: StepRunner<"prove-resources"> = async ({ job, exported: from }, context) => {
  const { model, hop, evidence, say } = context;
  const names = hopNames(hop);
  const { digest, bytes, resumed } = await cleanResult(model, job, "resources");
  if (evidence[from]?.digest !== digest) {
    throw new StepError(
      `Job "${job}" proved the digest ${digest}, the export has ${String(evidence[from]?.digest)}`,
      "the backup holds other resources than those that were exported",
      `Delete Job "${job}" and run the upgrade again`,
    );
  }
  const earlier = await provenExport(context);
  if (earlier?.summary.digest === digest)
    return { changed: false, digest, bytes, resumed, tried: earlier.tried, untested: earlier.untested };
  const files = await exported(context);
  if (!files || digestOf(files) !== digest)
    throw new StepError(
      "the Secrets with the exported resources were changed or are gone",
      "no sample of them can be applied on trial",
      `Look at \`kubectl get secrets -n ${model} -l app.kubernetes.io/part-of=charmed-kubeflow-upgrade\``,
    );
  let tried = 0;
  const untested: Record<string, string> = {};
  for (const [path, text] of Object.entries(files)) {
    const name = /^(?:apply|runs)\/(.*)\.jsonl$/.exec(path)?.[1];
    const definition = name && (await findDefinition(name));
    if (!definition) continue;
    const result = await tryRestore(definition, parseLines(text), digest, names.resources(0));
    tried += result.tried;
    if (result.untested) untested[name] = result.untested;
  }
  for (const [name, why] of Object.entries(untested)) say(`${name}: not tried, ${why}`);
  const proven: Proven = { summary: summary(files), tried, untested };
  await writeConfigMap(model, names.exported, { [provenKey]: canonicalJson(proven) });
  return { changed: false, digest, bytes, resumed, tried, untested };
};

/** The Secrets that carried the export are gone. The first part goes first: what is left by a run that was cut off is no export any more. */
export const deleteExport: StepRunner<"delete-export"> = async ({ proven: from }, context) => {
  const { model, hop, evidence } = context;
  const names = hopNames(hop);
  const proven = await provenExport(context);
  if (!proven || proven.summary.digest !== evidence[from]?.digest) {
    throw new StepError(
      `ConfigMap "${names.exported}" does not say that the export ${String(evidence[from]?.digest)} was proven`,
      "its Secrets may be all there is of it, so nothing was deleted",
      `Let it depend on ${from}, as the program's own graph does`,
    );
  }
  let deleted = 0;
  for (const name of names.allResources()) deleted += (await deleteSecret(model, name)) ? 1 : 0;
  return { changed: deleted > 0, deleted };
};
