import { create } from "../../../../rehearsal/plugins/kubernetes/create";
import { fieldManager, mayForce, takeOver } from "../../../../rehearsal/plugins/kubernetes/managers";
import { type KubeObject, type ManagedFields } from "../../../../rehearsal/plugins/kubernetes/object";
import { read } from "../../../../rehearsal/plugins/kubernetes/read";
import { remove } from "../../../../rehearsal/plugins/kubernetes/remove";
import { update } from "../../../../rehearsal/plugins/kubernetes/update";
import { InitializationFailed } from "../../../../rehearsal/plugins/rpc/plugin";
import { type Bag, plain, secret, UNKNOWN } from "../../../../rehearsal/plugins/rpc/values";
import { apiError, configMap, fakeSession, urnOf } from "./fake";

const cm = urnOf("kubernetes:core/v1:ConfigMap");
const base = { urn: cm, preview: false, timeout: 0 };
const volumePatch = urnOf("kubernetes:core/v1:PersistentVolumePatch");
const retain = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "pv" },
  spec: { persistentVolumeReclaimPolicy: "Retain" },
};
const failedJob = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "j", namespace: "kubeflow" },
  status: { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" }] },
};

async function failure(promise: Promise<unknown>): Promise<InitializationFailed> {
  return promise.then(
    () => {
      throw new Error("should have been rejected");
    },
    (error: InitializationFailed) => error,
  );
}

describe("create", () => {
  test("posts the object and keeps inputs, live object and a field manager of its own", async () => {
    const session = fakeSession();
    const inputs = configMap("a", { data: { x: secret("1") } });
    const { id, state } = await create(session, { ...base, inputs });
    expect(id).toBe("kubeflow/a");
    expect(session.client.writes).toEqual([
      expect.objectContaining({ verb: "create", options: { fieldManager: "pulumi-kubernetes", dryRun: false } }),
    ]);
    expect(state).toMatchObject({
      __inputs: inputs,
      __initialApiVersion: "v1",
      __fieldManager: expect.stringMatching(/^pulumi-kubernetes-[0-9a-f]{8}$/),
      metadata: { uid: expect.any(String) },
    });
  });

  /** CHANGELOG 4.29.0, https://github.com/pulumi/pulumi-kubernetes/issues/2926 */
  test("an object that is there already is refused, unless upsertExistingObjects", async () => {
    const inputs = configMap("a", { data: { x: "1" } });
    const session = fakeSession();
    session.client.put(inputs);
    await expect(create(session, { ...base, inputs })).rejects.toThrow(
      /was not successfully created by the Kubernetes API server: ConfigMap "a" already exists\n\n.*upsertExistingObjects/s,
    );
    const upserting = fakeSession({ upsertExistingObjects: true });
    upserting.client.put(inputs);
    expect((await create(upserting, { ...base, inputs })).id).toBe("kubeflow/a");
    expect(upserting.client.writes).toEqual([
      expect.objectContaining({ verb: "apply", options: expect.objectContaining({ force: false }) }),
    ]);
  });

  test("a Patch is applied to its object, by force only when annotation patchForce says so", async () => {
    const session = fakeSession();
    session.client.put({ ...retain, spec: { persistentVolumeReclaimPolicy: "Delete" } });
    const { id, state } = await create(session, {
      ...base,
      urn: volumePatch,
      inputs: { ...retain, metadata: { name: "pv", annotations: { "pulumi.com/skipAwait": "true" } } },
    });
    expect([id, state.spec]).toEqual(["pv", retain.spec]);
    await create(session, {
      ...base,
      urn: volumePatch,
      inputs: {
        ...retain,
        metadata: { name: "pv", annotations: { "pulumi.com/patchForce": "true", "pulumi.com/skipAwait": "true" } },
      },
    });
    expect(session.client.writes.map(({ options }) => (options as { force: boolean }).force)).toEqual([false, true]);
  });

  test("annotation patchFieldManager names the manager", async () => {
    const session = fakeSession();
    await create(session, {
      ...base,
      urn: volumePatch,
      inputs: {
        ...retain,
        metadata: { name: "pv", annotations: { "pulumi.com/patchFieldManager": "me", "pulumi.com/skipAwait": "true" } },
      },
    });
    expect(session.client.writes[0].options).toMatchObject({ fieldManager: "me" });
  });

  test("an object that does not come up is kept in the state, with what its pods said", async () => {
    const session = fakeSession();
    session.client.put({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "j-x", namespace: "kubeflow", ownerReferences: [{ uid: "uid-j" }] },
      status: {
        conditions: [
          { type: "PodScheduled", status: "True" },
          { type: "Initialized", status: "True" },
          { type: "Ready", status: "False", reason: "PodFailed" },
        ],
        containerStatuses: [
          {
            name: "c",
            ready: false,
            state: { terminated: { exitCode: 3, reason: "Error", message: '{"missing":["a b"]}' } },
          },
        ],
      },
    });
    const inputs = { ...failedJob, metadata: { ...failedJob.metadata, uid: "uid-j" } };
    const error = await failure(create(session, { ...base, urn: urnOf("kubernetes:batch/v1:Job"), inputs }));
    expect(error).toBeInstanceOf(InitializationFailed);
    expect(error.id).toBe("kubeflow/j");
    expect(error.reasons).toEqual([
      expect.stringMatching(
        /was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live: Resource 'j' was created but failed to initialize$/,
      ),
      "[BackoffLimitExceeded] too often",
      '[Pod kubeflow/j-x]: [Error] {"missing":["a b"]}',
    ]);
    expect(error.state).toMatchObject({ __inputs: expect.anything(), status: failedJob.status });
  });

  test("a kind that nobody defined is named with what to do", async () => {
    const session = fakeSession();
    session.client.unknownKinds = ["Profile"];
    session.cancel();
    const inputs = { apiVersion: "kubeflow.org/v1", kind: "Profile", metadata: { name: "p" } };
    await expect(
      create(session, { ...base, urn: urnOf("kubernetes:kubeflow.org/v1:Profile"), inputs }),
    ).rejects.toThrow("Verify that any required CRDs have been created");
  });
});

