import { type World, context, model, newWorld, refusal } from "../support/fake-model";
import { checkRetain, findClaim } from "../../steps/volumes";

let world: World;
beforeEach(() => {
  world = newWorld();
});

describe("check-retain", () => {
  const action = {
    kind: "check-retain" as const,
    volumes: [
      { volume: "pv-a", claim: "a" },
      { volume: "pv-b", claim: "b" },
    ],
  };
  beforeEach(() => {
    world.cluster.putBound(model, "a", "pv-a");
    world.cluster.putBound(model, "b", "pv-b");
  });

  test("ends when every volume is Retain and belongs to its claim", async () => {
    expect(await checkRetain(action, context())).toEqual({ changed: false, retained: ["pv-a", "pv-b"] });
  });

  test("refuses when the last of them is not Retain", async () => {
    world.cluster.volumes["pv-b"].spec!.persistentVolumeReclaimPolicy = "Delete";
    expect(await refusal(checkRetain(action, context()))).toMatch('Volume "pv-b" has reclaim policy Delete.');
  });

  test("refuses a claim of that name in another namespace", async () => {
    world.cluster.volumes["pv-a"].spec!.claimRef!.namespace = "admin";
    expect(await refusal(checkRetain(action, context()))).toMatch(
      'Volume "pv-a" belongs to claim admin/a, not kubeflow/a.',
    );
  });

  test("refuses a volume that is gone", async () => {
    delete world.cluster.volumes["pv-a"];
    expect(await refusal(checkRetain(action, context()))).toBe(
      'Volume "pv-a" does not exist. The data of the old application is not where the baseline saw it. Look at `kubectl get pv pv-a -o yaml`',
    );
  });
});

describe("find-claim", () => {
  const action = {
    kind: "find-claim" as const,
    application: "minio",
    storage: "minio-data",
    source: "minio-data-0837847d-minio-0",
    sizeMiB: 10240,
  };
  beforeEach(() => {
    world.cluster.putBound(model, "minio-data-99aa88bb-minio-0", "pvc-new");
    world.cluster.putSet(model, "minio", { templates: { other: "other-1", "minio-data": "minio-data-99aa88bb" } });
  });

  test("finds the claim by its storage, with its volume, size and class", async () => {
    expect(await findClaim(action, context())).toEqual({
      changed: false,
      claim: "minio-data-99aa88bb-minio-0",
      volume: "pvc-new",
      capacityMiB: 10240,
      storageClass: "standard",
    });
  });

  test("waits until the claim is bound", async () => {
    const claim = world.cluster.claims[`${model}/minio-data-99aa88bb-minio-0`];
    claim.status!.phase = "Pending";
    world.later.push(() => void (claim.status!.phase = "Bound"));
    await findClaim(action, context());
    expect(world.later).toEqual([]);
  });

  test("says what is missing when the claim is never bound", async () => {
    world.cluster.claims[`${model}/minio-data-99aa88bb-minio-0`].status!.phase = "Pending";
    expect(await refusal(findClaim(action, context()))).toBe(
      "the claim of minio for minio-data is bound: not reached: claim minio-data-99aa88bb-minio-0 is Pending",
    );
  });

  test("finds the claim that an adoption was about to make, by the volume that is reserved for it", async () => {
    delete world.cluster.claims[`${model}/minio-data-99aa88bb-minio-0`];
    world.cluster.putBound(model, "ckf-upgrade-minio-minio-data", "pvc-staged");
    world.cluster.volumes["pvc-staged"].spec!.claimRef = { namespace: model, name: "minio-data-99aa88bb-minio-0" };
    expect(await findClaim(action, context())).toMatchObject({
      claim: "minio-data-99aa88bb-minio-0",
      volume: "pvc-staged",
    });
  });

  test("a claim that is gone, and whose volume is released, is not found", async () => {
    delete world.cluster.claims[`${model}/minio-data-99aa88bb-minio-0`];
    expect(await refusal(findClaim(action, context()))).toBe(
      "the claim of minio for minio-data is bound: not reached: claim minio-data-99aa88bb-minio-0 is not there",
    );
  });

  test("says so without a StatefulSet", async () => {
    delete world.cluster.sets[`${model}/minio`];
    expect(await refusal(findClaim(action, context()))).toMatch("no StatefulSet minio claims minio-data");
  });

  test("refuses the claim that is copied from", async () => {
    world.cluster.putBound(model, action.source, "pvc-old");
    world.cluster.putSet(model, "minio", { templates: { "minio-data": "minio-data-0837847d" } });
    expect(await refusal(findClaim(action, context()))).toMatch(
      'Application "minio" has claim "minio-data-0837847d-minio-0". That is the claim its data is copied from',
    );
  });

  test("refuses a claim that is too small by a MiB", async () => {
    expect(await refusal(findClaim({ ...action, sizeMiB: 10241 }, context()))).toBe(
      'Claim "minio-data-99aa88bb-minio-0" has 10240 MiB, 10241 MiB are needed. The data may not fit. Look at the StorageClass; nothing was copied',
    );
  });
});
