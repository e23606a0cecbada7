import {
  NotReady,
  seconds,
  untilGone,
  untilReady,
  type Wait,
} from "../../../../../rehearsal/plugins/kubernetes/await/await";
import { judgePod } from "../../../../../rehearsal/plugins/kubernetes/await/pods";
import { waitFor } from "../../../../../rehearsal/plugins/kubernetes/await/waitfor";
import type { KubeObject } from "../../../../../rehearsal/plugins/kubernetes/object";
import type { Bag } from "../../../../../rehearsal/plugins/rpc/values";
import { fakeSession } from "../fake";

const object = (
  apiVersion: string,
  kind: string,
  more: Bag = {},
  annotations: Record<string, string> = {},
): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: "a", namespace: "kubeflow", generation: 1, annotations },
  ...more,
});

/** Waits for an object whose statuses come one per look; the last one stays. */
async function wait(
  first: KubeObject,
  statuses: Bag[] = [],
  options: Partial<Wait> & { around?: Bag[] } = {},
): Promise<{ object?: KubeObject; error?: NotReady; said: string[] }> {
  const session = fakeSession();
  const said: string[] = [];
  for (const other of options.around ?? []) session.client.put(other);
  session.client.put(first);
  let look = 0;
  session.client.onGet = (found) => {
    if (found.kind !== first.kind) return;
    const status = statuses[Math.min(look++, statuses.length - 1)];
    if (status) found.status = status;
  };
  const how: Wait = {
    client: session.client,
    inputs: first,
    timeout: 0,
    cancelled: session.cancelled,
    onStatus: (text) => said.push(text),
    ...options,
  };
  try {
    return { object: await untilReady(first, how), said };
  } catch (error) {
    return { error: error as NotReady, said };
  }
}

const out = { timeout: 0.001 };
const condition = (type: string, status: string, more: Bag = {}): Bag => ({ type, status, ...more });

/** provider/pkg/await/checker/job/check.go */
describe("Job", () => {
  const job = object("batch/v1", "Job");

  test("is ready once started and Complete", async () => {
    const done = { startTime: "t", conditions: [condition("Complete", "True")] };
    const { object: live, said } = await wait(job, [{}, { startTime: "t", active: 1 }, done]);
    expect(live?.status).toEqual(done);
    expect(said).toEqual([
      'Waiting for Job "kubeflow/a" to start',
      'Waiting for Job "kubeflow/a" to succeed (Active: 1 | Succeeded: 0 | Failed: 0)',
    ]);
  });

  test.each(["BackoffLimitExceeded", "DeadlineExceeded"])("fails at once with %s", async (reason) => {
    const { error } = await wait(job, [
      { startTime: "t", conditions: [condition("Failed", "True", { reason, message: "m" })] },
    ]);
    expect(error).toMatchObject({
      message: "Resource 'a' was created but failed to initialize",
      problems: [`[${reason}] m`],
    });
  });

  test("with another reason the official provider waits on, until its time is up", async () => {
    const { error } = await wait(
      job,
      [{ startTime: "t", conditions: [condition("Failed", "True", { reason: "PodFailurePolicy" })] }],
      out,
    );
    expect(error?.message).toBe("'a' timed out waiting to be Ready");
  });
});

/** provider/pkg/await/statefulset.go; status of an older generation is not believed (CHANGELOG 4.26.0). */
describe("StatefulSet", () => {
  const set = object("apps/v1", "StatefulSet", { spec: { replicas: 2 } });
  const ready = {
    observedGeneration: 1,
    replicas: 2,
    readyReplicas: 2,
    currentReplicas: 2,
    currentRevision: "r1",
    updateRevision: "r1",
  };

  test("is ready with all replicas on the revision asked for", async () => {
    expect((await wait(set, [{ ...ready, readyReplicas: 1 }, ready])).object?.status).toEqual(ready);
  });

  test.each([
    ["a replica is missing", { ...ready, readyReplicas: 1 }, "1 out of 2 replicas succeeded readiness checks"],
    [
      "the revision is not reached",
      { ...ready, updateRevision: "r2" },
      'StatefulSet controller failed to advance from revision "r1" to revision "r2"',
    ],
  ])("not while %s", async (_, status, problem) => {
    expect((await wait(set, [status], out)).error?.problems).toEqual([problem]);
  });

  test("not while the controller has not seen the change", async () => {
    expect((await wait({ ...set, metadata: { ...set.metadata, generation: 2 } }, [ready], out)).error).toBeInstanceOf(
      NotReady,
    );
  });

  test("scaled to 0 it is ready without pods", async () => {
    expect(
      (await wait({ ...set, spec: { replicas: 0 } }, [{ ...ready, replicas: 0, readyReplicas: 0, currentReplicas: 0 }]))
        .object,
    ).toBeDefined();
  });
});

