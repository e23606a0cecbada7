import { dumped } from "../backup/databases";
import { type Draft } from "../../planner/draft";
import { ids } from "../../planner/ids";
import { ends } from "../../planner/passes";
import { names } from "../../plan/names";
import type { Hop } from "../../releases/load";
import type { Expected, StepAction } from "../../plan/types";

/** What the guide calls for here, for the table of contents. */
export const title = "Verify the upgrade";

/** The model as it must be at the end: every live application at its target or as it was, every relation there, no profile changed. */
function expected(draft: Draft): Expected {
  const { baseline, hop } = draft;
  const applications: Expected["applications"] = {};
  for (const [name, { charm, channel, revision }] of Object.entries(baseline.applications)) {
    applications[name] = draft.changing().includes(name) ? pick(draft.target(name)) : { charm, channel, revision };
  }
  const actions = draft.steps.flatMap((step) => (step.type === "command" ? [step.action] : []));
  const ofKind = <K extends StepAction["kind"]>(kind: K) =>
    actions.filter((action): action is Extract<StepAction, { kind: K }> => action.kind === kind);
  for (const action of ofKind("deploy")) applications[action.application] = pick(action);
  const ended = ofKind("remove-relation").map(({ relation }) => relation.join(" "));
  const kept = baseline.relations.filter((relation) => !ended.includes(relation.join(" ")));
  const relations = new Map(
    [...kept, ...ofKind("add-relation").map(({ relation }) => relation)].map((relation) => [
      relation.join(" "),
      relation,
    ]),
  );
  for (const name of Object.keys(applications)) {
    const awaiting = draft.asBefore(name);
    if (awaiting) applications[name] = { ...applications[name], awaiting };
  }
  const moved = ofKind("load-database");
  return {
    release: hop.target.release,
    applications,
    relations: [...relations.keys()].sort().map((key) => relations.get(key)!),
    baseline: names.baseline(hop.source.release, hop.target.release),
    ...shown(hop, applications),
    databases: Object.fromEntries(
      dumped(hop.hazards, baseline).map(({ application, variables }) => [application, variables]),
    ),
    ...(moved.length > 0 && {
      movedDatabases: Object.fromEntries(moved.map(({ from, application }) => [from, application])),
    }),
    credentials: { secret: draft.names.credentials },
  };
}

/** Where versions and the dashboard show, for applications that the model will have. */
export function shown(
  { hazards }: Hop,
  applications: Expected["applications"],
): Pick<Expected, "mesh" | "serverless" | "gateway" | "dashboard"> {
  const minor = (application: string): string => applications[application].channel.split("/")[0];
  const { controlPlane, gateway } = hazards.mesh;
  return {
    mesh: Object.fromEntries(
      [controlPlane, gateway]
        .filter(({ application }) => application in applications)
        .map(({ application, workload }) => [workload, minor(application)]),
    ),
    serverless: Object.fromEntries(
      Object.entries(hazards.serverless)
        .filter(([, { application }]) => application in applications)
        .map(([kind, { application, plural }]) => [kind, { plural, minor: minor(application) }]),
    ),
    ...(gateway.application in applications && { gateway: gateway.workload }),
    ...(hazards.profile.application in applications && { dashboard: hazards.profile.application }),
  };
}

function pick({ charm, channel, revision }: Expected["applications"][string]): Expected["applications"][string] {
  return { charm, channel, revision };
}

/** Verification after everything else, and its record. @returns the record */
export function planVerification(draft: Draft): string {
  const { hop } = draft;
  const proofs = draft.steps
    .filter(
      (step) =>
        step.type === "command" && ["prove-backup", "prove-objects", "prove-database"].includes(step.action.kind),
    )
    .map(({ id }) => id);
  draft.command(
    "verify",
    ids.verify,
    "active status proves nothing: every invariant is checked and told (docs/checks.md)",
    { kind: "verify", expected: expected(draft) },
    { dependsOn: ends(draft.steps), needs: proofs },
  );
  return draft.add({
    type: "record",
    phase: "verify",
    id: "record-verified",
    configMap: names.verified(hop.source.release, hop.target.release),
    why: "a later run may finalize only what was verified by an earlier one",
    dependsOn: [],
    needs: [ids.verify],
  });
}
