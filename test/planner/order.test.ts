import { inOrder } from "../../planner/order";
import type { Step } from "../../plan/types";

const step = (id: string, dependsOn: string[] = [], needs: string[] = []): Step => ({
  type: "retain",
  phase: "storage",
  id,
  volume: "v",
  why: "",
  dependsOn,
  needs,
});
const order = (...steps: Step[]): string[] => inOrder(steps).map(({ id }) => id);

test("a step comes after all it depends on; free steps keep their order", () => {
  expect(order(step("c", ["b"]), step("b", ["a"]), step("a"), step("z"))).toEqual(["a", "b", "c", "z"]);
});

test("a circle is refused, naming its steps and no other", () => {
  expect(() => order(step("free"), step("a", ["b"]), step("b", ["a"]))).toThrow(
    "steps wait for each other in a circle: a, b",
  );
});

test("a dependency that is no step is refused", () => {
  expect(() => order(step("a", ["ghost"]))).toThrow('step "a" depends on "ghost", which is no step of the plan');
});

test("two steps of one name are refused", () => {
  expect(() => order(step("a"), step("a"))).toThrow('the plan has two steps "a"');
});

test("evidence needed from a step that is not waited for is refused", () => {
  expect(() => order(step("a"), step("b", [], ["a"]))).toThrow(
    'step "b" needs the evidence of "a" but does not depend on it',
  );
});
