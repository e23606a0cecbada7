import { z } from "zod";
import { applicationName } from "./names";

/** The server puts this in the place of whatever it could not compute (facts, juju a). */
const failure = z.object({ "status-error": z.string() });

const entity = z.union([
  failure.transform((found) => ({ current: "unknown", message: `juju could not read it: ${found["status-error"]}` })),
  z.object({ current: z.string(), message: z.string().default("") }),
]);

const unset = { current: "unknown", message: "" };

const unit = z.object({
  "workload-status": entity.default(unset),
  "juju-status": entity.default(unset),
  "upgrading-from": z.string().optional(),
  leader: z.boolean().default(false),
});

/** Names of applications in 2.9, objects that name them in 3.x. */
const related = z.union([
  z.string(),
  z.object({ "related-application": z.string() }).transform((found) => found["related-application"]),
]);

const application = z.object({
  charm: z.string(),
  "charm-name": z.string(),
  "charm-rev": z.number().int(),
  "charm-channel": z.string().default(""),
  /** 3.x only. */
  base: z.object({ name: z.string(), channel: z.string() }).optional(),
  /** Left out when 0. */
  scale: z.number().int().nonnegative().default(0),
  /** Left out when alive. */
  life: z.enum(["alive", "dying", "dead"]).default("alive"),
  "application-status": entity.default(unset),
  relations: z.record(z.string(), z.array(related)).default({}),
  units: z.record(z.string(), z.union([failure, unit])).default({}),
  "endpoint-bindings": z.record(z.string(), z.string()).default({}),
});

/** What an application of this model gives to other models. */
const offer = z.object({ application: z.string(), "total-connected-count": z.number().int().nonnegative().default(0) });

const storageInstance = z.object({
  attachments: z.object({ units: z.record(z.string(), z.unknown()).default({}) }).nullish(),
});

/** "provider-id" is the uid of the claim that it was recorded with. */
const filesystem = z.object({ "provider-id": z.string().optional(), storage: z.string().optional() });

const storage = z.object({
  storage: z.record(z.string(), storageInstance).default({}),
  filesystems: z.record(z.string(), filesystem).default({}),
});

/** Whatever juju could not compute, with its reason; else it is of no account. */
const failable = z.record(z.string(), z.union([failure, z.unknown().transform(() => undefined)])).default({});

/** What is used of `juju status --format json`; fields that are not named here may come and go. */
export const statusSchema = z.object({
  model: z.object({
    name: z.string(),
    type: z.string().optional(),
    controller: z.string().optional(),
    cloud: z.string(),
    version: z.string(),
    "model-status": entity.default(unset),
  }),
  // They become arguments of further commands.
  applications: z
    .record(z.string().regex(applicationName, "is no name of an application"), z.union([failure, application]))
    .default({}),
  storage: storage.default({ storage: {}, filesystems: {} }),
  offers: z.record(z.string(), z.union([failure, offer])).default({}),
  /** SAAS: offers of other models that this one uses. */
  "application-endpoints": failable,
});

export type RawFailure = z.infer<typeof failure>;
export type RawUnit = z.infer<typeof unit>;
export type RawApplication = z.infer<typeof application>;
