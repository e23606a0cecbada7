import { makePlan } from "../../guide/plan";
import { orderSchema } from "../../steps/schema";
import { baselineChangedStorage, baselineUpgraded, hop, settings } from "../support/baseline";

/** The same hop under another name: all that a second hop has in common with the first. */
const second = {
  ...hop,
  source: { ...hop.source, release: "1.10" },
  target: { ...hop.target, release: "1.11" },
};

const planOf = (of: typeof hop): ReturnType<typeof makePlan> =>
  makePlan(of, { ...baselineChangedStorage(), release: of.source.release }, { ...settings, finalize: true });

/** Claims, ConfigMaps, Secrets and Jobs of the program's own that the steps name. */
const own = ({ steps }: ReturnType<typeof makePlan>): string[] => {
  const text = JSON.stringify(steps);
  const jobs = steps.flatMap((step) =>
    step.type === "command" && "job" in step.action
      ? [step.action.job]
      : step.type === "command" && "jobs" in step.action
        ? step.action.jobs
        : [],
  );
  return [...new Set([...(text.match(/ckf-upgrade-[\w.-]+/g) ?? []), ...jobs])];
};

test("a second hop names nothing that the first one left, and has steps of the same names", () => {
  const [first, next] = [planOf(hop), planOf(second)];
  expect(next.steps.map(({ id }) => id)).toEqual(first.steps.map(({ id }) => id));
  expect(own(first).length).toBeGreaterThan(10);
  expect(own(next).filter((name) => own(first).includes(name))).toEqual([]);
});

test("every order of a second hop is one that a step takes", () => {
  for (const step of planOf(second).steps) {
    if (step.type !== "command") continue;
    expect(orderSchema.safeParse({ id: step.id, model: "kubeflow", hop: "1.10-1.11", action: step.action }).error).toBe(
      undefined,
    );
  }
});

test("a model that is nearly through is of the hop that is left, by every name", () => {
  const baseline = baselineUpgraded();
  baseline.applications["jupyter-ui"] = { ...baseline.applications["jupyter-ui"], channel: "1.6/stable", revision: 1 };
  const plan = makePlan(hop, baseline, settings);
  expect(baseline.release).toBe("1.7");
  expect([plan.from, plan.to]).toEqual(["1.6", "1.7"]);
  expect(JSON.stringify(plan.steps)).not.toContain("1.7-1.7");
});
