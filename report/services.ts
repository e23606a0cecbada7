import { applicationOf } from "../planner/draft";
import type { CommandStep, Plan } from "../plan/types";

/** What people notice while an application is away; of others it is only said that they are stopped. */
const noticed: Record<string, string> = {
  "istio-ingressgateway": "nobody reaches the dashboard or anything behind it from outside",
  "istio-pilot": "routes are not updated; what is connected stays connected",
  "kubeflow-roles": "users lack the rights in their namespaces that these roles give",
  minio: "pipelines cannot read or write artifacts",
  "kfp-api": "pipelines cannot be started or looked at",
  "kfp-ui": "the pages of pipelines are away",
  "kubeflow-dashboard": "the dashboard's page is away",
  "kubeflow-profiles": "profiles cannot be made or shared",
  "jupyter-ui": "the notebooks page is away; notebooks go on",
  "katib-ui": "the page of experiments is away; experiments go on",
  "katib-db-manager": "experiments cannot record their results",
  "katib-db": "experiments cannot record their results",
  "kfp-db": "pipelines cannot be started or looked at",
  "seldon-controller-manager": "new deployments of models wait; those that serve go on",
  "kserve-controller": "new deployments of models wait; those that serve go on",
  "dex-auth": "nobody can log in",
  "oidc-gatekeeper": "nobody can log in",
};

/** A service that is away between two steps. */
export interface Outage {
  application: string;
  notice: string;
  /** Step at whose beginning it goes away. */
  from: string;
  /** Steps at the end of the last of which it is back. */
  until: string[];
}

type Command = Pick<CommandStep, "id" | "action">;

const isOf = ({ action }: Command, application: string): boolean =>
  "application" in action && action.application === application;

const joins = ({ action }: Command, application: string): boolean =>
  "relation" in action && action.relation.map(applicationOf).includes(application);

const stops = ({ action }: Command): boolean =>
  (action.kind === "scale" && action.units === 0) || action.kind === "remove-application";

const starts = ({ action }: Command): boolean =>
  (action.kind === "scale" && action.units > 0) || action.kind === "deploy" || action.kind === "start-on-volume";

function outage(application: string, takesAway: Command[], bringsBack: Command[]): Outage[] {
  if (takesAway.length === 0 || bringsBack.length === 0) return [];
  const notice = noticed[application] ?? `${application} is stopped`;
  return [{ application, notice, from: takesAway[0].id, until: bringsBack.map(({ id }) => id) }];
}

/** Of an application that is removed, its relations count, too: without them nobody uses it. */
function ofStopped(application: string, commands: Command[]): Outage[] {
  const own = commands.filter((one) => isOf(one, application));
  const removed = own.some(({ action }) => action.kind === "remove-application");
  const relations = commands.filter((one) => removed && joins(one, application));
  const among = (of: Command[]): Command[] => commands.filter((one) => of.includes(one));
  const away = relations.filter(({ action }) => action.kind === "remove-relation");
  const again = relations.filter(({ action }) => action.kind === "add-relation");
  return outage(application, among([...own.filter(stops), ...away]), [...own.filter(starts), ...again]);
}

/** A database is away from when its first client is cut off until the last is related to its new server. */
function ofMovedDatabase({ action }: Command, commands: Command[]): Outage[] {
  if (action.kind !== "load-database") return [];
  const away = commands.filter((one) => one.action.kind === "remove-relation" && joins(one, action.from));
  const again = commands.filter((one) => one.action.kind === "add-relation" && joins(one, action.application));
  return outage(action.from, away, again);
}

/**
 * Services that a plan takes away for a while: applications that are stopped, or removed and deployed again, and databases that
 * move. What is only refreshed restarts, and is not listed.
 */
export function outages(plan: Plan): Outage[] {
  const commands = plan.steps.flatMap((step) =>
    step.type === "command" && step.phase !== "finalize" ? [{ id: step.id, action: step.action }] : [],
  );
  const stopped = new Set(
    commands.filter(stops).flatMap(({ action }) => ("application" in action ? [action.application] : [])),
  );
  return [
    ...[...stopped].flatMap((application) => ofStopped(application, commands)),
    ...commands.flatMap((one) => ofMovedDatabase(one, commands)),
  ];
}

/** When a service is away, out of when steps ran; undefined where one of them has not ended. Whatever the unit of time. */
export function awayBetween(
  { from, until }: Outage,
  slots: Map<string, { from: number; to: number }>,
): { from: number; to: number } | undefined {
  const begin = slots.get(from);
  const ends = until.map((id) => slots.get(id)?.to);
  if (!begin || ends.some((end) => end === undefined)) return undefined;
  return { from: begin.from, to: Math.max(...(ends as number[])) };
}
