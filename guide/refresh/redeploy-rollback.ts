import type { Baseline } from "../../plan/types";
import { applicationOf } from "../../planner/draft";
import { inTurn } from "../../planner/order";
import { planProtection } from "../profile/rollback";
import type { Way } from "../rollback/compare";
import { guarded } from "../rollback/irreversible";
import { type Return, circle } from "../rollback/return";

/** Removes and deploys again what juju does not take back. Definitions are guarded as long as their owners are away. */
export function planRedeploymentsBack(plan: Return, begun: string[]): void {
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