describe("preview of a creation", () => {
  const preview = async (inputs: Bag, session = fakeSession(), urn = cm): Promise<Bag> =>
    (await create(session, { ...base, urn, inputs, preview: true })).state;

  test("shows what the server would make of the object, without its status, and stores nothing", async () => {
    const session = fakeSession();
    const state = await preview(configMap("a", { status: { x: 1 } }), session);
    expect(state).toMatchObject({ metadata: { uid: expect.any(String) } });
    expect(state).not.toHaveProperty("status");
    expect(session.client.writes).toEqual([
      expect.objectContaining({ options: expect.objectContaining({ dryRun: true }) }),
    ]);
    expect(session.client.objects.size).toBe(0);
  });

  test.each([
    ["unknown values", configMap("a", { data: { x: UNKNOWN } }), cm],
    ["a Patch", retain, volumePatch],
  ])("%s: shows the inputs", async (_, inputs, urn) => {
    const session = fakeSession();
    expect(await preview(inputs, session, urn)).toEqual(inputs);
    expect(session.client.writes).toEqual([]);
  });

  test.each([
    [403, "Forbidden"],
    [409, "AlreadyExists"],
    [404, "NotFound"],
  ])("a server that answers %i %s: shows the inputs", async (code, reason) => {
    const session = fakeSession();
    session.client.refusals.push(apiError(code, reason, reason));
    expect(await preview(configMap("a"), session)).toEqual(configMap("a"));
  });

  test("an object that the server would refuse fails the preview", async () => {
    const session = fakeSession();
    session.client.refusals.push(apiError(422, "Invalid", "spec.x: Invalid value"));
    await expect(preview(configMap("a"), session)).rejects.toThrow(
      "was not successfully created by the Kubernetes API server: spec.x: Invalid value",
    );
  });

  test("an object in the way that is to be replaced is tried under another name", async () => {
    const session = fakeSession({ upsertExistingObjects: true });
    session.client.refusals.push(
      apiError(422, "Invalid", "spec.template: Invalid value: field is immutable"),
      undefined,
    );
    await preview(configMap("a"), session);
    expect(session.client.writes.map(({ name }) => name)).toEqual([
      "ConfigMap/a",
      expect.stringMatching(/^ConfigMap\/a-[0-9a-f]{8}$/),
    ]);
  });
});

