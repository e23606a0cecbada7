import { makePlan } from "../../guide/plan";
import { type Hook, withHooks } from "../../planner/hooks";
import { ids } from "../../planner/ids";
import { closures } from "../../planner/reduce";
import type { Plan } from "../../plan/types";
import { baselineChangedStorage, baselineUpgraded, hop, settings } from "../support/baseline";

const hook = (place: Pick<Hook, "before" | "after">, name = "one"): Hook => ({
  name,
  command: "./site/one.sh",
  timeoutMinutes: 5,
  ...place,
});
const plan = (...hooks: Hook[]): Plan => makePlan(hop, baselineChangedStorage(), { ...settings, hooks });
/** For each step all that it waits for. */
const waits = ({ steps }: Plan): Map<string, Set<string>> => closures(steps);
const of = ({ steps }: Plan, phase: string): string[] =>
  steps.filter((step) => step.phase === phase && step.type !== "hook").map(({ id }) => id);

test("every step of the phase waits for a hook before it, which waits for what the phase waits for", () => {
  const made = plan(hook({ before: "detach" }));
  const all = waits(made);
  for (const id of of(made, "detach")) expect([id, all.get(id)!.has("hook-one")]).toEqual([id, true]);
  expect([...all.get("hook-one")!]).toEqual(expect.arrayContaining([ids.preflight, ids.backup, ids.again]));
  for (const id of of(made, "backup")) expect([id, all.get(id)!.has("hook-one")]).toEqual([id, false]);
});

test("a hook after a phase waits for all of it, and what comes after the phase waits for the hook", () => {
  const made = plan(hook({ after: "backup" }));
  const all = waits(made);
  expect([...all.get("hook-one")!]).toEqual(expect.arrayContaining(of(made, "backup")));
  for (const phase of ["detach", "refresh"])
    for (const id of of(made, phase)) expect([id, all.get(id)!.has("hook-one")]).toEqual([id, true]);
});

test.each(["backup", "detach", "refresh", "storage", "deploy", "relate"] as const)(
  "verify waits for a hook after %s",
  (phase) => {
    expect([...waits(plan(hook({ after: phase }))).get(ids.verify)!]).toContain("hook-one");
  },
);

test("a hook after verify comes last: the record of the verification does not wait for it", () => {
  const made = plan(hook({ after: "verify" }));
  expect(waits(made).get("record-verified")!.has("hook-one")).toBe(false);
  expect([...waits(made).get("hook-one")!]).toContain("record-verified");
});

test.each(["backup", "detach", "refresh", "storage", "deploy", "relate", "verify"] as const)(
  "hooks on both sides of %s make no circle, take no edge away and run in their order",
  (phase) => {
    const made = plan(hook({ before: phase }), hook({ before: phase }, "two"), hook({ after: phase }, "three"));
    const [without, all] = [waits(plan()), waits(made)];
    for (const [id, before] of without) expect([...all.get(id)!]).toEqual(expect.arrayContaining([...before]));
    expect(made.steps).toHaveLength(without.size + 3);
    expect(all.get("hook-three")!.has("hook-one")).toBe(true);
    expect(all.get("hook-three")!.has("hook-two")).toBe(true);
  },
);

test("a phase that the upgrade does not have is refused by the hook's name", () => {
  expect(() => withHooks(plan().steps, [hook({ before: "istio" })])).toThrow(
    /^hook "one" is to run before phase istio, which this upgrade does not have\. .* name one of preflight, backup/,
  );
});

test("a model at its target has no steps, and runs no hook", () => {
  expect(makePlan(hop, baselineUpgraded(), { ...settings, hooks: [hook({ before: "detach" })] }).steps).toEqual([]);
});
