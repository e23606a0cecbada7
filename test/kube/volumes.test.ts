import { type World, minioVolume, model, newWorld, refusal } from "../support/fake-model";
import {
  claimTemplates,
  markedData,
  podsThatMount,
  podsThatUse,
  provisioned,
  setReclaimPolicy,
  volumesOf,
} from "../../kube/volumes";

let world: World;
beforeEach(() => {
  world = newWorld();
});

test("the claim templates of an application are told by storage", async () => {
  world.cluster.putSet(model, "minio", { templates: { "minio-data": "minio-data-0837847d", logs: "logs-1" } });
  expect(await claimTemplates(model, "minio")).toEqual({ "minio-data": "minio-data-0837847d", logs: "logs-1" });
});

test("the storage's name is read from the annotation where there is no label", async () => {
  world.cluster.putSet(model, "minio", { templates: { "minio-data": "t" } });
  world.cluster.sets[`${model}/minio`].spec!.volumeClaimTemplates = [
    { metadata: { name: "t", annotations: { "storage.juju.is/name": "minio-data" } } },
  ];
  expect(await claimTemplates(model, "minio")).toEqual({ "minio-data": "t" });
});

test("an application without a StatefulSet claims nothing", async () => {
  expect(await claimTemplates(model, "kfp-ui")).toEqual({});
});

test("a template that names no storage is refused, not left out", async () => {
  world.cluster.putSet(model, "minio", { templates: { "minio-data": "t" } });
  world.cluster.sets[`${model}/minio`].spec!.volumeClaimTemplates = [{ metadata: { name: "t" } }];
  expect(await refusal(claimTemplates(model, "minio"))).toBe(
    'StatefulSet kubeflow/minio has a claim template "t" that does not say which of Juju\'s storages it is for',
  );
});

test("volumes of an application are those its StatefulSet claims, and no others", async () => {
  world.putMinio({ policy: "Delete" });
  world.cluster.putBound(model, "minio-data-ffffffff-minio-0", "pvc-stray");
  expect(await volumesOf(model, "minio")).toEqual([minioVolume]);
});

test("what was asked for is told apart from what is there", async () => {
  world.putMinio();
  world.cluster.volumes["pvc-old"].spec!.capacity!.storage = "20Gi";
  const [{ requestedMiB, capacityMiB }] = await volumesOf(model, "minio");
  expect([requestedMiB, capacityMiB]).toEqual([10240, 20480]);
});

test("volumes come sorted by storage, their access modes as well", async () => {
  world.cluster.putSet(model, "db", { templates: { zeta: "z", alpha: "a" } });
  world.cluster.putBound(model, "z-db-0", "pv-z");
  world.cluster.putBound(model, "a-db-0", "pv-a");
  world.cluster.volumes["pv-a"].spec!.accessModes = ["ReadWriteOnce", "ReadOnlyMany"];
  const found = await volumesOf(model, "db");
  expect(found.map(({ storage }) => storage)).toEqual(["alpha", "zeta"]);
  expect(found[0].accessModes).toEqual(["ReadOnlyMany", "ReadWriteOnce"]);
});

test.each<[string, (w: World) => void]>([
  ["pending", (w) => void (w.cluster.claims[`${model}/minio-data-0837847d-minio-0`].status!.phase = "Pending")],
  ["lost", (w) => void (w.cluster.claims[`${model}/minio-data-0837847d-minio-0`].status!.phase = "Lost")],
  ["missing", (w) => delete w.cluster.claims[`${model}/minio-data-0837847d-minio-0`]],
  ["bound to a volume that is gone", (w) => delete w.cluster.volumes["pvc-old"]],
])("a claim that is %s is refused by its name", async (_name, spoil) => {
  world.putMinio();
  spoil(world);
  expect(await refusal(volumesOf(model, "minio"))).toMatch(
    /^claim kubeflow\/minio-data-0837847d-minio-0 of application "minio" is not bound to a volume/,
  );
});

test("Pods that mount a claim are named, ended ones as well, others and other namespaces not", async () => {
  world.cluster.putPod(model, "b", { claims: ["x"] });
  world.cluster.putPod(model, "a", { claims: ["y"], phase: "Succeeded" });
  world.cluster.putPod(model, "other", { claims: ["z"] });
  world.cluster.putPod(model, "none", {});
  world.cluster.putPod("admin", "foreign", { claims: ["x"] });
  expect(await podsThatMount(model, ["x", "y"])).toEqual(["a", "b"]);
  expect(await podsThatUse(model, ["x", "y"])).toEqual(["b"]);
});

test("a volume made by hand has no provisioner", () => {
  expect([
    provisioned({ metadata: { annotations: {} } }),
    provisioned({ metadata: { annotations: { "pv.kubernetes.io/provisioned-by": "x" } } }),
  ]).toEqual([false, true]);
});

test("a policy is changed under the guard of the claim's uid only", async () => {
  world.putMinio();
  await refusal(setReclaimPolicy("pvc-old", "another-uid", "Delete"));
  expect(world.cluster.volumes["pvc-old"].spec?.persistentVolumeReclaimPolicy).toBe("Retain");
});

describe("a claim that is being deleted", () => {
  const claim = "minio-data-0837847d-minio-0";
  beforeEach(() => {
    world.putMinio({ policy: "Delete" });
  });

  test("is told with its volume and the Pod that still holds it, an evicted one is none", async () => {
    world.cluster.claims[`${model}/${claim}`].metadata!.deletionTimestamp = new Date(0);
    world.cluster.putPod(model, "old", { claims: [claim], phase: "Failed" });
    expect(await markedData(model)).toEqual([
      {
        namespace: model,
        claim,
        volume: "pvc-old",
        what: "claim",
        reclaimPolicy: "Delete",
        pods: ["minio-0"],
      },
    ]);
  });

  test("is seen where its volume alone is marked, and none where neither is", async () => {
    expect(await markedData(model)).toEqual([]);
    world.cluster.volumes["pvc-old"].metadata!.deletionTimestamp = new Date(0);
    expect((await markedData(model)).map(({ what }) => what)).toEqual(["volume"]);
  });
});
