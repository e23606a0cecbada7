import { planBackup } from "../backup";
import { Draft, applicationOf, ids } from "../../planner/draft";
import { shown } from "../verify";
import { hopNames, names } from "../../plan/names";
import { inOrder, inTurn } from "../../planner/order";
import { renderObstacles } from "../preflight/render";
import { removedByHand } from "../../plan/removed";
import type { Settings } from "../../plan/settings";
import { tellTaken } from "../../planner/taken";
import type { Baseline, Expected, Plan, Relation } from "../../plan/types";
import { type Recordings, type Way, additions, cameSince, relationsBack, wayBack } from "./compare";
import { guarded, irreversible } from "./irreversible";

/** A rollback while it is planned. */
class Return {
  readonly draft: Draft;
  readonly ways: Map<string, Way>;
  /** application -> steps after which it is as it was, as far as it has any. */
  readonly back = new Map<string, string[]>();
  private readonly unrelated = new Map<string, string>();

  constructor(
    readonly recordings: Recordings,
    settings: Settings,
  ) {
    const { hop, baseline } = recordings;
    this.draft = new Draft(hop, baseline, settings);
    this.ways = new Map(
      Object.keys(baseline.applications)
        .sort()
        .map((name) => [name, wayBack(recordings, name)]),
    );
  }

  of(way: Way["way"]): string[] {
    return [...this.ways].flatMap(([name, one]) => (one.way === way ? [name] : []));
  }

  /** Steps after which all of these are back. */
  backWith(...applications: string[]): string[] {
    return applications.flatMap((name) => this.back.get(name) ?? []);
  }

  /** Applications of the hazards file that this one is brought up after, out of those. */
  upAfter(application: string, among: string[]): string[] {
    const { after, redeploy } = this.recordings.hop.hazards;
    return [...Object.keys(after[application] ?? {}), ...[redeploy[application]?.around ?? []].flat()].filter((other) =>
      among.includes(other),
    );
  }

  /** Of those, the ones that the hazards file brings up after this application. */
  broughtUpAfter(application: string, among: string[]): string[] {
    const { after } = this.recordings.hop.hazards;
    return among.filter((other) => application in (after[other] ?? {}));
  }

  /** Relations of these that the model has now. */
  relationsOf(application: string): Relation[] {
    return this.recordings.found.relations.filter((relation) => relation.map(applicationOf).includes(application));
  }

  /** Removes a relation once, whichever of its ends asks first. */
  unrelate(relation: Relation, why: string, owner: string, dependsOn: string[]): string {
    const key = relation.join(" ");
    const planned = this.unrelated.get(key);
    if (planned) return planned;
    const superseded = this.superseded(owner);
    const step = this.draft.command(
      "detach",
      this.draft.relationId("back-unrelate", relation),
      why,
      { kind: "remove-relation", relation, ...(superseded && { superseded }) },
      { dependsOn },
    );
    this.unrelated.set(key, step);
    return step;
  }

  /** The state in which an application of the baseline was taken back already. */
  superseded(application: string): { application: string; channel: string; revision: number } | undefined {
    const recorded = this.recordings.baseline.applications[application];
    return recorded && { application, channel: recorded.channel, revision: recorded.revision };
  }
}

const circle = (names: string): string => `the hazards file lets these applications wait for each other: ${names}`;

/** Says what cannot be undone and asks for it, then records what the model is now: every later run plans from that. */
function planBeginning({ draft, recordings: { hop } }: Return, items: Plan["irreversible"] & object): string[] {
  const asked = items.filter(({ asks }) => asks).map(({ name, what }) => ({ name, what }));
  const accepted = draft.command(
    "rollback",
    ids.accept,
    "what cannot be undone is told, and what may lose something is accepted by name",
    { kind: "accept-irreversible", asked, accepted: draft.settings.acceptIrreversible },
    { dependsOn: [ids.backup] },
  );
  const record = draft.add({
    type: "found",
    phase: "rollback",
    id: ids.found,
    configMap: names.found(hop.source.release, hop.target.release),
    why: "what the model is before it goes back: after a crash the graph is the same",
    dependsOn: [accepted],
    needs: [],
  });
  return [record];
}

