import type { Hop } from "../../releases/load";
import { databasesOf, dumped } from "../backup/databases";
import { type Draft, applicationOf } from "../../planner/draft";
import { ids } from "../../planner/ids";
import { planRetain } from "../storage";
import type { BaselineVolume, Relation } from "../../plan/types";

/** What the guide calls for here, for the table of contents. */
export const title = "Move the databases to mysql-k8s, when the setting asks for it";

/** A database that is moved to the charm which the target bundle has under its name. */
interface Move {
  application: string;
  fresh: string;
  variables: string[];
  volumes: BaselineVolume[];
  old: Relation[];
  new: Relation[];
}

/** Name of the application that takes over: the old one stays until finalize, and two cannot have the same. */
export const movedName = (application: string): string => `${application}-mysql`;

/** Relations that the target release gives a database, with the application that takes over in its place. */
export function movedRelations({ target }: Pick<Hop, "target">, application: string): Relation[] {
  const moved = (endpoint: string): string =>
    applicationOf(endpoint) === application ? endpoint.replace(application, movedName(application)) : endpoint;
  return target.relations
    .filter((relation) => relation.map(applicationOf).includes(application))
    .map((relation) => relation.map(moved).sort() as Relation);
}

const other = (relation: Relation, application: string): string =>
  relation.map(applicationOf).find((name) => name !== application) ?? application;

/** Nothing where a database cannot be moved, or its consumers could not follow; the draft is told why. */
function moveOf(draft: Draft, application: string): Move[] {
  const { hop, baseline, settings, obstacles } = draft;
  const before = obstacles.length;
  const refuse = (why: string, meaning: string, next: string): void =>
    draft.refuseSetting("databases", `is mysql, but ${why}`, meaning, next);
  const fresh = movedName(application);
  if (fresh in baseline.applications)
    refuse(
      `there is an application "${fresh}" already`,
      `${application} would be moved to that name`,
      "Finish that move by hand, or remove it",
    );
  const { charm, channel, revision } = draft.target(application);
  if (revision === undefined)
    refuse(
      `charm "${charm}" has no channel "${channel}" at Charmhub`,
      "there is nothing to deploy",
      `See \`juju info ${charm}\`, or leave the setting at mariadb`,
    );
  const found = dumped(hop.hazards, baseline).find((one) => one.application === application);
  if (!found)
    refuse(
      `no running Pod of ${application} told how root is let in when the baseline was recorded`,
      "its rows cannot be read",
      "Leave the setting at mariadb",
    );
  const elsewhere = settings.volumes.find((one) => one.application === application);
  if (elsewhere)
    refuse(
      `the volume of ${application} is moved by "volumes" as well`,
      "one move would undo the other",
      `Take ${application}/${elsewhere.storage} out of "volumes"`,
    );
  const old = draft.relationsOf(application);
  const next = movedRelations(hop, application);
  const consumers = old.map((relation) => other(relation, application));
  const left = consumers.filter((consumer) => !next.some((relation) => other(relation, fresh) === consumer));
  if (left.length > 0)
    refuse(
      `${left.join(", ")} uses ${application} and has no relation to it in release ${hop.target.release}`,
      "it would lose its database",
      "Leave the setting at mariadb, or take that relation away first",
    );
  if (!found || obstacles.length > before) return [];
  return [
    {
      application,
      fresh,
      variables: found.variables,
      volumes: found.volumes,
      old,
      new: next.filter((relation) => consumers.includes(other(relation, fresh))),
    },
  ];
}

/** Databases to move, where the setting asks for it. */
function databaseMoves(draft: Draft): Move[] {
  if (draft.settings.databases !== "mysql") return [];
  return Object.keys(databasesOf(draft.hop.hazards, draft.baseline))
    .filter((application) => draft.live(application)?.charm !== draft.target(application).charm)
    .flatMap((application) => moveOf(draft, application));
}

/**
 * Moves each database to mysql-k8s under a new name (facts, 2.2 step 1): the new server is active before its consumer is taken
 * off the old one, since the new charms refuse both at once (F21), and is related once it holds every row (F20).
 */
export function planDatabaseMoves(draft: Draft): void {
  for (const { application, fresh, volumes, ...relations } of databaseMoves(draft)) {
    const target = draft.target(application);
    draft.notes.push(
      `${application} is moved to ${target.charm} as ${fresh}; the old one stays until finalize, and its volume beyond that`,
    );
    // Both charms call it "database".
    const storage = Object.fromEntries(volumes.map(({ storage: name, capacityMiB }) => [name, capacityMiB]));
    const deployed = draft.command(
      "deploy",
      `deploy-${fresh}`,
      "the old one stays under its name until finalize",
      { kind: "deploy", application: fresh, ...target, storage, active: true },
      { dependsOn: [ids.backup] },
    );
    const consumers = relations.old.flatMap((relation) => draft.throughWith(other(relation, application)));
    const unrelated = relations.old.map((relation) =>
      draft.command(
        "storage",
        draft.relationId("unrelate", relation),
        "a consumer with both relations is blocked (F21); from here on nothing writes to the old server",
        { kind: "remove-relation", relation },
        { dependsOn: [deployed, ...consumers] },
      ),
    );
    const loaded = draft.command(
      "storage",
      `load-${fresh}`,
      "every database is dumped and loaded, and the rows of every table are compared",
      {
        kind: "load-database",
        application: fresh,
        from: application,
        secret: draft.names.rootPassword(application),
        consumers: relations.old.map((relation) => other(relation, application)).sort(),
      },
      { dependsOn: [deployed, ...unrelated], needs: [`prove-${application}`] },
    );
    for (const relation of relations.new) {
      const related = draft.command(
        "relate",
        draft.relationId("relate", relation),
        "related only once it is active and holds every row (F20)",
        { kind: "add-relation", relation },
        { dependsOn: [loaded, ...consumers] },
      );
      draft.setThrough(other(relation, fresh), [related]);
    }
  }
}

/** Removes the old applications after the record of a verified upgrade. Their volumes stay. @returns the steps, by application */
function finalizeMoves(draft: Draft, record: string): Map<string, string> {
  const removals = databaseMoves(draft).map(({ application, fresh, variables, volumes }): [string, string] => {
    const retained = volumes.map((volume) =>
      planRetain(draft, "finalize", `${application}-${volume.storage}`, volume, record),
    );
    const removed = draft.command(
      "finalize",
      `finalize-${application}`,
      "the setting finalize is on: nothing is related to the old server any more",
      {
        kind: "finalize-database",
        application,
        volumes: volumes.map(({ volume, claim }) => ({ volume, claim })),
        into: { application: fresh, variables },
      },
      { dependsOn: [record, ...retained], needs: [ids.verify] },
    );
    return [application, removed];
  });
  return new Map(removals);
}

/** Removes what was left of the databases until the upgrade was verified: servers that were moved from, and the copies of root's passwords. */
export function finalizeDatabases(draft: Draft, record: string): void {
  const removals = finalizeMoves(draft, record);
  for (const { application } of dumped(draft.hop.hazards, draft.baseline)) {
    const removed = removals.get(application);
    draft.command(
      "finalize",
      `finalize-${application}-password`,
      "nothing reads the copy of root's password any more",
      { kind: "delete-root-password", application },
      { dependsOn: [record, ...(removed ? [removed] : [])], needs: [ids.verify] },
    );
  }
}
