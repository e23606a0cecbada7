import { z } from "zod";
import { jsonOf } from "../juju/json";
import { upgradeType } from "../plan/names";

/** Names of what a stack holds. Inputs and outputs are not read: they may hold secrets. */
export interface StackState {
  /** Resources that are there and whole. */
  done: string[];
  /** Resources that are there but did not become what they should, with what was said of them. */
  unready: Record<string, string>;
  /** What a run was doing when it was cut off, e.g. "creating", by resource. */
  pending: Record<string, string>;
}

const resource = z.object({
  urn: z.string(),
  custom: z.boolean().default(false),
  delete: z.boolean().default(false),
  initErrors: z.array(z.string()).nullish(),
});
const exported = z.object({
  deployment: z
    .object({
      resources: z.array(resource).nullish(),
      pending_operations: z.array(z.object({ resource, type: z.string() })).nullish(),
    })
    .nullish(),
});

const nameOf = (urn: string): string => urn.split("::").at(-1)!;
/** Whether a resource is of that hop: a stack holds the last one, too, until the next one has ended. */
export const isOf = (hop: string, urn: string): boolean =>
  urn.split("::")[2]?.split("$").includes(upgradeType(hop)) ?? false;

/**
 * What `pulumi stack export` prints (https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/apitype#DeploymentV3).
 * @param hop such as "1.6-1.7"; what the stack holds of others is left out
 * @throws when it is of another shape; what it holds is never part of the message
 */
export function parseStack(text: string, hop: string): StackState {
  const result = exported.safeParse(jsonOf(text));
  if (!result.success) {
    const faults = result.error.issues
      .slice(0, 3)
      .map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`);
    throw new Error(
      `\`pulumi stack export\` is not understood: ${faults.join("; ")}. What the stack has done cannot be told from it. Compare \`pulumi version\` with 3.x`,
    );
  }
  const { resources, pending_operations: operations } = result.data.deployment ?? {};
  const own = (resources ?? [])
    .filter(({ urn, custom, delete: goes }) => custom && !goes && isOf(hop, urn))
    .map(({ urn, initErrors }) => ({ name: nameOf(urn), faults: initErrors ?? [] }));
  // What was cut off while it was made stays in this list when a later run has made it.
  const made = new Set(own.map(({ name }) => name));
  const left = (operations ?? [])
    .filter(({ resource: { urn } }) => isOf(hop, urn))
    .map(({ resource: { urn }, type }) => [nameOf(urn), type] as const)
    .filter(([name, type]) => type !== "creating" || !made.has(name));
  const pending = Object.fromEntries(left);
  return {
    done: own.filter(({ name, faults }) => faults.length === 0 && !(name in pending)).map(({ name }) => name),
    unready: Object.fromEntries(
      own.filter(({ faults }) => faults.length > 0).map(({ name, faults }) => [name, faults.join("; ")]),
    ),
    pending,
  };
}
