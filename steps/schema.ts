import { z } from "zod";
import { applicationName } from "../juju/names";
import { checkNames, ignored } from "../guide/preflight/finding";
import { bucketPattern, endpointPattern, prefixPattern } from "../plan/patterns";
import type { Baseline, StepAction } from "../plan/types";

const application = z.string().regex(applicationName, "is no name of an application");
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const object = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "is no name of a Kubernetes object");
/** Ids of steps are made of the same signs. */
const stepName = object;
const charm = z.string().regex(/^[a-z][-a-z0-9]*$/, "is no name of a charm");
const channel = z.string().regex(/^[a-z0-9][\w.-]*\/(stable|candidate|beta|edge)(\/[\w.-]+)?$/, "is no channel");
const endpoint = z.string().regex(/^[a-z][a-z0-9-]*:[a-z][a-z0-9_-]*$/, "is no endpoint");
const storageName = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "is no name of a storage");
const image = z.string().regex(/^[\w][\w.:/@-]{0,253}$/, "is no name of an image");
const revision = z.number().int().nonnegative();
const size = z.number().int().positive();
const option = z.union([z.string(), z.number(), z.boolean()]);
const config = z.record(z.string().regex(/^[a-z][\w.-]*$/, "is no name of an option"), option);
const base = z.string().regex(/^[a-z]+@\d+\.\d+$/, "is no base");
const relation = z.tuple([endpoint, endpoint]);
const taken = z.array(relation).min(1).optional();
const superseded = z.union([
  z.strictObject({ application, channel, revision }),
  z.strictObject({ application, claimNot: object }),
]);
const awaiting = z.strictObject({ status: z.string(), message: z.string() });
/** A charm from a file has no channel. */
const deployed = z.strictObject({
  charm,
  channel: z.union([channel, z.literal("")]),
  revision,
  awaiting: awaiting.optional(),
});

/** Words of a person: one line, and none of it reaches a command line. */
const variables = z.array(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "is no name of a variable")).min(1);
const said = z.string().regex(/^[^\p{Cc}]{1,200}$/u, "is no short line of text");
const target = z.union([
  z.strictObject({ claim: object }),
  z.strictObject({
    endpoint: z.string().regex(endpointPattern, "is no address of an object store"),
    bucket: z.string().regex(bucketPattern, "is no name of a bucket"),
    prefix: z.string().regex(prefixPattern, "is no folder of a bucket"),
    region: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "is no region"),
    secret: object,
  }),
]);

const profiles = z.record(
  z.string(),
  z.strictObject({
    namespaceUid: z.string(),
    claims: z.record(z.string(), z.string()),
    volumes: z.record(z.string(), z.string()).optional(),
  }),
);

const volume = z.strictObject({
  storage: storageName,
  claim: object,
  volume: object,
  requestedMiB: size,
  capacityMiB: size,
  storageClass: z.string(),
  reclaimPolicy: z.enum(["Delete", "Retain", "Recycle"]),
  accessModes: z.array(z.string()),
  volumeMode: z.string(),
});

const versions = z.strictObject({ from: z.string(), to: z.string(), source: z.string() });
const check = z.enum(checkNames);

const hop = z.string().regex(/^\d+\.\d+-\d+\.\d+$/, "is no hop");

/** What preflight is asked. Its texts are only shown. */
const question = {
  baseline: object,
  hop: hop.optional(),
  applications: z.array(application),
  versions: z.strictObject({ juju: versions, kubernetes: versions }),
  claims: z.array(
    z.strictObject({
      purpose: z.string(),
      claim: object,
      sizeMiB: size,
      storageClass: object.optional(),
      holdsObjects: z.boolean(),
    }),
  ),
  crossings: z.array(z.strictObject({ application, channel, revision })),
  objectStore: z.strictObject({ application, claim: object }).optional(),
  planned: z.array(
    z.strictObject({
      name: check,
      subject: z.string(),
      fact: z.string(),
      meaning: z.string(),
      next: z.string(),
      weight: z.enum(["refuses", "told"]),
    }),
  ),
  deployedAgain: z.array(application).optional(),
  assumes: z
    .array(
      z.strictObject({
        charm,
        juju: z.array(z.strictObject({ from: z.string(), below: z.string().optional() })),
        source: z.string(),
      }),
    )
    .optional(),
  ignore: z.array(ignored),
};