describe("update", () => {
  const state = {
    ...configMap("a", { data: { x: "1" } }),
    __inputs: configMap("a", { data: { x: "1" } }),
    __initialApiVersion: "v1",
    __fieldManager: "pulumi-kubernetes-0a",
  };
  const call = { ...base, id: "kubeflow/a", state, inputs: configMap("a", { data: { x: "2" } }), ignoreChanges: [] };

  test("applies under the manager of the state, after taking over the fields of the creation", async () => {
    const session = fakeSession();
    const created: ManagedFields = {
      manager: "pulumi-kubernetes",
      operation: "Update",
      apiVersion: "v1",
      fieldsType: "FieldsV1",
      fieldsV1: { "f:data": { "f:x": {} } },
    };
    session.client.put(
      configMap("a", { metadata: { name: "a", namespace: "kubeflow", managedFields: [created] }, data: { x: "1" } }),
    );
    const result = await update(session, call);
    expect(result.state).toMatchObject({ data: { x: "2" }, __fieldManager: "pulumi-kubernetes-0a" });
    expect(session.client.writes.map(({ verb, options }) => [verb, options])).toEqual([
      [
        "jsonPatch",
        [
          expect.objectContaining({ op: "test" }),
          {
            op: "replace",
            path: "/metadata/managedFields",
            value: [{ ...created, manager: "pulumi-kubernetes-0a", operation: "Apply" }],
          },
        ],
      ],
      ["apply", { fieldManager: "pulumi-kubernetes-0a", force: false, dryRun: false }],
    ]);
  });

  test("a preview takes nothing over and stores nothing", async () => {
    const session = fakeSession();
    session.client.put(configMap("a", { data: { x: "1" } }));
    expect((await update(session, { ...call, preview: true })).state).toMatchObject({ data: { x: "2" } });
    expect([...session.client.objects.values()][0].data).toEqual({ x: "1" });
  });

  test("fields of another manager are a conflict, explained with a link", async () => {
    const session = fakeSession();
    session.client.put(
      configMap("a", {
        metadata: { name: "a", namespace: "kubeflow", managedFields: [{ manager: "other", operation: "Apply" }] },
      }),
    );
    session.client.refusals.push(apiError(409, "Conflict", 'conflict with "other": .data.x'));
    const error = await failure(update(session, call));
    expect(error.message).toMatch(
      /"kubeflow\/a" failed to fully initialize or become live: server-side apply field conflict detected, see https:.*\n.*"pulumi-kubernetes-0a" had an apply conflict: conflict with "other"/,
    );
    expect(error.state).toMatchObject({ __inputs: call.inputs });
  });

  test("an object that is gone says both what failed and that nothing is there", async () => {
    await expect(update(fakeSession(), call)).rejects.toThrow(
      /update of resource .* failed: .*not found\nunable to get cluster state: .*not found/,
    );
  });

  test("a new manager by annotation: the old one gives up its fields", async () => {
    const session = fakeSession();
    session.client.put(configMap("a", { data: { x: "1" } }));
    const inputs = configMap("a", {
      metadata: { name: "a", namespace: "kubeflow", annotations: { "pulumi.com/patchFieldManager": "new" } },
    });
    await update(session, { ...call, inputs });
    expect(
      session.client.writes.map(({ options, object }) => [
        (options as { fieldManager: string }).fieldManager,
        object?.data,
      ]),
    ).toEqual([
      ["new", undefined],
      ["pulumi-kubernetes-0a", undefined],
    ]);
    expect(session.client.writes[1].object).toEqual(configMap("a"));
  });
});

