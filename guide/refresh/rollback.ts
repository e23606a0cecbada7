import { inTurn } from "../../planner/order";
import { planProtection } from "../profile/rollback";
import { type Return, circle } from "../rollback/return";

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
export function planRefreshesBack(plan: Return, begun: string[]): void {
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
