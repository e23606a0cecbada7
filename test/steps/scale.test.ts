import { type World, context, model, newWorld, refusal } from "../support/fake-model";
import type { Relation } from "../../plan/types";
import { scale } from "../../steps/scale";

const down = {
  kind: "scale",
  application: "minio",
  units: 0,
  superseded: { application: "minio", channel: "ckf-1.7/stable", revision: 200 },
} as const;
let world: World;
beforeEach(() => {
  world = newWorld();
});

test("scales once, and ends when the Pods are gone", async () => {
  world.put("minio");
  world.cluster.putPod(model, "minio-0", { labels: { "app.kubernetes.io/name": "minio" } });
  world.later.push(() => world.dropWorkload("minio"));
  expect(await scale(down, context())).toEqual({ changed: true, application: "minio", units: 0 });
  expect(world.changes).toEqual(["scale minio 0"]);
  expect(world.later).toEqual([]);
});

test("an order that Juju took back is given again", async () => {
  world.put("minio");
  let orders = 0;
  world.effects.scale = () => {
    orders += 1;
    if (orders < 2) return;
    world.applications.minio.scale = 0;
    world.setUnits("minio", 0);
  };
  let clock = 0;
  const now = jest.spyOn(performance, "now").mockImplementation(() => clock);
  world.later.push(() => void (clock += 21_000));
  await scale(down, context()).finally(() => now.mockRestore());
  expect(world.changes).toEqual(["scale minio 0", "scale minio 0"]);
});

test("does not end while a Pod is left", async () => {
  world.put("minio");
  world.cluster.putPod(model, "minio-0", { labels: { "app.kubernetes.io/name": "minio" } });
  expect(await refusal(scale(down, context()))).toBe("minio has no more than 0 Pods: not reached: 1 Pods are there");
});

test("does nothing where the scale is right already", async () => {
  world.put("minio", { units: 0 });
  expect((await scale(down, context())).changed).toBe(false);
  expect(world.changes).toEqual([]);
});

test("does nothing once a later step has refreshed the application", async () => {
  world.put("minio", { channel: "ckf-1.7/stable", revision: 200 });
  expect(await scale(down, context())).toEqual({ changed: false, application: "minio", superseded: true });
  expect(world.changes).toEqual([]);
});

test.each([
  { channel: "ckf-1.7/stable", revision: 199 },
  { channel: "ckf-1.7/edge", revision: 200 },
  { channel: "ckf-1.7/stable", revision: 200, life: "dying" },
])("is not superseded by %j", async (given) => {
  world.put("minio", given);
  expect((await scale(down, context())).changed).toBe(true);
});

test("refuses where the application is missing", async () => {
  expect(await refusal(scale(down, context()))).toBe(
    'Application "minio" is not in model "kubeflow". It cannot be scaled. Look at `juju status`',
  );
  expect(world.changes).toEqual([]);
});

test("waits for a unit that comes up", async () => {
  const live = world.put("minio", { units: 0 });
  world.effects.scale = () => void (live.scale = 1);
  world.later.push(() => world.setUnits("minio", 1));
  expect((await scale({ kind: "scale", application: "minio", units: 1 }, context())).changed).toBe(true);
});

test("brings an application up that asks for a relation which an earlier run took away", async () => {
  world.put("kfp-api").units["kfp-api/0"].workload = {
    current: "blocked",
    message: "Missing required relation for object-storage",
  };
  const taken: Relation[] = [["kfp-api:object-storage", "minio:object-storage"]];
  const up = { kind: "scale", application: "kfp-api", units: 1, taken } as const;
  expect((await scale(up, context())).changed).toBe(false);
  world.relations = taken;
  expect(await refusal(scale(up, context()))).toMatch("kfp-api/0 is blocked: Missing required relation");
});

test("ends when the application vanishes meanwhile", async () => {
  world.put("minio");
  world.effects.scale = () => delete world.applications.minio;
  expect(await refusal(scale(down, context()))).toBe("minio has 0 units: minio is gone");
});

describe("an application that would not come back", () => {
  test("is not scaled to 0 where it has storage", async () => {
    world.putMinio();
    expect(await refusal(scale(down, context()))).toMatch(
      /^Application "minio" has storage \(minio-data\)\. Juju would destroy its volume when it is started again, so it is not scaled to 0\./,
    );
    expect(world.changes).toEqual([]);
  });

  test("is not scaled up on a claim that Juju would take for an orphan's", async () => {
    world.putMinio();
    world.put("minio", { units: 0 });
    const uid = world.cluster.claims[`${model}/minio-data-0837847d-minio-0`].metadata!.uid!;
    world.storage = { "minio-data/0": { units: [], claimUid: uid } };
    const up = { kind: "scale", application: "minio", units: 1 } as const;
    expect(await refusal(scale(up, context()))).toMatch('Juju holds storage "minio-data/0", detached, for claim');
    expect(world.changes).toEqual([]);
    world.storage = {};
    expect((await scale(up, context())).changed).toBe(true);
  });
});

test("a Pod that was evicted or has ended does not hold a scale to 0 up", async () => {
  world.put("minio");
  for (const phase of ["Failed", "Succeeded"])
    world.cluster.putPod(model, `minio-${phase}`, { labels: { "app.kubernetes.io/name": "minio" }, phase });
  expect((await scale(down, context())).changed).toBe(true);
});

test("a sidecar is not scaled to 0 with Juju 2.9, which would not start it again; with 3 it is", async () => {
  world.put("training-operator");
  world.cluster.putSet(model, "training-operator", {});
  const stop = { ...down, application: "training-operator" };
  expect(await refusal(scale(stop, context()))).toMatch(
    /^Training-operator runs as a sidecar charm\. Juju 2\.9 does not start a sidecar again/,
  );
  expect(world.changes).toEqual([]);
  world.version = "3.6.11";
  expect((await scale(stop, context())).changed).toBe(true);
});

test("ends with how the data is saved where the claim is being deleted after the start", async () => {
  world.putMinio({ policy: "Delete" });
  world.put("minio", { units: 0 });
  world.cluster.claims[`${model}/minio-data-0837847d-minio-0`].metadata!.deletionTimestamp = new Date(0);
  expect(await refusal(scale({ kind: "scale", application: "minio", units: 1 }, context()))).toMatch(
    /^The data of minio is about to be lost\. .*kubectl patch pv pvc-old.*Do not restart.*minio-0/s,
  );
});
