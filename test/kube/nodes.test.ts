import type { V1NodeSelectorTerm } from "@kubernetes/client-node";
import { reachable } from "../../kube/nodes";

const node = { metadata: { name: "one", labels: { zone: "a", disks: "4" } }, spec: {} };
const volume = (...nodeSelectorTerms: V1NodeSelectorTerm[]) => ({
  spec: nodeSelectorTerms.length > 0 ? { nodeAffinity: { required: { nodeSelectorTerms } } } : {},
});
const term = (key: string, operator: string, ...values: string[]): V1NodeSelectorTerm => ({
  matchExpressions: [{ key, operator, values }],
});

test("a volume without affinity is reachable from any node that Pods may run on", () => {
  expect(reachable(volume(), node)).toBe(true);
  expect(reachable(volume(), { ...node, spec: { unschedulable: true } })).toBe(false);
  expect(reachable(volume(), node, { zone: "a" })).toBe(true);
  expect(reachable(volume(), node, { zone: "b" })).toBe(false);
});

test.each([
  [term("zone", "In", "a", "b"), true],
  [term("zone", "In", "b"), false],
  [term("zone", "NotIn", "b"), true],
  [term("zone", "NotIn", "a"), false],
  [term("rack", "NotIn", "a"), true],
  [term("zone", "Exists"), true],
  [term("rack", "Exists"), false],
  [term("rack", "DoesNotExist"), true],
  [term("zone", "DoesNotExist"), false],
  [term("disks", "Gt", "3"), true],
  [term("disks", "Gt", "4"), false],
  [term("disks", "Lt", "5"), true],
  [term("rack", "Lt", "5"), false],
  [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["one"] }] }, true],
  [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["two"] }] }, false],
])("affinity %j: %s", (only, expected) => {
  expect(reachable(volume(only), node)).toBe(expected);
});

test("one term is enough, and all of its requirements must hold", () => {
  expect(reachable(volume(term("zone", "In", "b"), term("zone", "In", "a")), node)).toBe(true);
  expect(
    reachable(
      volume({
        matchExpressions: [...term("zone", "In", "a").matchExpressions!, ...term("rack", "Exists").matchExpressions!],
      }),
      node,
    ),
  ).toBe(false);
});
