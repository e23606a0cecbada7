import { Upgrade } from "../../components/upgrade";
import { hurtPlan, hurts } from "../../rehearsal/hurt/edits";
import { asPolicySees, digest, judge, planOf, register } from "../policy/support";
import { baselineChangedStorage, settings } from "../support/baseline";

const baseline = baselineChangedStorage();

test.each(Object.entries(hurts))(
  "the fault %s is a plan that can be run, and the policy pack refuses it",
  async (name, { rule }) => {
    const plan = hurtPlan(planOf(baseline), [name]);
    const registered = await register(
      () => new Upgrade("1.6-to-1.7", { plan, baseline, settings: { ...settings, moverImage: digest } }),
    );
    expect((await judge(asPolicySees(registered))).map((violation) => violation.rule)).toContain(rule);
  },
);

test("all faults together are one plan", () => {
  const { steps } = hurtPlan(planOf(baseline), Object.keys(hurts));
  const ids = steps.map(({ id }) => id);
  expect(ids.filter((id) => /retain|1\.13/.test(id))).toEqual([]);
  const dashboard = steps.find(({ id }) => id === "refresh-kubeflow-dashboard");
  expect(dashboard).not.toMatchObject({ action: { crossing: true } });
  expect(ids.indexOf("guard-crossing-kubeflow-dashboard")).toBeGreaterThan(ids.indexOf("refresh-kubeflow-dashboard"));
});
