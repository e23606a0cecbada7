import { differences } from "../../../../rehearsal/plugins/kubernetes/diff";
import { immutableFields } from "../../../../rehearsal/plugins/kubernetes/immutable";
import { quantity } from "../../../../rehearsal/plugins/kubernetes/quantity";
import { UNKNOWN } from "../../../../rehearsal/plugins/rpc/values";

const mutable = { enableConfigMapMutable: false, enableSecretMutable: false };

describe("differences", () => {
  test.each([
    ["a changed value", { a: { b: 1 } }, { a: { b: 2 } }, { "a.b": "update" }],
    ["an added value", { a: {} }, { a: { b: 2 } }, { "a.b": "add" }],
    ["a value no longer given", { a: { b: 1 } }, { a: {} }, { "a.b": "delete" }],
    ["an added list item", { a: [1] }, { a: [1, 2] }, { "a[1]": "add" }],
    ["a shorter list", { a: [1, 2] }, { a: [1] }, { "a[1]": "delete" }],
    ["a change inside a list", { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, { "a[0].b": "update" }],
    ["a key with dots", { a: { "x/y.z": "1" } }, { a: { "x/y.z": "2" } }, { 'a["x/y.z"]': "update" }],
    ["an unknown", { a: 1 }, { a: UNKNOWN }, { a: "update" }],
    ["a value where there was a map", { a: { b: 1 } }, { a: 1 }, { a: "update" }],
  ])("%s", (_, old, news, expected) => {
    expect(
      Object.fromEntries(Object.entries(differences(old, news, [])).map(([path, { kind }]) => [path, kind])),
    ).toEqual(expected);
  });

  test.each([
    ["null and absent", { a: null }, {}],
    ["an empty list", {}, { a: [] }],
    ["no annotations", { metadata: {} }, { metadata: { annotations: {} } }],
    [
      "one quantity written in two ways",
      { resources: { requests: { storage: "1Gi" } } },
      { resources: { requests: { storage: "1024Mi" } } },
    ],
  ])("%s is no difference", (_, old, news) => {
    expect(differences(old, news, [])).toEqual({});
  });

  test("text that only looks like a quantity counts as text elsewhere", () => {
    expect(Object.keys(differences({ data: { size: "1Gi" } }, { data: { size: "1024Mi" } }, []))).toEqual([
      "data.size",
    ]);
  });

  test("an empty emptyDir is something", () => {
    expect(Object.keys(differences({ volume: {} }, { volume: { emptyDir: {} } }, []))).toEqual(["volume.emptyDir"]);
  });

  test.each([
    ["at the field", { spec: { template: 1 } }, { spec: { template: 2 } }, true],
    ["below it", { spec: { template: { a: 1 } } }, { spec: { template: { a: 2 } } }, true],
    ["above it, when it comes with what is added", {}, { spec: { template: 1 } }, true],
    ["beside it", { spec: { suspend: true } }, { spec: { suspend: false } }, false],
    ["above it, when it does not", {}, { spec: { suspend: true } }, false],
  ])("a change %s: replaced is %s", (_, old, news, replace) => {
    expect(Object.values(differences(old, news, ["spec.template"]))).toEqual([expect.objectContaining({ replace })]);
  });

  test("a place in a list is matched by the star", () => {
    const image = (text: string): object => ({ spec: { containers: [{ name: "c", image: text }] } });
    expect(differences(image("a") as never, image("b") as never, ["spec.containers.*.image"])).toEqual({
      "spec.containers[0].image": { kind: "update", replace: true, inputDiff: false },
    });
  });
});

/** Table forceNew of provider/pkg/provider/diff.go in github.com/pulumi/pulumi-kubernetes. */
describe("fields whose change replaces the object", () => {
  test.each([
    ["batch/v1", "Job", "spec.template"],
    ["batch/v1", "Job", "spec.selector"],
    ["apps/v1", "StatefulSet", "spec.volumeClaimTemplates"],
    ["apps/v1", "Deployment", "spec.selector"],
    ["v1", "PersistentVolumeClaim", "spec.storageClassName"],
    ["v1", "PersistentVolume", "spec.hostPath"],
    ["v1", "Pod", "spec.containers.*.image"],
    ["v1", "Secret", "data"],
    ["v1", "ConfigMap", "data"],
    ["storage.k8s.io/v1", "StorageClass", "provisioner"],
    ["rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef"],
    ["policy/v1", "PodDisruptionBudget", "spec"],
  ])("%s %s: %s, and name and namespace", (apiVersion, kind, field) => {
    expect(immutableFields({ apiVersion, kind }, false, mutable)).toEqual(
      expect.arrayContaining([field, "metadata.name", "metadata.namespace"]),
    );
  });

  test("a claim may grow, a volume's reclaim policy and a StatefulSet's replicas may change", () => {
    expect(immutableFields({ apiVersion: "v1", kind: "PersistentVolumeClaim" }, false, mutable)).not.toContain(
      "spec.resources",
    );
    expect(immutableFields({ apiVersion: "v1", kind: "PersistentVolume" }, false, mutable)).not.toContain(
      "spec.persistentVolumeReclaimPolicy",
    );
    expect(immutableFields({ apiVersion: "apps/v1", kind: "StatefulSet" }, false, mutable)).not.toContain(
      "spec.replicas",
    );
  });

  test("enableConfigMapMutable and enableSecretMutable let data change in place, unless the object is immutable", () => {
    const set = { enableConfigMapMutable: true, enableSecretMutable: true };
    expect(immutableFields({ apiVersion: "v1", kind: "ConfigMap" }, false, set)).not.toContain("data");
    expect(immutableFields({ apiVersion: "v1", kind: "ConfigMap", immutable: true }, false, set)).toContain("data");
    expect(immutableFields({ apiVersion: "v1", kind: "Secret" }, false, set)).not.toContain("data");
  });

  test("a Patch is bound to its object's identity only", () => {
    expect(immutableFields({ apiVersion: "batch/v1", kind: "Job" }, true, mutable)).toEqual([
      "metadata.name",
      "metadata.namespace",
    ]);
  });
});

test.each([
  ["1024Mi", 2 ** 30],
  ["1Gi", 2 ** 30],
  ["100m", 0.1],
  ["1e3", 1000],
  ["1.5k", 1500],
  ["0", 0],
  ["1 Gi", undefined],
  ["latest", undefined],
])("quantity %s is %s", (text, value) => {
  expect(quantity(text)).toBe(value);
});
