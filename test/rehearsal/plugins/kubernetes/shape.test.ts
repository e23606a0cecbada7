import fc from "fast-check";
import { fromState, markSecrets, toState } from "../../../../rehearsal/plugins/kubernetes/checkpoint";
import { normalize, prune } from "../../../../rehearsal/plugins/kubernetes/shape";
import { kindOf } from "../../../../rehearsal/plugins/kubernetes/token";
import { type Bag, containsSecret, isSecret, plain, secret } from "../../../../rehearsal/plugins/rpc/values";
import { urnOf } from "./fake";

describe("normalize", () => {
  test("what only the server may set is taken off", () => {
    expect(
      normalize({
        metadata: { name: "a", uid: "u", resourceVersion: "1", managedFields: [], creationTimestamp: null, labels: {} },
      }),
    ).toEqual({ metadata: { name: "a", labels: {} } });
  });

  test("a Secret's stringData becomes data, as the API server stores it, and wins over it", () => {
    const object = { apiVersion: "v1", kind: "Secret", data: { a: "eA==", b: "eQ==\n" }, stringData: { a: "new" } };
    expect(normalize(object)).toEqual({ apiVersion: "v1", kind: "Secret", data: { a: "bmV3", b: "eQ==" } });
  });
});

describe("prune", () => {
  test("keeps what the program gave and drops what the server added", () => {
    const live = { spec: { replicas: 2, template: { x: 1, y: 2 }, list: [{ a: 1, b: 2 }, { a: 3 }] }, status: {} };
    expect(prune(live, { spec: { replicas: 1, template: { x: 0 }, list: [{ a: 0 }] } })).toEqual({
      spec: { replicas: 2, template: { x: 1 }, list: [{ a: 1 }] },
    });
  });

  test("an object is its own pruned self", () => {
    const bag = fc.dictionary(
      fc.string(),
      fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
    );
    fc.assert(fc.property(bag, (object) => expect(prune(object as Bag, object as Bag)).toEqual(object)));
  });
});

describe("state", () => {
  test("inputs and live object come back as they were stored", () => {
    const checkpoint = {
      inputs: { a: 1 },
      live: { a: 1, status: {} },
      initialApiVersion: "v1",
      fieldManager: "pulumi-kubernetes-0a",
    };
    expect(fromState(toState(checkpoint, {}))).toEqual(checkpoint);
  });

  test("secrets of the inputs are secrets of the state, and nothing beside them is", () => {
    const inputs = { metadata: { annotations: { a: secret("hidden"), b: "open" } }, list: [{ x: secret(1) }] };
    const state = toState({ inputs: plain(inputs), live: plain<Bag>({ ...inputs, status: {} }) }, inputs);
    expect(state).toMatchObject({
      metadata: { annotations: { a: secret("hidden"), b: "open" } },
      list: secret([{ x: 1 }]),
      __inputs: inputs.metadata && { metadata: inputs.metadata },
    });
  });

  test("data of a Secret is always secret", () => {
    const marked = markSecrets({ kind: "Secret", data: { a: "eA==" }, metadata: { name: "s" } }, {});
    expect(isSecret(marked.data)).toBe(true);
    expect(containsSecret(marked.metadata)).toBe(false);
  });
});

describe("type tokens", () => {
  test.each([
    ["kubernetes:core/v1:ConfigMap", { apiVersion: "v1", kind: "ConfigMap", patch: false }],
    ["kubernetes:batch/v1:Job", { apiVersion: "batch/v1", kind: "Job", patch: false }],
    ["kubernetes:core/v1:PersistentVolumePatch", { apiVersion: "v1", kind: "PersistentVolume", patch: true }],
    ["kubernetes:kubeflow.org/v1:Profile", { apiVersion: "kubeflow.org/v1", kind: "Profile", patch: false }],
  ])("%s", (token, expected) => {
    expect(kindOf(urnOf(token), {})).toEqual(expected);
  });

  test("a custom kind whose own name ends in Patch is no Patch resource", () => {
    expect(
      kindOf(urnOf("kubernetes:example.com/v1:ConfigPatch"), { apiVersion: "example.com/v1", kind: "ConfigPatch" }),
    ).toMatchObject({ kind: "ConfigPatch", patch: false });
  });
});
