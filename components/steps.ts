import * as command from "@pulumi/command";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { quantity } from "../kube/size";
import { backupJob, dumpJob, migrationJob, placeAt, presyncJob, resourcesJob, verifyJob } from "../objectstore/jobs";
import { type HopNames, baselineKeys, hopNames, orderedHop } from "../plan/names";
import { storeEndpoint } from "../guide/storage/endpoint";
import { backupKeeps, backupTarget } from "../guide/backup/target";
import type { Settings } from "../plan/settings";
import type {
  Baseline,
  ClaimStep,
  CommandStep,
  CopyStep,
  DumpStep,
  FoundStep,
  HookStep,
  JobStep,
  Plan,
  RecordStep,
  RetainStep,
  Step,
} from "../plan/types";
import { orderVariable } from "../plan/action";
import { canonicalJson } from "./canonical";
import { evidenceOf, fact } from "./evidence";
import { type Look, tellProgress } from "./progress";

export type Made = pulumi.CustomResource;

export interface StepContext {
  plan: Plan;
  baseline: Baseline;
  settings: Settings;
  /** The model before it goes back; only of a rollback. */
  found?: Baseline;
  /** Resources declared so far, by step. */
  made: Map<string, Made>;
  look: Look | undefined;
  /** What this run asks preflight anew with; undefined once a step has changed the model. */
  anew: string | undefined;
}

type Options = pulumi.CustomResourceOptions & { parent: pulumi.Resource; dependsOn: Made[] };

/** Declares the resource of one step. */
export function makeStep(step: Step, context: StepContext, opts: Options): Made {
  switch (step.type) {
    case "command":
      return makeCommand(step, context, opts);
    case "job":
      return followed(makeJob(step, context, opts), step, context, opts);
    case "dump":
      return followed(makeDump(step, context, opts), step, context, opts);
    case "copy":
      return followed(makeCopy(step, context, opts), step, context, opts);
    case "retain":
      return makeRetain(step, opts);
    case "claim":
      return makeClaim(step, context, opts);
    case "record":
      return makeRecord(step, context, opts);
    case "found":
      return makeFound(step, context, opts);
    case "hook":
      return makeHook(step, context, opts);
  }
}

/** Bytes that a ConfigMap holds: https://kubernetes.io/docs/concepts/configuration/configmap/ */
const configMapBytes = 1_048_576;

/**
 * The ConfigMap of a recorded model.
 * @throws where it would not fit in one: then nothing is begun (review D25)
 */
export function recordModel(id: string, configMap: string, model: Baseline, opts: Options): Made {
  const told = canonicalJson({ ...model, bundle: undefined });
  const bytes = Buffer.byteLength(told) + Buffer.byteLength(model.bundle);
  if (bytes > configMapBytes)
    throw new Error(
      `the record of model "${model.model.name}" has ${bytes} bytes, with ${Object.keys(model.profiles).length} profiles, and ConfigMap ${configMap} can hold ${configMapBytes}: without it no run could go on where another stopped, so nothing is begun. This version upgrades no model of that size`,
    );
  return new kubernetes.core.v1.ConfigMap(
    id,
    {
      metadata: { name: configMap, namespace: model.model.name },
      data: {
        [baselineKeys.baseline]: told,
        [baselineKeys.bundle]: model.bundle,
      },
    },
    { ...opts, retainOnDelete: true },
  );
}

function makeFound({ id, configMap }: FoundStep, { found }: StepContext, opts: Options): Made {
  if (!found) throw new Error(`step "${id}" records a model, and none was handed over`);
  return recordModel(id, configMap, found, opts);
}

function evidence({ made }: StepContext, id: string): ReturnType<typeof evidenceOf> {
  const resource = made.get(id);
  if (!(resource instanceof command.local.Command))
    throw new Error(`step "${id}" is asked for evidence but runs no command`);
  return evidenceOf(id, resource);
}

/** Preflight is asked in each run until a step has changed the model; what it answered last stays from then on. */
function asked(
  { action }: CommandStep,
  { anew }: StepContext,
): { inputs?: { triggers: string[] }; opts?: pulumi.CustomResourceOptions } {
  if (action.kind !== "preflight") return {};
  return anew === undefined ? { opts: { ignoreChanges: ["triggers"] } } : { inputs: { triggers: [anew] } };
}

const hopOf = ({ from, to }: Plan): string => `${from}-${to}`;
const namesOf = ({ plan }: StepContext): HopNames => hopNames(hopOf(plan));

function makeCommand(step: CommandStep, context: StepContext, opts: Options): Made {
  const { id, action, needs } = step;
  const anew = asked(step, context);
  return new command.local.Command(
    id,
    {
      interpreter: ["node", "bin/step.js"],
      create: id,
      environment: {
        [orderVariable]: canonicalJson({
          id,
          model: context.plan.model,
          juju: context.settings.jujuModel,
          hop: orderedHop(hopOf(context.plan)),
          action,
        }),
      },
      stdin: pulumi
        .all(needs.map((need) => evidence(context, need)))
        .apply((facts) => canonicalJson(Object.fromEntries(needs.map((need, index) => [need, facts[index]])))),
      logging: "stderr",
      addPreviousOutputInEnv: false,
      ...anew.inputs,
    },
    { ...opts, ...anew.opts },
  );
}

