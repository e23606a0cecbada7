import { type Line, lineOf } from "./line";
import type { z } from "zod";
import { jsonOf } from "./json";
import { type AppStatus, toApplication } from "./application";
import { statusSchema } from "./schema";

export type { AppStatus, Entity, UnitStatus } from "./application";
export { type Judgement, settled } from "./settled";

export interface ModelStatus {
  /** `version` is that of the model's agents; `status` is "available" when nothing is wrong. */
  model: { name: string; type?: string; controller?: string; cloud: string; version: string; status: string };
  /** What else juju could not compute, with its own reason: offers, and offers of other models. */
  unread?: { what: string; why: string }[];
  line: Line;
  applications: Record<string, AppStatus>;
  /** By storage id, such as "minio-data/0": units it is attached to, and the uid of the claim that it was recorded with. */
  storage?: Record<string, { units: string[]; claimUid?: string }>;
}

/** Each fault with the path of its field; of alternatives, those of the last, which is the usual one. */
function faultsOf(issues: z.core.$ZodIssue[], before: PropertyKey[] = []): string[] {
  return issues.flatMap((issue) => {
    const path = [...before, ...issue.path];
    const inner = issue.code === "invalid_union" ? issue.errors.at(-1) : undefined;
    return inner?.length ? faultsOf(inner, path) : [`${path.join(".") || "the whole"}: ${issue.message}`];
  });
}

/**
 * `juju status --format json` of 2.9 and of 3.x, as one shape. Of storage it has only what no cluster tells: sizes are lengths of a message and
 * "persistent" does not follow the volume (seen on 2.9.42 and 3.6.11); the cluster tells (kube/volumes.ts) (source: cmd/juju/status/formatted.go of both).
 * @throws naming the field that is not as expected, or the version that is not known
 */
export function parseStatus(text: string): ModelStatus {
  const value = jsonOf(text);
  if (value === undefined) {
    throw new Error(
      `\`juju status\` printed no JSON but ${JSON.stringify(text.slice(0, 200))}. The model cannot be read from that. Try \`juju status --format json\` by hand`,
    );
  }
  const result = statusSchema.safeParse(value);
  if (!result.success) {
    const faults = faultsOf(result.error.issues).slice(0, 5);
    throw new Error(
      `\`juju status\` is not understood: ${faults.join("; ")}. The client may be of an unknown version. Compare \`juju version\` with 2.9 and 3.x`,
    );
  }
  const { model, applications, offers, storage, "application-endpoints": saas } = result.data;
  const { current, message } = model["model-status"];
  const unread = Object.entries({ ...offers, ...saas }).flatMap(([name, found]) =>
    found && "status-error" in found ? [{ what: `offer ${name}`, why: found["status-error"] }] : [],
  );
  const offersOf = (name: string): [string, number][] =>
    Object.entries(offers).flatMap(([offer, found]): [string, number][] =>
      "application" in found && found.application === name ? [[offer, found["total-connected-count"]]] : [],
    );
  const claimUidOf = (id: string): string | undefined =>
    Object.values(storage.filesystems).find((one) => one.storage === id)?.["provider-id"];
  return {
    storage: Object.fromEntries(
      Object.entries(storage.storage).map(([id, { attachments }]) => [
        id,
        { units: Object.keys(attachments?.units ?? {}).sort(), claimUid: claimUidOf(id) },
      ]),
    ),
    model: {
      name: model.name,
      type: model.type,
      controller: model.controller,
      cloud: model.cloud,
      version: model.version,
      status: message === "" || current === "available" ? current : `${current}: ${message}`,
    },
    line: lineOf(`model "${model.name}"`, model.version),
    ...(unread.length > 0 && { unread }),
    applications: Object.fromEntries(
      Object.entries(applications).map(([name, one]) => [
        name,
        { ...toApplication(one), ...(offersOf(name).length > 0 && { offers: Object.fromEntries(offersOf(name)) }) },
      ]),
    ),
  };
}
