import { check, diff } from "../../../../rehearsal/plugins/kubernetes/check";
import { toState } from "../../../../rehearsal/plugins/kubernetes/checkpoint";
import type { CheckCall } from "../../../../rehearsal/plugins/rpc/plugin";
import { type Bag, secret, UNKNOWN } from "../../../../rehearsal/plugins/rpc/values";
import { configMap, fakeSession, urnOf } from "./fake";

const cm = urnOf("kubernetes:core/v1:ConfigMap");
const job = urnOf("kubernetes:batch/v1:Job");

const checked = async (news: Bag, call: Partial<CheckCall> = {}): Promise<Bag> =>
  (await check(fakeSession(), { urn: cm, olds: {}, news, randomSeed: new Uint8Array([1, 2, 3]), ...call })).inputs;

/** provider.go Check; https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/ */
describe("check", () => {
  test("an object without a name gets one made of the resource's, and an annotation that says so; the same seed makes the same", async () => {
    const first = await checked({ data: {} });
    expect(first).toMatchObject({
      metadata: { name: expect.stringMatching(/^thing-[0-9a-f]{8}$/), annotations: { "pulumi.com/autonamed": "true" } },
    });
    expect(await checked({ data: {} })).toEqual(first);
    expect(await checked({ data: {} }, { randomSeed: new Uint8Array([9]) })).not.toEqual(first);
  });

  test("a name made up before is kept", async () => {
    const olds = { metadata: { name: "thing-0000aaaa", annotations: { "pulumi.com/autonamed": "true" } } };
    expect(await checked({ data: {} }, { olds })).toMatchObject({ metadata: { name: "thing-0000aaaa" } });
  });

  test("the engine's own naming wins, and may forbid it", async () => {
    expect(await checked({}, { autonaming: { proposedName: "proposed", disabled: false } })).toMatchObject({
      metadata: { name: "proposed" },
    });
    await expect(checked({}, { autonaming: { proposedName: "", disabled: true } })).rejects.toThrow(
      "autonaming is disabled",
    );
  });

  test("an object without a namespace gets the provider's, one of the cluster's scope none", async () => {
    expect(await checked({ metadata: { name: "a" } })).toMatchObject({
      metadata: { name: "a", namespace: "kubeflow" },
    });
    expect(await checked({ metadata: { name: "a" } }, { urn: urnOf("kubernetes:core/v1:Namespace") })).toEqual({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "a" },
    });
  });

  test("unknowns and secrets stay what they are", async () => {
    expect(await checked({ metadata: { name: UNKNOWN }, data: { a: secret("x") } })).toMatchObject({
      metadata: { name: UNKNOWN },
      data: { a: secret("x") },
    });
  });

  test("a Patch needs a name, generateName and lists are refused", async () => {
    await expect(checked({}, { urn: urnOf("kubernetes:core/v1:PersistentVolumePatch") })).rejects.toThrow(
      "patch resources require the `.metadata.name` field to be set",
    );
    await expect(checked({ metadata: { generateName: "a-" } })).rejects.toThrow(
      "`.metadata.generateName` field is not supported",
    );
    await expect(checked({}, { urn: urnOf("kubernetes:core/v1:ConfigMapList") })).rejects.toThrow(
      "list resources exist for compatibility",
    );
  });
});

describe("diff", () => {
  const differ = async (
    inputs: Bag,
    live: Bag,
    news: Bag,
    options: { urn?: string; ignoreChanges?: string[]; session?: ReturnType<typeof fakeSession> } = {},
  ) =>
    diff(options.session ?? fakeSession(), {
      id: "x",
      urn: options.urn ?? cm,
      state: toState({ inputs, live }, {}),
      news,
      ignoreChanges: options.ignoreChanges ?? [],
    });

  test("what the server added is no change", async () => {
    const inputs = configMap("a", { data: { x: "1" } });
    const live = { ...inputs, metadata: { ...inputs.metadata, uid: "u", labels: { by: "someone" } } };
    expect((await differ(inputs, live, inputs)).detailed).toEqual({});
  });

  test("drift that a refresh found is", async () => {
    const inputs = configMap("a", { metadata: { name: "a", namespace: "kubeflow", labels: { x: "1" } } });
    const live = configMap("a", { metadata: { name: "a", namespace: "kubeflow", labels: { x: "drifted" } } });
    expect(await differ(inputs, live, inputs)).toMatchObject({
      detailed: { "metadata.labels.x": { kind: "update", replace: false } },
      deleteBeforeReplace: false,
    });
  });

  test("a named object is deleted before it is replaced, one with a made-up name after", async () => {
    const old = configMap("a", { data: { x: "1" } });
    expect(await differ(old, old, configMap("a", { data: { x: "2" } }))).toMatchObject({
      detailed: { "data.x": { replace: true } },
      deleteBeforeReplace: true,
    });
    const auto = (x: string): Bag =>
      configMap("a", {
        metadata: { name: "a", namespace: "kubeflow", annotations: { "pulumi.com/autonamed": "true" } },
        data: { x },
      });
    expect((await differ(auto("1"), auto("1"), auto("2"))).deleteBeforeReplace).toBe(false);
    expect((await differ(old, old, configMap("b", { data: { x: "1" } }))).deleteBeforeReplace).toBe(false);
  });

  test("ignoreChanges leaves out a path and all below it", async () => {
    const old = configMap("a", { data: { x: "1" } });
    expect(
      (await differ(old, old, configMap("a", { data: { x: "2" } }), { ignoreChanges: ["data"] })).detailed,
    ).toEqual({});
  });

  describe("replaceUnready", () => {
    const inputs = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "j", namespace: "kubeflow", annotations: { "pulumi.com/replaceUnready": "true" } },
    };

    test.each([
      [
        "a Job that failed",
        { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }] },
        ['.metadata.annotations["pulumi.com/replaceUnready"]'],
      ],
      ["a Job that is done", { startTime: "t", conditions: [{ type: "Complete", status: "True" }] }, []],
    ])("%s", async (_, status, replaces) => {
      const session = fakeSession();
      session.client.put({ ...inputs, status });
      expect(await differ(inputs, inputs, inputs, { urn: job, session })).toMatchObject({
        replaces,
        deleteBeforeReplace: replaces.length > 0,
      });
    });

    test("a Job that is gone is left alone, other kinds get a warning", async () => {
      expect((await differ(inputs, inputs, inputs, { urn: job })).replaces).toEqual([]);
      const session = fakeSession();
      const marked = { ...inputs, apiVersion: "v1", kind: "ConfigMap" };
      await differ(marked, marked, marked, { session });
      expect(session.messages).toEqual([
        "message warning: replaceUnready annotation is not supported for this resource",
      ]);
    });
  });
});