const adoption = { application, storage: storageName, from: object, source: volume };

/** What a step may be told; anything else is refused before it can reach a command line. */
export const actionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("preflight"), ...question }),
  z.strictObject({
    kind: z.literal("prove-backup"),
    job: object,
    target,
    parts: z.array(stepName),
    declared: z.strictObject({ by: said, when: said, what: said }).optional(),
  }),
  z.strictObject({
    kind: z.literal("export-resources"),
    baseline: object,
    apply: z.array(object),
    runs: z.array(object),
  }),
  z.strictObject({ kind: z.literal("prove-resources"), job: object, exported: stepName, target }),
  z.strictObject({ kind: z.literal("delete-export"), proven: stepName }),
  z.strictObject({ kind: z.literal("store-root-password"), application, variables, to: object }),
  z.strictObject({
    kind: z.literal("prove-database"),
    application,
    job: object,
    target,
    keep: z.enum(["objects", "manifest"]),
  }),
  z.strictObject({ kind: z.literal("prove-presync"), job: object, source: object }),
  z.strictObject({ kind: z.literal("prove-migration"), job: object, source: object }),
  z.strictObject({ kind: z.literal("prove-objects"), job: object }),
  z.strictObject({ kind: z.literal("remove-relation"), relation, superseded: superseded.optional() }),
  z.strictObject({ kind: z.literal("add-relation"), relation }),
  z.strictObject({ kind: z.literal("trust"), application }),
  z.strictObject({ kind: z.literal("untrust"), application }),
  z.strictObject({ kind: z.literal("restore-config"), application, config }),
  z.strictObject({
    kind: z.literal("accept-irreversible"),
    asked: z.array(z.strictObject({ name: object, what: z.string() })),
    accepted: z.array(object),
  }),
  z.strictObject({ kind: z.literal("guard-definitions"), applications: z.array(application) }),
  z.strictObject({ kind: z.literal("lift-guard") }),
  z.strictObject({ kind: z.literal("guard-crossing"), application, superseded }),
  z.strictObject({
    kind: z.literal("scale"),
    application,
    units: revision,
    superseded: superseded.optional(),
    awaiting: awaiting.optional(),
    taken,
  }),
  z.strictObject({
    kind: z.literal("refresh"),
    application,
    charm,
    channel,
    revision,
    base: base.optional(),
    awaiting: awaiting.optional(),
    beyond: z.array(channel).optional(),
    crossing: z.boolean().optional(),
    taken,
  }),
  z.strictObject({
    kind: z.literal("remove-application"),
    application,
    gone: z.array(object),
    storage: z.array(object),
    superseded: z.union([superseded, z.literal("never")]),
    guarded: z.boolean().optional(),
    stops: object.optional(),
  }),
  z.strictObject({
    kind: z.literal("deploy"),
    application,
    charm,
    channel,
    revision,
    base: base.optional(),
    trust: z.boolean(),
    config,
    storage: z.record(storageName, size),
    units: revision.optional(),
    constraints: z
      .string()
      .regex(/^[\w.,=|^ -]*$/, "are no constraints")
      .optional(),
    pools: z.record(storageName, object).optional(),
    resources: z
      .record(object, z.union([revision, z.string().regex(/^[\w][\w.:/@+-]*$/, "is no resource")]))
      .optional(),
    offers: z.record(object, z.array(object)).optional(),
    active: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal("load-database"),
    application,
    from: application,
    secret: object,
    consumers: z.array(application).optional(),
  }),
  z.strictObject({ kind: z.literal("delete-root-password"), application }),
  z.strictObject({
    kind: z.literal("finalize-database"),
    application,
    volumes: z.array(z.strictObject({ volume: object, claim: object })),
    into: z.strictObject({ application, variables }).optional(),
  }),
  z.strictObject({ kind: z.literal("protect-profile"), profile: z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/) }),
  z.strictObject({ kind: z.literal("store-credentials"), application, from: object, to: object }),
  z.strictObject({ kind: z.literal("set-credentials"), application, from: object, secret: object.optional() }),
  z.strictObject({
    kind: z.literal("check-retain"),
    volumes: z.array(z.strictObject({ volume: object, claim: object })),
  }),
  z.strictObject({ kind: z.literal("find-claim"), application, storage: storageName, source: object, sizeMiB: size }),
  z.strictObject({ kind: z.literal("delete-job-pods"), jobs: z.array(object), claims: z.array(object) }),
  z.strictObject({ kind: z.literal("adopt-volume"), ...adoption, look: image.optional() }),
  z.strictObject({ kind: z.literal("start-on-volume"), ...adoption, units: revision }),
  z.strictObject({
    kind: z.literal("verify"),
    expected: z.strictObject({
      release: z.string(),
      applications: z.record(application, deployed),
      relations: z.array(relation),
      baseline: object,
      mesh: z.record(object, z.string()),
      serverless: z.record(z.string(), z.strictObject({ plural: z.string(), minor: z.string() })),
      gateway: object.optional(),
      dashboard: object.optional(),
      databases: z.record(application, variables),
      movedDatabases: z.record(application, application).optional(),
      credentials: z.strictObject({ secret: object }).optional(),
      set: z.record(application, z.strictObject({ trust: z.boolean(), scale: revision, config })).optional(),
    }),
  }),
  z.strictObject({
    kind: z.literal("finalize-volume"),
    application,
    source: volume,
    staging: object.optional(),
    look: image.optional(),
  }),
]) satisfies z.ZodType<StepAction>;