describe("field managers", () => {
  const live = (...managedFields: Partial<ManagedFields>[]): KubeObject => ({
    ...configMap("a"),
    metadata: { name: "a", resourceVersion: "7", managedFields: managedFields as ManagedFields[] },
  });

  test("of annotation, state and chance the first that there is counts", () => {
    const marked = { metadata: { annotations: { "pulumi.com/patchFieldManager": "mine" } } };
    expect(fieldManager(marked, "old")).toBe("mine");
    expect(fieldManager({}, "old")).toBe("old");
    expect(fieldManager({}, undefined)).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  });

  test("other managers' fields and those of subresources are not taken over", () => {
    expect(
      takeOver(
        live(
          { manager: "kube-controller-manager", operation: "Update" },
          { manager: "pulumi-kubernetes", operation: "Update", subresource: "status" },
        ),
        "me",
      ),
    ).toBeUndefined();
  });

  test("what is taken over joins what one has", () => {
    const patch = takeOver(
      live(
        { manager: "me", operation: "Apply", fieldsV1: { a: { b: {} } } },
        { manager: "kubectl", operation: "Update", fieldsV1: { a: { c: {} } } },
      ),
      "me",
    );
    expect(patch?.[1]).toMatchObject({ value: [{ manager: "me", fieldsV1: { a: { b: {}, c: {} } } }] });
  });

  test.each([
    [
      "by annotation",
      { metadata: { annotations: { "pulumi.com/patchForce": "true" } } },
      live({ manager: "x" }),
      false,
      false,
      true,
    ],
    ["by the provider's option", {}, live({ manager: "x" }), true, false, true],
    ["where nobody manages", {}, live(), false, false, true],
    ["not otherwise", {}, live({ manager: "x" }), false, false, false],
    ["in a preview of a creation", {}, undefined, false, true, true],
    [
      "in a preview of what a run takes over first",
      {},
      live({ manager: "pulumi-kubernetes", operation: "Update" }),
      false,
      true,
      true,
    ],
  ])("force: %s", (_, inputs, object, always, preview, expected) => {
    expect(mayForce(inputs, object, always, preview)).toBe(expected);
  });
});

describe("read", () => {
  const state = {
    ...configMap("a", { data: { x: "1" } }),
    __inputs: configMap("a", { data: { x: "1" } }),
    __fieldManager: "m",
  };

  test("brings back the live values of what the program gave", async () => {
    const session = fakeSession();
    session.client.put(configMap("a", { data: { x: "drifted", other: "y" } }));
    const result = await read(session, {
      id: "kubeflow/a",
      urn: cm,
      state,
      inputs: configMap("a", { data: { x: secret("1") } }),
    });
    expect(plain(result.inputs)).toEqual(configMap("a", { data: { x: "drifted" } }));
    expect(result.inputs?.data).toEqual({ x: secret("drifted") });
    expect(result.state).toMatchObject({ data: { other: "y" }, __fieldManager: "m" });
  });

  test("an object or kind that is gone has no id", async () => {
    const session = fakeSession();
    expect(await read(session, { id: "kubeflow/a", urn: cm, state, inputs: configMap("a") })).toEqual({ id: "" });
    session.client.unknownKinds = ["ConfigMap"];
    expect(await read(session, { id: "kubeflow/a", urn: cm, state, inputs: configMap("a") })).toEqual({ id: "" });
  });

  test("one imported gets its inputs from the cluster, without what only the server sets", async () => {
    const session = fakeSession();
    session.client.put(configMap("a", { data: { x: "1" } }));
    expect((await read(session, { id: "kubeflow/a", urn: cm, state: {}, inputs: {} })).inputs).toEqual(
      configMap("a", { data: { x: "1" } }),
    );
  });

  test("a Job that is not done is read as one that did not come up", async () => {
    const session = fakeSession();
    session.client.put(failedJob);
    const error = await failure(
      read(session, {
        id: "kubeflow/j",
        urn: urnOf("kubernetes:batch/v1:Job"),
        state: failedJob,
        inputs: { apiVersion: "batch/v1", kind: "Job", metadata: failedJob.metadata },
      }),
    );
    expect(error).toMatchObject({
      id: "kubeflow/j",
      reasons: ["Resource 'j' was created but failed to initialize", "[BackoffLimitExceeded] too often"],
    });
  });
});