describe("Deployment", () => {
  const deployment = object("apps/v1", "Deployment", { spec: { replicas: 1 } });
  const rolledOut = condition("Progressing", "True", { reason: "NewReplicaSetAvailable" });
  const ready = {
    observedGeneration: 1,
    readyReplicas: 1,
    updatedReplicas: 1,
    conditions: [condition("Available", "True"), rolledOut],
  };

  test("is ready when available and rolled out", async () => {
    expect((await wait(deployment, [ready])).object?.status).toEqual(ready);
  });

  test("tells what keeps it", async () => {
    const status = {
      ...ready,
      conditions: [
        condition("Available", "False", { reason: "MinimumReplicasUnavailable", message: "none" }),
        rolledOut,
      ],
    };
    expect((await wait(deployment, [status], out)).error?.problems).toEqual([
      "[MinimumReplicasUnavailable] none",
      "Minimum number of live Pods was not attained",
    ]);
  });
});

test("a DaemonSet is ready when every node has its pod", async () => {
  const set = object("apps/v1", "DaemonSet");
  expect(
    (await wait(set, [{ observedGeneration: 1, desiredNumberScheduled: 1, numberReady: 1, updatedNumberScheduled: 1 }]))
      .object,
  ).toBeDefined();
  expect(
    (await wait(set, [{ observedGeneration: 1, desiredNumberScheduled: 1, numberReady: 0 }], out)).error,
  ).toBeDefined();
});

/** provider/pkg/await/checker/pod/check.go */
describe("Pod", () => {
  const pod = (conditions: Bag[], more: Bag = {}): KubeObject =>
    object("v1", "Pod", { status: { conditions, ...more } });
  const up = [condition("PodScheduled", "True"), condition("Initialized", "True")];

  test("is ready when scheduled, initialized and Ready, or done", () => {
    expect(judgePod(pod([...up, condition("Ready", "True")])).ready).toBe(true);
    expect(judgePod(pod([...up, condition("Ready", "False")], { phase: "Succeeded" })).ready).toBe(true);
    expect(
      judgePod(pod([condition("PodScheduled", "False", { reason: "Unschedulable", message: "no room" })])),
    ).toMatchObject({ ready: false, problems: ["no room"] });
  });

  test.each([
    [
      "waits",
      { state: { waiting: { reason: "ErrImageNeverPull", message: "not here" } } },
      "[ErrImageNeverPull] not here",
    ],
    [
      "ended without a message",
      { state: { terminated: { reason: "Error", exitCode: 2 } } },
      'container "c" completed with exit code 2',
    ],
    ["ended with one", { state: { terminated: { reason: "Error", exitCode: 2, message: "why" } } }, "[Error] why"],
    [
      "ended before",
      { state: {}, lastState: { terminated: { reason: "OOMKilled", exitCode: 137, finishedAt: "t" } } },
      'container "c" terminated at t (OOMKilled: exit code 137)',
    ],
  ])("a container that %s is told of", (_, status, problem) => {
    const found = judgePod(
      pod([...up, condition("Ready", "False", { reason: "r", message: "unready: [c]" })], {
        containerStatuses: [{ name: "c", ready: false, ...status }],
      }),
    );
    expect(found.problems).toEqual([`[Pod kubeflow/a]: unready: [c]${problem}`]);
  });

  test("a container that is being made is no problem", () => {
    const making = { name: "c", ready: false, state: { waiting: { reason: "ContainerCreating" } } };
    expect(judgePod(pod([...up, condition("Ready", "False")], { containerStatuses: [making] })).problems).toEqual([]);
  });
});

/** https://github.com/pulumi/pulumi-kubernetes/pull/3130, .../pull/4181 */
describe("PersistentVolumeClaim", () => {
  const claim = object("v1", "PersistentVolumeClaim", { spec: { storageClassName: "local" } });
  const storageClass = (volumeBindingMode: string): Bag => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "local" },
    volumeBindingMode,
  });

  test("is ready when bound", async () => {
    expect(
      (await wait(claim, [{ phase: "Pending" }, { phase: "Bound" }], { around: [storageClass("Immediate")] })).object
        ?.status,
    ).toEqual({ phase: "Bound" });
  });

  test("that waits for its first pod is ready while Pending", async () => {
    expect(
      (await wait(claim, [{ phase: "Pending" }], { around: [storageClass("WaitForFirstConsumer")] })).object,
    ).toBeDefined();
  });

  test("that is bound is ready after an update, whatever its class says", async () => {
    expect(
      (await wait(claim, [{ phase: "Bound" }], { around: [storageClass("WaitForFirstConsumer")], before: claim }))
        .object,
    ).toBeDefined();
  });

  test("without its class is not taken for waiting", async () => {
    expect((await wait(claim, [{ phase: "Pending" }], out)).error?.message).toBe("'a' timed out waiting to be Ready");
  });
});