/** Run once in a hop, and again when the setting has another text for it. */
function makeHook({ id, command: line, timeoutMinutes }: HookStep, { plan }: StepContext, opts: Options): Made {
  return new command.local.Command(
    id,
    {
      interpreter: ["node", "bin/hook.js", id, String(timeoutMinutes)],
      create: line,
      environment: { CKF_MODEL: plan.model, CKF_HOP: hopOf(plan) },
      logging: "stderr",
      addPreviousOutputInEnv: false,
    },
    opts,
  );
}

function moverArgs({ plan, settings }: StepContext): {
  namespace: string;
  image: string;
  timeoutMinutes: number;
  hop: string;
} {
  return {
    namespace: plan.model,
    image: settings.moverImage,
    timeoutMinutes: settings.jobTimeoutMinutes,
    hop: hopOf(plan),
  };
}

/**
 * Once a step has changed the model the backup is proven: its Jobs stay as they ran, whatever image or script this run would give
 * them. A new Job would copy what the upgrade has changed since over what proves it.
 */
const asProven = ({ anew }: StepContext): pulumi.CustomResourceOptions =>
  anew === undefined ? { ignoreChanges: ["spec"] } : {};

function makeJob({ id, job, needs }: JobStep, context: StepContext, opts: Options): Made {
  const { plan, settings } = context;
  const store = plan.storage[0];
  const common = moverArgs(context);
  const target = backupTarget(settings, common.hop);
  const s3 = {
    endpoint: storeEndpoint(store.application, context.baseline),
    credentialsSecret: namesOf(context).credentials,
    target,
    keep: backupKeeps(context.settings),
    storeMiB: store.source.capacityMiB,
  };
  switch (job) {
    case "minio-backup":
      return new kubernetes.batch.v1.Job(id, backupJob({ ...common, ...s3 }), { ...opts, ...asProven(context) });
    case "resources-backup": {
      const [exported] = needs;
      const digest = evidence(context, exported).apply((facts) => fact(exported, facts, "digest"));
      return new kubernetes.batch.v1.Job(
        id,
        resourcesJob({ ...common, target, secrets: namesOf(context).allResources(), digest }),
        { ...opts, ...asProven(context) },
      );
    }
    case "minio-verify":
      return new kubernetes.batch.v1.Job(id, verifyJob({ ...common, ...s3 }), opts);
  }
}

function makeDump({ id, application, image, pullSecrets }: DumpStep, context: StepContext, opts: Options): Made {
  const args = {
    ...moverArgs(context),
    application,
    databaseImage: image,
    pullSecrets,
    passwordSecret: namesOf(context).rootPassword(application),
    target: backupTarget(context.settings, hopOf(context.plan)),
    keep: backupKeeps(context.settings),
  };
  return new kubernetes.batch.v1.Job(id, dumpJob(args), { ...opts, ...asProven(context) });
}

/** A pass of a copy is given the digest of the proven backup: without it nothing is copied. */
function makeCopy(
  { id, pass, application, source, destination, objectStore, needs: [backup, presync] }: CopyStep,
  context: StepContext,
  opts: Options,
): Made {
  const args = {
    ...moverArgs(context),
    application,
    objectStore,
    sourceClaim: source.claim,
    sourceVolume: source.volume,
    destinationClaim: destination,
    backupDigest: evidence(context, backup).apply((facts) => fact(backup, facts, "digest")),
  };
  if (pass === "presync") return new kubernetes.batch.v1.Job(id, presyncJob(args), opts);
  const first = evidence(context, presync);
  return new kubernetes.batch.v1.Job(
    id,
    migrationJob({
      ...args,
      place: first.apply(({ node, bound }) => placeAt(String(node), bound === true)),
      presyncObjects: first.apply(({ objects }) => String(objects)),
    }),
    opts,
  );
}

/** A Job whose row tells how far it is. */
function followed(made: Made, { id }: Step, { plan, look }: StepContext, { parent, dependsOn }: Options): Made {
  if (look)
    tellProgress(made, pulumi.createUrn(id, "kubernetes:batch/v1:Job", parent), dependsOn, () =>
      look(hopNames(hopOf(plan)).job(id)),
    );
  return made;
}

function makeRetain({ id, volume }: RetainStep, opts: Options): Made {
  return new kubernetes.core.v1.PersistentVolumePatch(
    id,
    {
      metadata: { name: volume, annotations: { "pulumi.com/patchForce": "true" } },
      spec: { persistentVolumeReclaimPolicy: "Retain" },
    },
    { ...opts, retainOnDelete: true },
  );
}

function makeClaim(
  { id, claim, sizeMiB, storageClass, accessModes }: ClaimStep,
  { plan }: StepContext,
  opts: Options,
): Made {
  return new kubernetes.core.v1.PersistentVolumeClaim(
    id,
    {
      metadata: { name: claim, namespace: plan.model },
      spec: {
        accessModes,
        resources: { requests: { storage: quantity(sizeMiB) } },
        ...(storageClass && { storageClassName: storageClass }),
      },
    },
    { ...opts, retainOnDelete: true },
  );
}

function makeRecord({ id, configMap, needs }: RecordStep, context: StepContext, opts: Options): Made {
  const [of] = needs;
  return new kubernetes.core.v1.ConfigMap(
    id,
    {
      metadata: { name: configMap, namespace: context.plan.model },
      data: { "evidence.json": evidence(context, of).apply(canonicalJson) },
    },
    { ...opts, retainOnDelete: true },
  );
}
