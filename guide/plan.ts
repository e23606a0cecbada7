import type { Hop } from "../releases/load";
import { planAdditions } from "./new-applications";
import { planBackup } from "./backup";
import { Draft } from "../planner/draft";
import { unfitStore } from "./storage/endpoint";
import { planFinalize } from "./finalize";
import { planVerification } from "./verify";
import { planRestoredRelations } from "./relations";
import { planMoves } from "./storage";
import { planDatabaseMoves } from "./databases";
import { planObjectStore } from "./storage/objects";
import { laterThanTarget } from "../plan/later";
import { channels, charms } from "./preflight/planned";
import { renderObstacles } from "./preflight/render";
import { planIstio } from "./istio";
import { planRedeployments } from "./refresh/redeploy";
import { planRefreshes } from "./refresh";
import type { Settings } from "../plan/settings";
import { withHooks } from "../planner/hooks";
import { unmovable } from "./storage/choose";
import { finish } from "../planner/passes";
import type { Baseline, Plan, Step } from "../plan/types";

/** All steps of an upgrade; none where nothing is to change. */
function stepsOf(draft: Draft): Step[] {
  const { hop, baseline, obstacles } = draft;
  obstacles.push(...channels(hop, baseline), ...charms(hop, baseline));
  noteUntouched(draft);
  noteRehearsal(draft);
  if (draft.changing().length === 0) {
    draft.notes.push(`every application is at release ${hop.target.release} already: nothing to do`);
    return [];
  }
  obstacles.push(...unmovable(draft.moved(), hop, baseline), ...unfitStore(hop, baseline));
  planBackup(draft);
  planIstio(draft);
  planRedeployments(draft);
  planRefreshes(draft);
  planMoves(draft);
  planObjectStore(draft);
  planDatabaseMoves(draft);
  planRestoredRelations(draft);
  planAdditions(draft);
  planFinalize(draft, planVerification(draft));
  noteOffers(draft);
  for (const step of draft.steps) {
    if (step.type === "command" && step.action.kind === "remove-application")
      refuseCrdOwner(draft, step.action.application);
  }
  return draft.steps;
}

/**
 * Computes the upgrade of a model as the difference between what it runs and what the target release has.
 * Pure: the same baseline, hop and settings give the same plan, whatever the model looks like by now.
 * @throws when the model or a setting holds something that no rule of the hop covers, naming all of it; nothing is planned around it.
 */
export function makePlan(hop: Hop, baseline: Baseline, settings: Settings): Plan {
  const draft = new Draft(hop, baseline, settings);
  const steps = stepsOf(draft);
  if (draft.obstacles.length > 0) throw new Error(renderObstacles(draft.obstacles));
  return {
    from: steps.length > 0 ? hop.source.release : baseline.release,
    to: hop.target.release,
    model: baseline.model.name,
    storage: draft.choices,
    notes: draft.notes,
    steps: withHooks(finish(steps), steps.length > 0 ? settings.hooks : []),
  };
}

/** Says what the plan leaves alone, so that no reviewer has to find out by its absence. */
function noteUntouched(draft: Draft): void {
  const { baseline, hop, notes } = draft;
  for (const [name, { charm }] of Object.entries(baseline.applications).sort()) {
    if (!(name in hop.target.applications)) {
      notes.push(`${name} (${charm}) belongs to no release known here: kept as it is, its relations restored`);
    } else if (draft.kept(name)) {
      if (draft.settings.databases === "mariadb" || !(charm in hop.hazards.databases))
        notes.push(`${name} stays on ${charm}: ${hop.hazards.keep[charm]}`);
    }
    const later = laterThanTarget(hop, baseline, name);
    if (later !== undefined) notes.push(`${name} stays as it is: it ${later}`);
  }
  for (const name of draft.removed()) {
    notes.push(
      `${name} was removed by hand: deployed from ${hop.target.applications[name].channel} with the bundle's config; options that it had are not known. What waits for it now is ignored by applications-restless`,
    );
  }
  const there = Object.keys(baseline.applications).filter(
    (name) => name in hop.target.applications && !draft.kept(name) && draft.atTarget(name),
  );
  if (there.length > 0) notes.push(`at their target already: ${there.sort().join(", ")}`);
}

/** Says where nobody has seen this hop on real parts. */
function noteRehearsal({ hop: { source, target, hazards }, notes }: Draft): void {
  if (hazards.rehearsed === undefined)
    notes.push(
      `NOT REHEARSED: the hop from ${source.release} to ${target.release} was planned and tested, and never run on a real Juju controller; rehearse it on a copy of the model first`,
    );
}

/** Offers that go with an application, and what of them is not made again. */
function noteOffers(draft: Draft): void {
  for (const step of draft.steps) {
    if (step.type !== "command" || step.action.kind !== "deploy") continue;
    const { application, offers = {} } = step.action;
    for (const name of Object.keys(offers))
      draft.notes.push(
        `${application} is deployed again, and its offer ${name} goes with it and is made again; whom it was granted to is not: note \`juju show-offer ${name}\` before, and \`juju grant\` it again`,
      );
  }
}

/** Looks at the steps themselves: whatever the hazards file says, no plan with such a removal is made. */
function refuseCrdOwner({ baseline, hop, obstacles }: Draft, application: string): void {
  const charm = baseline.applications[application]?.charm ?? "";
  if (hop.hazards.crdOwners.includes(charm)) {
    obstacles.push({
      name: "crd-owner-removal",
      subject: "the plan",
      fact: `would remove "${application}", whose charm "${charm}" deletes its custom resource definitions`,
      meaning: "with a definition go all objects of it, in every user's namespace",
      next: "Mend the hop's hazards file: such an application is refreshed, never removed",
    });
  }
}
