import { inOrder } from "../../planner/order";
import type { Plan, Step } from "../../plan/types";

/** A fault that is put into a plan on purpose, to see that the world can hurt. */
export interface Hurt {
  description: string;
  /** The rule of the policy pack that refuses it. */
  rule: string;
  /** What the program's own verification says of it. */
  told: RegExp;
  edit(steps: Step[]): Step[];
}

/** A plan's steps without some of them; whoever waited for one waits for what that one waited for. */
function without(steps: Step[], leftOut: (step: Step) => boolean): Step[] {
  const gone = new Map(steps.filter(leftOut).map(({ id, dependsOn }) => [id, dependsOn]));
  const through = (id: string): string[] => gone.get(id)?.flatMap(through) ?? [id];
  return steps
    .filter(({ id }) => !gone.has(id))
    .map((step) => ({
      ...step,
      dependsOn: [...new Set(step.dependsOn.flatMap(through))],
      needs: step.needs.filter((id) => !gone.has(id)),
    }));
}

const ofKind = (step: Step, kind: string): boolean => step.type === "command" && step.action.kind === kind;

const ofDashboard = (step: Step, kind: string): boolean =>
  ofKind(step, kind) &&
  step.type === "command" &&
  "application" in step.action &&
  step.action.application === "kubeflow-dashboard";

/** Faults by name. */
export const hurts: Record<string, Hurt> = {
  profile: {
    description: "the dashboard becomes a sidecar charm while Juju's labels are on its profile (F5)",
    rule: "labels-off-before-crossing",
    told: /FAILED +\(a\) profiles .*namespace admin is another one than before/,
    edit: (steps) => {
      const guards = steps
        .filter((step) => ofDashboard(step, "guard-crossing"))
        .map((step) => ({ ...step, dependsOn: [...step.needs, "refresh-kubeflow-dashboard"] }));
      // The refresh looks for itself once more, which is a part of what is taken away here.
      const blind = without(steps, (step) => ofDashboard(step, "guard-crossing")).map((step): Step =>
        step.type === "command" && step.action.kind === "refresh" && ofDashboard(step, "refresh")
          ? { ...step, action: { ...step.action, crossing: undefined } }
          : step,
      );
      return [...blind, ...guards];
    },
  },
  istio: {
    description: "istio-pilot skips 1.13 (F9)",
    rule: "istio-one-minor-at-a-time",
    told: /FAILED +\(e\) istio /,
    edit: (steps) => without(steps, ({ id }) => id === "refresh-istio-pilot-1.13"),
  },
  retain: {
    description: "minio is removed with its storage while the volume's reclaim policy is Delete",
    rule: "retain-before-remove",
    told: /FAILED +\(d\) relations .*minio:object-storage is missing/,
    edit: (steps) => without(steps, (step) => step.type === "retain" || ofKind(step, "check-retain")),
  },
};

/** The plan with some faults in it. */
export function hurtPlan(plan: Plan, names: string[]): Plan {
  return { ...plan, steps: inOrder(names.reduce((steps, name) => hurts[name].edit(steps), plan.steps)) };
}
