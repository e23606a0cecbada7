import { makePlan } from "../../guide/plan";
import { ids } from "../../planner/ids";
import { ends, evidenceFirst, finish, lookAgain, proofFirst } from "../../planner/passes";
import type { CommandStep, Phase, StepAction } from "../../plan/types";
import { baselineChangedStorage, hop, settings } from "../support/baseline";

const trust: StepAction = { kind: "trust", application: "kfp-ui" };
const find: StepAction = {
  kind: "find-claim",
  application: "minio",
  storage: "minio-data",
  source: "pvc-old",
  sizeMiB: 1,
};
const step = (
  id: string,
  action: StepAction,
  { phase = "refresh", ...edges }: { phase?: Phase; dependsOn?: string[]; needs?: string[] } = {},
): CommandStep => ({ type: "command", phase, id, why: "", action, dependsOn: [], needs: [], ...edges });

test("what changes the model needs the proven backup, once; what only looks does not", () => {
  const steps = [step("a", trust), step("b", trust, { needs: [ids.backup] }), step("c", find)];
  expect(proofFirst(steps).map(({ needs }) => needs)).toEqual([[ids.backup], [ids.backup], []]);
});

test("evidence that is needed is waited for, once", () => {
  const [{ dependsOn }] = evidenceFirst([step("d", find, { dependsOn: ["b", "a"], needs: ["c", "b"] })]);
  expect(dependsOn).toEqual(["a", "b", "c"]);
});

test("what waits for the proof waits for the look after it, wherever that was planned; the backup's own steps do not", () => {
  const steps = [
    step("early", trust, { dependsOn: [ids.backup] }),
    step(ids.cleared, find, { phase: "backup", dependsOn: [ids.backup] }),
    step(ids.again, find, { phase: "preflight", dependsOn: [ids.backup] }),
    step("free", find),
  ];
  expect(lookAgain(steps).map(({ dependsOn }) => dependsOn)).toEqual([
    [ids.backup, ids.again].sort(),
    [ids.backup],
    [ids.backup],
    [],
  ]);
  const without = steps.filter(({ id }) => id !== ids.again);
  expect(lookAgain(without)).toEqual(without);
});

test("the ends are what nothing waits for, by order or by evidence", () => {
  expect(
    ends([step("a", find), step("b", find, { needs: ["a"] }), step("c", find), step("d", find, { dependsOn: ["c"] })]),
  ).toEqual(["b", "d"]);
});

test("a finished plan is one that the passes leave as it is", () => {
  const { steps } = makePlan(hop, baselineChangedStorage(), settings);
  expect(steps.length).toBeGreaterThan(90);
  expect(finish(steps)).toEqual(steps);
});