/** The order of a command step (orderVariable in policy/step.ts). */
export const orderSchema = z.strictObject({
  id: z.string().min(1),
  model: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "is no name of a model"),
  /** What juju's client calls it, where that is more. */
  juju: z
    .string()
    .regex(/^[a-zA-Z0-9][\w.+@:/-]*$/, "is no name of a model")
    .optional(),
  /** The hop that names carry; none for the one whose names carry none. */
  hop: hop.optional(),
  action: actionSchema,
});

/** A recorded baseline; one of another shape is refused, never written over. */
export const baselineSchema = z.strictObject({
  schema: z.union([z.literal(1), z.literal(2)]),
  release: z.string(),
  model: z.strictObject({
    name: z.string(),
    uuid: z.string(),
    controller: z.string().optional(),
    cloud: z.string(),
    jujuVersion: z.string(),
    kubernetesVersion: z.string(),
  }),
  applications: z.record(
    z.string(),
    z.strictObject({
      charm: z.string(),
      channel: z.string(),
      revision,
      generation: z.enum(["podspec", "sidecar"]),
      generationUnseen: z.literal(true).optional(),
      scale: revision,
      trust: z.boolean(),
      config: z.record(z.string(), option),
      configOmitted: z.array(z.string()),
      local: z.literal(true).optional(),
      status: z.strictObject({ current: z.string(), message: z.string() }).optional(),
      constraints: z.string().optional(),
      placement: z.string().optional(),
      pools: z.record(z.string(), z.string()).optional(),
      resources: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      attached: z.array(z.string()).optional(),
      bindings: z.record(z.string(), z.string()).optional(),
      exposed: z.literal(true).optional(),
      applicationConfig: config.optional(),
      offers: z.record(z.string(), z.strictObject({ endpoints: z.array(z.string()), consumers: revision })).optional(),
    }),
  ),
  relations: z.array(z.tuple([z.string(), z.string()])),
  volumes: z.record(z.string(), z.array(volume)),
  dashboardProfile: z.string().optional(),
  profiles,
  databases: z.record(z.string(), z.strictObject({ image: z.string(), pullSecrets: z.array(z.string()) })).optional(),
  ownKeys: z.array(z.string()).optional(),
  definitions: z.array(z.string()).optional(),
  objects: z.record(z.string(), z.record(z.string(), revision)).optional(),
  available: z.record(z.string(), z.record(z.string(), revision)),
  bundle: z.string(),
}) satisfies z.ZodType<Baseline>;