/** Removes what the upgrade added, last added first. Returns the steps to wait for. */
function planRemovals(plan: Return, begun: string[]): string[] {
  const { draft, recordings } = plan;
  const { removed } = additions(recordings);
  const gone = new Map<string, string>();
  const older = `release ${recordings.baseline.release} does not have it`;
  const later = (name: string): string[] => plan.broughtUpAfter(name, removed);
  for (const next of inTurn(removed, later, circle)) {
    const why =
      next in recordings.hop.source.applications ? "it had been removed by hand when the model was recorded" : older;
    const relations = plan.relationsOf(next).map((relation) => plan.unrelate(relation, why, next, begun));
    gone.set(
      next,
      draft.command(
        "detach",
        `back-remove-${next}`,
        why,
        {
          kind: "remove-application",
          application: next,
          gone: recordings.hop.hazards.redeploy[next]?.gone ?? [],
          storage: [],
          superseded: "never",
        },
        { dependsOn: [...begun, ...relations, ...later(next).map((other) => gone.get(other)!)] },
      ),
    );
  }
  const apart = relationsBack(recordings)
    .dropped.filter((relation) => !relation.map(applicationOf).some((name) => removed.includes(name)))
    .map((relation) => plan.unrelate(relation, older, "", begun));
  return [...gone.values(), ...apart];
}

/** Trust, units and options of an application that was not deployed again, where they are not as recorded. */
function planSettings(
  { draft, recordings: { baseline, found } }: Return,
  application: string,
  dependsOn: string[],
): string[] {
  const [recorded, now] = [baseline.applications[application], found.applications[application]];
  const steps: string[] = [];
  const after = (): string[] => (steps.length > 0 ? [steps.at(-1)!] : dependsOn);
  const why = "as it was recorded";
  if (now.trust && !recorded.trust)
    steps.push(
      draft.command(
        "refresh",
        `back-untrust-${application}`,
        why,
        { kind: "untrust", application },
        { dependsOn: after() },
      ),
    );
  if (JSON.stringify(now.config) !== JSON.stringify(recorded.config)) {
    steps.push(
      draft.command(
        "refresh",
        `back-configure-${application}`,
        why,
        { kind: "restore-config", application, config: recorded.config },
        { dependsOn: after() },
      ),
    );
  }
  if (now.scale !== recorded.scale)
    steps.push(
      draft.command(
        "refresh",
        `back-scale-${application}`,
        why,
        { kind: "scale", application, units: recorded.scale },
        { dependsOn: after() },
      ),
    );
  return steps.slice(-1);
}

/** Refreshes what juju takes back, in the reverse of the order in which the hop brought it up. */
function planRefreshes(plan: Return, begun: string[]): void {
  const { draft, recordings } = plan;
  const { baseline, hop } = recordings;
  const refreshed = plan.of("refresh");
  const later = (name: string): string[] => plan.broughtUpAfter(name, refreshed);
  for (const next of inTurn(refreshed, later, circle)) {
    const { charm, channel, revision } = baseline.applications[next];
    const before = [...begun, ...plan.backWith(...later(next))];
    const { why } = plan.ways.get(next) as { why: string };
    before.push(...planTrust(plan, next, begun));
    const { application, profile } = {
      application: hop.hazards.profile.application,
      profile: baseline.dashboardProfile,
    };
    if (next === application && profile) before.push(planProtection(plan, profile, begun));
    const step = draft.command(
      "refresh",
      `back-refresh-${next}`,
      why,
      { kind: "refresh", application: next, charm, channel, revision },
      { dependsOn: before },
    );
    const settings = planSettings(plan, next, [step]);
    plan.back.set(next, settings.length > 0 ? settings : [step]);
  }
  for (const application of plan.of("stays"))
    plan.back.set(application, planSettings(plan, application, [...begun, ...planTrust(plan, application, begun)]));
}

/** Trust that was taken from an application since, before anything else is done to it. */
function planTrust(
  { draft, recordings: { baseline, found } }: Return,
  application: string,
  dependsOn: string[],
): string[] {
  if (!baseline.applications[application].trust || found.applications[application].trust) return [];
  return [
    draft.command(
      "refresh",
      `back-trust-${application}`,
      "as it was recorded",
      { kind: "trust", application },
      { dependsOn },
    ),
  ];
}

