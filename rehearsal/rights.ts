import {
  type Condition,
  type Permission,
  clusterPermissions,
  conditions,
  modelPermissions,
  refusedHarmlessly,
} from "../docs/permissions";
import { type Trial, trial } from "./trial";

/** A request as an audit log has it: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Event */
export interface AuditEvent {
  verb: string;
  userAgent?: string;
  objectRef?: { apiGroup?: string; resource?: string; subresource?: string; namespace?: string; name?: string };
  responseStatus?: { code?: number };
  annotations?: Record<string, string>;
}

/** One verb on one resource, of one entry of docs/permissions.ts. */
interface Right extends Pick<Permission, "group" | "names" | "when"> {
  verb: string;
  resource: string;
  inModel: boolean;
}

export interface Comparison {
  total: number;
  used: string[];
  /** Rights that no request had need of, by what they are for: "always" where that is every upgrade. */
  unused: Record<string, string[]>;
  /** Requests that were refused, or that no entry allows. */
  unlisted: string[];
}

function said(verb: string, resource: string, group: string, inModel: boolean, names: string[] = []): string {
  return `${verb} ${resource}${group && `.${group}`}${names.length > 0 ? ` named ${names[0]}${names.length > 1 ? " and others" : ""}` : ""}${inModel ? " in the model" : ""}`;
}

const textOf = ({ verb, resource, group, inModel, names }: Right): string =>
  said(verb, resource, group, inModel, names);

const rights = (permissions: Permission[], inModel: boolean): Right[] =>
  permissions.flatMap(({ resources, verbs, group, names, when }) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ verb, resource, group, names, when, inModel }))),
  );

/**
 * Verbs that a request must be allowed. An apply that makes its object needs `create`, too; so does a command in a Pod that is
 * asked for by a WebSocket, since Kubernetes 1.35: https://github.com/kubernetes/kubernetes/pull/134577
 */
function verbsOf({ verb, objectRef, responseStatus }: AuditEvent): string[] {
  const creates =
    (verb === "patch" && responseStatus?.code === 201) || (verb === "get" && objectRef?.subresource === "exec");
  return creates ? [verb, "create"] : [verb];
}

const isHarmless = (verb: string, resource: string, group: string): boolean =>
  refusedHarmlessly.some((one) => one.group === group && one.resource === resource && one.verbs.includes(verb));

/**
 * Holds what an account asked for against what is listed for the whole cluster, and for the model's namespace. Left out
 * is what everybody may who is logged in (kinds, versions, what one may do oneself), and kubectl, by which the rehearsal looks.
 */
export function compareRights(
  events: AuditEvent[],
  model: string,
  listed: { cluster: Permission[]; model: Permission[] },
): Comparison {
  const all = [...rights(listed.cluster, false), ...rights(listed.model, true)];
  const used = new Set<Right>();
  const unlisted = new Set<string>();
  for (const event of events) {
    const { resource: kind, subresource, apiGroup: group = "", namespace, name } = event.objectRef ?? {};
    if (kind === undefined || group === "authorization.k8s.io" || event.userAgent?.startsWith("kubectl/")) continue;
    const resource = [kind, ...(subresource ? [subresource] : [])].join("/");
    for (const verb of verbsOf(event)) {
      const allowing = all.filter(
        (right) =>
          right.verb === verb &&
          right.resource === resource &&
          right.group === group &&
          (!right.names || right.names.includes(name ?? "")),
      );
      const near = allowing.filter(({ inModel }) => inModel && namespace === model);
      const found = near.length > 0 ? near : allowing.filter(({ inModel }) => !inModel);
      const forbidden = event.annotations?.["authorization.k8s.io/decision"] === "forbid";
      if (forbidden && namespace === undefined && isHarmless(verb, resource, group)) continue;
      if (forbidden || found.length === 0)
        unlisted.add(said(verb, resource, group, namespace === model, name ? [name] : []));
      else found.forEach((right) => used.add(right));
    }
  }
  const unused: Record<string, string[]> = {};
  for (const right of all.filter((one) => !used.has(one))) (unused[right.when ?? "always"] ??= []).push(textOf(right));
  return { total: all.length, used: [...used].map(textOf), unused, unlisted: [...unlisted] };
}

/**
 * Every right that the run had need of is listed, and every one that is listed was needed.
 * @param log an audit log: a line of JSON for each request
 * @param had what of that which some rights are for was part of the run; undefined where the run was not a whole one, so nothing need be used
 */
export function rightsTrial(log: string, model: string, had: Condition[] | undefined): Trial {
  const events = log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AuditEvent);
  const { total, used, unused, unlisted } = compareRights(events, model, {
    cluster: clusterPermissions,
    model: modelPermissions,
  });
  const missed = had ? ["always" as const, ...had].flatMap((one) => unused[one] ?? []) : [];
  const left = Object.entries(unused).map(
    ([when, those]) => `${those.length} ${when === "always" ? when : conditions[when as Condition]}`,
  );
  const wrong = [
    ...(unlisted.length > 0 ? [`asked for and not listed: ${unlisted.join(", ")}`] : []),
    ...(missed.length > 0 ? [`listed and not used: ${missed.join(", ")}`] : []),
  ];
  return trial(
    "rights used",
    wrong.length === 0,
    `${used.length} of ${total} used; not asked for here: ${left.join("; ") || "none"}`,
    wrong.join("; "),
  );
}
