import type { KubeObject } from "../../kube/custom";
import { isTop, jsonLines, parseLines, portable, sample } from "../../resources/portable";

const live: KubeObject = {
  kind: "Notebook",
  apiVersion: "kubeflow.org/v1",
  status: { readyReplicas: 1 },
  spec: { template: { status: "a field of the user's" } },
  metadata: {
    name: "notebook",
    namespace: "alice",
    uid: "1",
    resourceVersion: "2",
    generation: 3,
    creationTimestamp: "2026-01-01T00:00:00Z",
    managedFields: [{ manager: "kubectl" }],
    labels: { app: "notebook" },
    annotations: { note: "kept" },
    finalizers: ["kept"],
  },
};

test("an object is kept as it was asked for, without what the cluster wrote", () => {
  expect(portable(live)).toEqual({
    kind: "Notebook",
    apiVersion: "kubeflow.org/v1",
    spec: { template: { status: "a field of the user's" } },
    metadata: {
      name: "notebook",
      namespace: "alice",
      labels: { app: "notebook" },
      annotations: { note: "kept" },
      finalizers: ["kept"],
    },
  });
});

test("what has an owner, or is being deleted, is not applied back", () => {
  expect(isTop(live)).toBe(true);
  expect(isTop({ ...live, metadata: { ...live.metadata, ownerReferences: [{ kind: "Experiment" }] } })).toBe(false);
  expect(isTop({ ...live, metadata: { ...live.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } })).toBe(false);
});

test("the same objects give the same text, in whatever order they and their fields come", () => {
  const other = { ...live, metadata: { ...live.metadata, namespace: "bob" } };
  const shuffled = Object.fromEntries(Object.entries(live).reverse()) as KubeObject;
  expect(jsonLines([other, shuffled])).toBe(jsonLines([live, other]));
  expect(parseLines(jsonLines([other, live]))).toEqual([live, other]);
  expect(jsonLines([])).toBe("");
});

test("a sample has the largest, at most three, and is another one for another digest", () => {
  const many = Array.from(
    { length: 40 },
    (_, index) =>
      ({ ...live, metadata: { name: `n${index}` }, spec: { text: "x".repeat(index === 7 ? 100 : 1) } }) as KubeObject,
  );
  const names = (digest: string): string[] => sample(many, digest).map(({ metadata }) => metadata.name);
  expect(names("00000000")).toEqual(["n7", "n0", "n20"]);
  expect(names("00000005")).toEqual(["n7", "n5", "n25"]);
  expect(sample([live], "ffffffff")).toEqual([live]);
  expect(sample([], "00000000")).toEqual([]);
});