function planProtection({ draft, recordings: { hop } }: Return, profile: string, dependsOn: string[]): string {
  return draft.command(
    "profile",
    `back-protect-profile-${profile}`,
    hop.hazards.profile.why,
    { kind: "protect-profile", profile },
    { dependsOn },
  );
}

/** Removes and deploys again what juju does not take back. Definitions are guarded as long as their owners are away. */
function planRedeployments(plan: Return, begun: string[]): void {
  const { draft, recordings } = plan;
  const { baseline, hop, found } = recordings;
  const again = plan.of("redeploy");
  const owners = guarded(recordings, plan.ways);
  const profile = again.includes(hop.hazards.profile.application) ? baseline.dashboardProfile : undefined;
  const safe = [
    ...begun,
    ...(profile ? [planProtection(plan, profile, begun)] : []),
    ...(owners.length > 0
      ? [
          draft.command(
            "rollback",
            "guard-definitions",
            "whoever deletes a definition deletes every object of it (F2)",
            { kind: "guard-definitions", applications: owners },
            { dependsOn: begun },
          ),
        ]
      : []),
  ];
  // Down in the reverse of the order in which they come up.
  const removed = new Map<string, string>();
  const up = inTurn(again, (name) => plan.upAfter(name, again), circle);
  for (const name of [...up].reverse()) {
    refuseSecrets(name, found);
    const { why, gone } = plan.ways.get(name) as Extract<Way, { way: "redeploy" }>;
    const relations = plan
      .relationsOf(name)
      .map((relation) =>
        plan.unrelate(relation, why, name, [
          ...safe,
          ...plan.backWith(...relation.map(applicationOf).filter((other) => !again.includes(other))),
        ]),
      );
    const before = again.filter((other) => plan.upAfter(other, [name]).length > 0).map((other) => removed.get(other)!);
    const guardedBy = owners.includes(name) ? { guarded: true } : {};
    removed.set(
      name,
      draft.command(
        "detach",
        `back-remove-${name}`,
        why,
        {
          kind: "remove-application",
          application: name,
          gone,
          storage: [],
          superseded: plan.superseded(name)!,
          ...guardedBy,
        },
        { dependsOn: [...safe, ...relations, ...before] },
      ),
    );
  }
  for (const name of up) {
    const { charm, channel, revision, trust, config, scale } = baseline.applications[name];
    const { why } = plan.ways.get(name) as { why: string };
    const deployed = draft.command(
      "deploy",
      `back-deploy-${name}`,
      why,
      { kind: "deploy", application: name, charm, channel, revision, trust, config, storage: {} },
      { dependsOn: [removed.get(name)!, ...plan.backWith(...plan.upAfter(name, again))] },
    );
    plan.back.set(
      name,
      scale === 1
        ? [deployed]
        : [
            draft.command(
              "deploy",
              `back-scale-${name}`,
              "as it was recorded",
              { kind: "scale", application: name, units: scale },
              { dependsOn: [deployed] },
            ),
          ],
    );
  }
  if (owners.length > 0)
    draft.command(
      "rollback",
      "lift-guard",
      "definitions have their owners again",
      { kind: "lift-guard" },
      { dependsOn: plan.backWith(...owners) },
    );
}

/** @throws when deploying the application again would lose options that no recording keeps because they may hold secrets. */
function refuseSecrets(application: string, { applications }: Baseline): void {
  const lost = applications[application]?.configOmitted ?? [];
  if (lost.length === 0) return;
  throw new Error(
    `application "${application}" is deployed again on the way back, and its options ${lost.join(", ")} may hold secrets, which are not recorded. ` +
      `Note their values, \`juju config ${application} --reset ${lost.join(",")}\`, and set them again once the model is back`,
  );
}

/** Gives the model the relations that it shall have, each once both of its ends are back. */
function planRelations(plan: Return): void {
  const { draft, recordings } = plan;
  const now = new Set(recordings.found.relations.map((relation) => relation.join(" ")));
  const again = plan.of("redeploy");
  for (const relation of relationsBack(recordings).wanted) {
    const ends = relation.map(applicationOf);
    if (now.has(relation.join(" ")) && !ends.some((name) => again.includes(name))) continue;
    draft.command(
      "relate",
      draft.relationId("back-relate", relation),
      "a relation of the model as it was",
      { kind: "add-relation", relation },
      { dependsOn: [ids.found, ...plan.backWith(...ends)] },
    );
  }
}