test.each(["Available", "Bound"])("a PersistentVolume is ready when %s", async (phase) => {
  expect((await wait(object("v1", "PersistentVolume"), [{ phase: "Pending" }, { phase }])).object?.status).toEqual({
    phase,
  });
});

/** provider/pkg/metadata/overrides.go, provider/pkg/jsonpath/jsonpath.go, provider/pkg/await/condition/kubectl.go */
describe("annotations", () => {
  test("skipAwait takes the object as it is", async () => {
    expect((await wait(object("batch/v1", "Job", {}, { "pulumi.com/skipAwait": "true" }))).object).toBeDefined();
  });

  test("kinds without a sense of readiness are not waited for", async () => {
    expect((await wait(object("v1", "ConfigMap"))).object).toBeDefined();
  });

  test("waitFor beats what the kind would be waited for", async () => {
    const { object: live, said } = await wait(
      object("batch/v1", "Job", {}, { "pulumi.com/waitFor": "jsonpath={.status.active}=1" }),
      [{}, { active: 2 }, { active: 1 }],
    );
    expect(live?.status).toEqual({ active: 1 });
    expect(said).toEqual(["{.status.active} selected nothing", 'Waiting for {.status.active}=1 (found "2")']);
  });

  const holds = async (expression: string, status: Bag, generation = 1): Promise<boolean> => {
    const found = object("v1", "Thing", { status });
    return (
      await waitFor(expression)(
        { ...found, metadata: { ...found.metadata, generation, labels: { "a.b/c": "d" } } },
        { client: fakeSession().client },
      )
    ).ready;
  };

  test.each([
    ["jsonpath={.status.phase}", { phase: "Any" }, true],
    ["jsonpath={.status.phase}=Running", { phase: "Pending" }, false],
    ["jsonpath={ $.status.list[1].x }=2", { list: [{}, { x: 2 }] }, true],
    ["jsonpath={.metadata.labels['a.b/c']}=d", {}, true],
    ["condition=Ready", { conditions: [condition("Ready", "True")] }, true],
    ["condition=ready=false", { conditions: [condition("Ready", "False")] }, true],
    ["condition=Ready", {}, false],
    ['["condition=Ready", "jsonpath={.status.x}=1"]', { conditions: [condition("Ready", "True")] }, false],
    ['["condition=Ready", "jsonpath={.status.x}=1"]', { conditions: [condition("Ready", "True")], x: 1 }, true],
  ])("%s on %j: %s", async (expression, status, expected) => {
    expect(await holds(expression, status)).toBe(expected);
  });

  test("what the controller said of an older generation does not count", async () => {
    expect(await holds("condition=Ready", { observedGeneration: 1, conditions: [condition("Ready", "True")] }, 2)).toBe(
      false,
    );
    expect(await holds("jsonpath={.status.x}", { observedGeneration: 1, x: 1 }, 2)).toBe(false);
  });

  test.each([
    ["Ready", 'expected a "jsonpath=" or "condition=" prefix'],
    ["[]", "at least one condition must be specified"],
    ["jsonpath=.status", "should be wrapped in brackets"],
    ["jsonpath={.a}=", "requires a value"],
    ["jsonpath={.a[?(@.b)]}", "knows names and positions only"],
  ])("waitFor %s is refused", (expression, message) => {
    expect(() => waitFor(expression)).toThrow(message);
  });

  test("time: customTimeouts, else timeoutSeconds, else ten minutes", () => {
    const inputs = object("batch/v1", "Job", {}, { "pulumi.com/timeoutSeconds": "30" });
    expect([
      seconds(5, inputs),
      seconds(0, inputs),
      seconds(0, {}),
      seconds(0, object("v1", "Pod", {}, { "pulumi.com/timeoutSeconds": "soon" })),
    ]).toEqual([5, 30, 600, 600]);
  });
});

describe("the end of a wait", () => {
  test("a cancelled one says so and keeps the object", async () => {
    const session = fakeSession();
    session.cancel();
    const { error } = await wait(object("batch/v1", "Job"), [{ startTime: "t" }], { cancelled: session.cancelled });
    expect(error).toMatchObject({
      message: 'Resource operation was cancelled for "a"',
      object: { status: { startTime: "t" } },
    });
  });

  test("another object under the same name is not the one deleted", async () => {
    const session = fakeSession();
    session.client.put({ ...object("v1", "Pod"), metadata: { name: "a", namespace: "kubeflow", uid: "new" } });
    const old = { ...object("v1", "Pod"), metadata: { name: "a", namespace: "kubeflow", uid: "old" } };
    await expect(
      untilGone(old, {
        client: session.client,
        inputs: {},
        timeout: 0,
        cancelled: session.cancelled,
        onStatus: () => undefined,
      }),
    ).resolves.toBeUndefined();
  });
});
