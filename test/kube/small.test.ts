import { type World, model, newWorld, uuid } from "../support/fake-model";
import { readConfigMap, writeConfigMap } from "../../kube/configmaps";
import { jobOutcome, runningLog } from "../../kube/jobs";
import { modelId } from "../../kube/namespaces";
import { listProfiles } from "../../kube/profiles";
import { createSecret, namespacesWithSecret, readSecret } from "../../kube/secrets";
import { generationOf, imagesOf, rolloutMissing } from "../../kube/workloads";

let world: World;
beforeEach(() => {
  world = newWorld();
});

test("a namespace tells its model's id, and nothing where it has none", async () => {
  world.cluster.namespaces.default = { uid: "d", annotations: {} };
  expect([await modelId(model), await modelId("default"), await modelId("absent")]).toEqual([
    uuid,
    undefined,
    undefined,
  ]);
});

test("a ConfigMap that is not there is undefined, an empty one is not", async () => {
  world.cluster.configMaps[`${model}/empty`] = {};
  expect([await readConfigMap(model, "empty"), await readConfigMap(model, "absent")]).toEqual([{}, undefined]);
});

test("a ConfigMap is made, and written over where it is there", async () => {
  await writeConfigMap(model, "kept", { a: "old", b: "old" });
  await writeConfigMap(model, "kept", { a: "new" });
  expect(await readConfigMap(model, "kept")).toEqual({ a: "new" });
});

test("a Secret that is there is never written over", async () => {
  world.cluster.putSecret(model, "kept", { a: "old" });
  await createSecret(model, "kept", { a: "new" }, "uid");
  expect(await readSecret(model, "kept")).toEqual({ a: "old" });
});

test("namespaces with a Secret are told sorted, by its exact name", async () => {
  for (const [namespace, name] of [
    ["zoe", "artifact"],
    ["admin", "artifact"],
    ["admin", "artifact-2"],
  ])
    world.cluster.putSecret(namespace, name, {});
  expect(await namespacesWithSecret("artifact")).toEqual(["admin", "zoe"]);
});

test("profiles are told with the uids of namespace and claims and their volumes, a lost namespace with none", async () => {
  world.cluster.profiles = { zoe: { metadata: { name: "zoe" } }, admin: { metadata: { name: "admin" } } };
  world.cluster.namespaces.admin = { uid: "uid-admin", annotations: {} };
  world.cluster.putBound("admin", "workspace", "pv-1");
  expect(await listProfiles()).toEqual({
    admin: { namespaceUid: "uid-admin", claims: { workspace: "uid-workspace" }, volumes: { workspace: "pv-1" } },
    zoe: { namespaceUid: "", claims: {}, volumes: {} },
  });
});

test("a Job's result is of the Pod that succeeded, not of a later one that failed", async () => {
  const labels = { "job-name": "minio-backup" };
  world.cluster.putPod(model, "one", { labels, phase: "Succeeded", message: "good" });
  world.cluster.putPod(model, "two", { labels, phase: "Failed", message: "bad" });
  world.cluster.pods[`${model}/one`].metadata!.creationTimestamp = new Date(1000);
  world.cluster.pods[`${model}/two`].metadata!.creationTimestamp = new Date(2000);
  world.cluster.logs.one = "log of one";
  expect(await jobOutcome(model, "minio-backup")).toEqual({ message: "good", log: "log of one", succeeded: true });
});

test("a Job's result is of the last Pod where none succeeded", async () => {
  const labels = { "job-name": "minio-backup" };
  world.cluster.putPod(model, "late", { labels, phase: "Failed", message: "second" });
  world.cluster.putPod(model, "early", { labels, phase: "Failed", message: "first" });
  world.cluster.pods[`${model}/late`].metadata!.creationTimestamp = new Date(2000);
  world.cluster.pods[`${model}/early`].metadata!.creationTimestamp = new Date(1000);
  expect(await jobOutcome(model, "minio-backup")).toEqual({ message: "second", log: "", succeeded: false });
});

test("a Job without Pods has no result", async () => {
  expect(await jobOutcome(model, "minio-backup")).toBeUndefined();
});

test("only the Pod of a Job that runs has a log to follow, and of it the end", async () => {
  const labels = { "job-name": "minio-backup" };
  world.cluster.putPod(model, "one", { labels, phase: "Failed" });
  world.cluster.logs.one = "old";
  expect(await runningLog(model, "minio-backup", 2)).toBeUndefined();
  world.cluster.putPod(model, "two", { labels });
  world.cluster.logs.two = "a\nb\nc";
  expect(await runningLog(model, "minio-backup", 2)).toBe("b\nc");
  expect(await runningLog(model, "minio-verify", 2)).toBeUndefined();
});

describe("the generation of an application", () => {
  const charmless = { containers: [{ name: "podspec", image: "x" }] };

  test("is that of a container charm, or of an operator beside it", async () => {
    world.cluster.putSet(model, "sidecar", {});
    world.cluster.putSet(model, "podspec", charmless);
    world.cluster.putSet(model, "podspec-operator", charmless);
    world.cluster.putSet(model, "bare", charmless);
    expect(
      await Promise.all(["sidecar", "podspec", "bare", "absent"].map((name) => generationOf(model, name))),
    ).toEqual(["sidecar", "podspec", "podspec", undefined]);
  });

  test("of a podspec charm at 0 units is still seen by its operator, of models from before 2.9 too", async () => {
    world.cluster.putSet(model, "a-operator", charmless);
    world.cluster.putSet(model, "juju-operator-b", charmless);
    expect(await Promise.all(["a", "b"].map((name) => generationOf(model, name)))).toEqual(["podspec", "podspec"]);
  });

  test("is seen by a Pod with the init container alone", async () => {
    world.cluster.putPod(model, "a-0", { labels: { "app.kubernetes.io/name": "a" } });
    world.cluster.pods[`${model}/a-0`].spec!.initContainers = [{ name: "charm-init", image: "x" }];
    expect(await generationOf(model, "a")).toBe("sidecar");
  });
});

test("images are told once each, sorted", async () => {
  world.cluster.putSet(model, "a", {
    containers: [
      { name: "y", image: "y:1" },
      { name: "x", image: "x:1" },
      { name: "z", image: "y:1" },
    ],
  });
  expect(await imagesOf(model, "a")).toEqual(["x:1", "y:1"]);
});

test("a workload that its controller has not taken up is not rolled out, whatever its counts say", async () => {
  world.cluster.putSet(model, "a", {});
  world.cluster.sets[`${model}/a`].metadata!.generation = 2;
  expect(await rolloutMissing(model, "a")).toBe("the workload of a is not taken up by its controller yet");
});

test("a workload that wants no Pods is rolled out without any", async () => {
  world.cluster.putSet(model, "a", { ready: 0 });
  world.cluster.sets[`${model}/a`].spec!.replicas = 0;
  expect(await rolloutMissing(model, "a")).toBeUndefined();
});

test("an application without a workload of its name has nothing to roll out", async () => {
  expect(await rolloutMissing(model, "a")).toBeUndefined();
});

test.each([
  ["v1.24", { "job-name": "minio-backup" }],
  ["v1.29", { "job-name": "minio-backup", "batch.kubernetes.io/job-name": "minio-backup" }],
])("Pods of a Job are found by what Kubernetes %s puts on them", async (_version, labels) => {
  world.cluster.putPod(model, "minio-backup-x", { labels, phase: "Succeeded", message: "{}" });
  expect(await jobOutcome(model, "minio-backup")).toMatchObject({ message: "{}", succeeded: true });
});