/** The model as it must be when it is back. */
function expected({ recordings, ways }: Return): Expected {
  const { hop, baseline, found } = recordings;
  const kept = [...Object.keys(additions(recordings).kept), ...cameSince(recordings)];
  // Istio's control plane waits for a gateway that the recorded model lacked.
  const waiting = removedByHand(hop, baseline).map((name) => hop.hazards.redeploy[name].around!);
  const applications = Object.fromEntries(
    [...Object.keys(baseline.applications), ...kept].sort().map((name) => {
      const { charm, channel, revision } =
        (ways.get(name)?.way ?? "kept") === "kept" ? found.applications[name] : baseline.applications[name];
      return [
        name,
        {
          charm,
          channel,
          revision,
          ...(waiting.includes(name) &&
            hop.hazards.ladders[name].awaiting && { awaiting: hop.hazards.ladders[name].awaiting }),
        },
      ];
    }),
  );
  return {
    release: baseline.release,
    applications,
    relations: relationsBack(recordings).wanted,
    baseline: names.found(hop.source.release, hop.target.release),
    ...shown(hop, applications),
    // Rows that came and went since the upgrade's dump are users' work.
    databases: {},
    credentials: { secret: hopNames(`${hop.source.release}-${hop.target.release}`).credentials },
    set: Object.fromEntries(
      Object.entries(baseline.applications)
        .filter(([name]) => ways.get(name)?.way !== "kept")
        .map(([name, { trust, scale, config }]) => [name, { trust, scale, config }]),
    ),
  };
}

function planEnd(plan: Return): void {
  const { draft, recordings } = plan;
  const { hop } = recordings;
  const waitedFor = new Set(draft.steps.flatMap((step) => step.dependsOn));
  const leaves = draft.steps.map(({ id }) => id).filter((id) => !waitedFor.has(id));
  draft.command(
    "verify",
    ids.verify,
    "the model is compared with the one that was recorded, as data",
    { kind: "verify", expected: expected(plan) },
    { dependsOn: leaves, needs: [ids.backup] },
  );
  draft.add({
    type: "record",
    phase: "verify",
    id: ids.rolledBack,
    configMap: names.rolledBack(hop.source.release, hop.target.release),
    why: "the next upgrade has to begin anew: with a new baseline and a new backup",
    dependsOn: [],
    needs: [ids.verify],
  });
}

/**
 * Computes the way back as the difference between a model as it was found when going back began and as it was recorded
 * before its upgrade, so that it is the same for an upgrade that ended and for one that stopped anywhere. Pure.
 * The phases of preflight and backup are those of the upgrade, unchanged: what was proven then stays the evidence.
 * @param volumesGone volumes of the baseline that finalize deleted, as application/storage
 * @throws when something has no way back and cannot stay as it is either
 */
export function makeRollback(recordings: Recordings, settings: Settings, volumesGone: string[]): Plan {
  const { hop, baseline } = recordings;
  const plan = new Return(recordings, settings);
  const { draft } = plan;
  const items = irreversible(recordings, plan.ways, volumesGone);
  const head = {
    from: hop.source.release,
    to: hop.target.release,
    model: baseline.model.name,
    storage: draft.choices,
    notes: draft.notes,
    irreversible: items,
  };
  planBackup(draft);
  if (draft.obstacles.length > 0) throw new Error(renderObstacles(draft.obstacles));
  const before = draft.steps.length;
  const begun = planBeginning(plan, items);
  const removed = planRemovals(plan, begun);
  const ready = removed.length > 0 ? removed : begun;
  planRefreshes(plan, ready);
  planRedeployments(plan, ready);
  planRelations(plan);
  if (draft.steps.length === before + 2) {
    draft.notes.push("the model is as it was recorded: there is nothing to take back");
    return { ...head, irreversible: [], steps: [] };
  }
  planEnd(plan);
  return { ...head, steps: tellTaken(inOrder(draft.steps)) };
}
