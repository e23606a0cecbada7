import { z } from "zod";
import { type Line, lineOf } from "./line";

const entity = z.object({ current: z.string(), message: z.string().default("") });
/** The server puts this in the place of whatever it could not compute (facts, juju a). */
const failure = z.object({ "status-error": z.string() }).transform((found) => ({ current: "error", message: `juju could not read it: ${found["status-error"]}` }));
const entityOrFailure = z.union([failure, entity]);

const unitSchema = z.object({
  "workload-status": entityOrFailure.default({ current: "unknown", message: "" }),
  "juju-status": entityOrFailure.default({ current: "unknown", message: "" }),
  "upgrading-from": z.string().optional(),
});

/** Names of applications in 2.9, objects that name them in 3.x. */
const related = z.union([z.string(), z.object({ "related-application": z.string() }).transform((found) => found["related-application"])]);

const applicationSchema = z.object({
  "charm-name": z.string(),
  "charm-rev": z.number().int(),
  "charm-channel": z.string().default(""),
  series: z.string().optional(),
  scale: z.number().int().default(0),
  life: z.string().default("alive"),
  "application-status": entityOrFailure.default({ current: "unknown", message: "" }),
  relations: z.record(z.string(), z.array(related)).default({}),
  units: z.record(z.string(), z.union([z.object({ "status-error": z.string() }), unitSchema])).default({}),
});

const statusSchema = z.object({
  model: z.object({
    name: z.string(),
    cloud: z.string(),
    version: z.string(),
    "model-status": entityOrFailure.default({ current: "unknown", message: "" }),
  }),
  applications: z.record(z.string(), z.union([z.object({ "status-error": z.string() }), applicationSchema])).default({}),
});

interface Entity {
  current: string;
  message: string;
}

export interface UnitStatus {
  workload: Entity;
  agent: Entity;
  /** The charm that this unit still runs while its application already has another. */
  upgradingFrom?: string;
}

export interface AppStatus {
  charmName: string;
  /** With its track: "latest/stable" where juju leaves the track out. */
  channel: string;
  revision: number;
  /** 2.9 only; "kubernetes" for podspec charms. */
  series?: string;
  /** Units asked for; juju leaves 0 out. */
  scale: number;
  life: string;
  status: Entity;
  /** Endpoint to the applications related there. The other side's endpoint is not told; see getRelations. */
  related: Record<string, string[]>;
  units: Record<string, UnitStatus>;
}

export interface ModelStatus {
  model: { name: string; cloud: string; version: string; status: string };
  /** Line of the model's agents. */
  line: Line;
  applications: Record<string, AppStatus>;
}

const unreadable = (error: string): UnitStatus => ({ workload: { current: "error", message: `juju could not read it: ${error}` }, agent: { current: "error", message: "" } });

function unit(found: z.infer<typeof unitSchema> | { "status-error": string }): UnitStatus {
  if ("status-error" in found) return unreadable(found["status-error"]);
  const from = found["upgrading-from"];
  return { workload: found["workload-status"], agent: found["juju-status"], ...(from !== undefined && { upgradingFrom: from }) };
}

function application(found: z.infer<typeof applicationSchema> | { "status-error": string }): AppStatus {
  if ("status-error" in found) {
    const status = { current: "error", message: `juju could not read it: ${found["status-error"]}` };
    return { charmName: "", channel: "", revision: -1, scale: 0, life: "alive", status, related: {}, units: {} };
  }
  const channel = found["charm-channel"];
  return {
    charmName: found["charm-name"],
    channel: /^(stable|candidate|beta|edge)$/.test(channel) ? `latest/${channel}` : channel,
    revision: found["charm-rev"],
    ...(found.series !== undefined && { series: found.series }),
    scale: found.scale,
    life: found.life,
    status: found["application-status"],
    related: found.relations,
    units: Object.fromEntries(Object.entries(found.units).map(([name, one]) => [name, unit(one)])),
  };
}

/**
 * `juju status --format json` of 2.9 and of 3.x, as one shape.
 * @throws naming the field that is not as expected
 */
export function parseStatus(text: string): ModelStatus {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`\`juju status\` printed no JSON but ${JSON.stringify(text.slice(0, 200))}. The model cannot be read from that. Try \`juju status --format json\` by hand`);
  }
  const result = statusSchema.safeParse(value);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).slice(0, 5);
    throw new Error(`\`juju status\` is not understood: ${faults.join("; ")}. The client may be of an unknown version. Compare \`juju version\` with 2.9 and 3.x`);
  }
  const { model, applications } = result.data;
  return {
    model: { name: model.name, cloud: model.cloud, version: model.version, status: model["model-status"].current },
    line: lineOf(`model "${model.name}"`, model.version),
    applications: Object.fromEntries(Object.entries(applications).map(([name, one]) => [name, application(one)])),
  };
}