describe("delete", () => {
  const state = { ...configMap("a"), __inputs: configMap("a") };

  test.each([
    [undefined, "Foreground"],
    ["background", "Background"],
    ["orphan", "Orphan"],
  ])("annotation deletionPropagationPolicy %s: %s", async (policy, expected) => {
    const session = fakeSession();
    session.client.put(configMap("a"));
    const annotations = policy && { "pulumi.com/deletionPropagationPolicy": policy };
    await remove(session, {
      id: "kubeflow/a",
      urn: cm,
      timeout: 0,
      state: { ...state, __inputs: configMap("a", { metadata: { name: "a", annotations } }) },
    });
    expect(session.client.writes).toEqual([
      expect.objectContaining({ verb: "delete", name: "ConfigMap/a", options: expected }),
    ]);
  });

  test("an object that is gone already is deleted", async () => {
    await expect(remove(fakeSession(), { id: "kubeflow/a", urn: cm, timeout: 0, state })).resolves.toBeUndefined();
  });

  test("a Patch gives up its fields and leaves the object", async () => {
    const session = fakeSession();
    session.client.put(retain);
    await remove(session, {
      id: "pv",
      urn: volumePatch,
      timeout: 0,
      state: { ...retain, __inputs: retain, __fieldManager: "m" },
    });
    expect(session.client.writes).toEqual([
      {
        verb: "apply",
        name: "PersistentVolume/pv",
        options: { fieldManager: "m", force: false, dryRun: false },
        object: { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "pv" } },
      },
    ]);
    expect(session.client.objects.size).toBe(1);
  });

  test("a Patch that alone holds a required field says what to do", async () => {
    const session = fakeSession();
    session.client.refusals.push(
      apiError(422, "Invalid", "invalid", [{ reason: "FieldValueRequired", field: "spec.capacity" }]),
    );
    await expect(
      remove(session, { id: "pv", urn: volumePatch, timeout: 0, state: { ...retain, __inputs: retain } }),
    ).rejects.toThrow(/retainOnDelete.*spec\.capacity/);
  });

  test("one that stays longer than its time says which finalizers hold it", async () => {
    const session = fakeSession();
    session.client.put(
      configMap("a", { metadata: { name: "a", namespace: "kubeflow", uid: "u", finalizers: ["example.com/hold"] } }),
    );
    session.client.delete = async () => undefined;
    const inputs = configMap("a", { metadata: { name: "a", annotations: { "pulumi.com/timeoutSeconds": "0" } } });
    const error = await failure(
      remove(session, { id: "kubeflow/a", urn: cm, timeout: 0, state: { ...configMap("a"), __inputs: inputs } }),
    );
    expect(error.reasons).toEqual([
      "timed out waiting for the condition",
      "finalizers might be preventing deletion (example.com/hold)",
    ]);
  });
});

/** provider.go Configure, Create, Read, Delete. */
describe("without a cluster", () => {
  const closed = (deleteUnreachable = false): ReturnType<typeof fakeSession> =>
    fakeSession({ deleteUnreachable }, "connection refused");
  const state = { ...configMap("a"), __inputs: configMap("a") };

  test("a preview goes on with the inputs, and says why it knows no more", async () => {
    const session = closed();
    expect((await create(session, { ...base, inputs: configMap("a"), preview: true })).state).toEqual(configMap("a"));
    expect(session.messages).toEqual([
      "message warning: configured Kubernetes cluster is unreachable: connection refused",
    ]);
  });

  test("nothing is created, updated, read or deleted", async () => {
    const reason = "configured Kubernetes cluster is unreachable";
    await expect(create(closed(), { ...base, inputs: configMap("a") })).rejects.toThrow(
      `${reason}: connection refused`,
    );
    await expect(
      update(closed(), { ...base, id: "kubeflow/a", state, inputs: configMap("a"), ignoreChanges: [] }),
    ).rejects.toThrow(`${reason}: connection refused`);
    await expect(read(closed(), { id: "kubeflow/a", urn: cm, state, inputs: configMap("a") })).rejects.toThrow(
      "failed to read resource state due to unreachable cluster",
    );
    await expect(remove(closed(), { id: "kubeflow/a", urn: cm, timeout: 0, state })).rejects.toThrow(
      `${reason}. If the cluster was deleted`,
    );
  });

  test("deleteUnreachable gives resources up", async () => {
    expect(await read(closed(true), { id: "kubeflow/a", urn: cm, state, inputs: configMap("a") })).toEqual({ id: "" });
    await expect(remove(closed(true), { id: "kubeflow/a", urn: cm, timeout: 0, state })).resolves.toBeUndefined();
  });
});
