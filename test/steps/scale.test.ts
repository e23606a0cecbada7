import { type World, context, model, newWorld, refusal } from "../support/fake-model";
import { scale } from "../../steps/scale";

const down = { kind: "scale", application: "minio", units: 0, superseded: { application: "minio", channel: "ckf-1.7/stable", revision: 200 } } as const;
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

test.each([{ channel: "ckf-1.7/stable", revision: 199 }, { channel: "ckf-1.7/edge", revision: 200 }, { channel: "ckf-1.7/stable", revision: 200, life: "dying" }])(
  "is not superseded by %j",
  async (given) => {
    world.put("minio", given);
    expect((await scale(down, context())).changed).toBe(true);
  },
);

test("refuses where the application is missing", async () => {
  expect(await refusal(scale(down, context()))).toBe('Application "minio" is not in model "kubeflow". It cannot be scaled. Look at `juju status`');
  expect(world.changes).toEqual([]);
});

test("waits for a unit that comes up", async () => {
  const live = world.put("minio", { units: 0 });
  world.effects.scale = () => void (live.scale = 1);
  world.later.push(() => world.setUnits("minio", 1));
  expect((await scale({ kind: "scale", application: "minio", units: 1 }, context())).changed).toBe(true);
});

test("ends when the application vanishes meanwhile", async () => {
  world.put("minio");
  world.effects.scale = () => delete world.applications.minio;
  expect(await refusal(scale(down, context()))).toBe("minio has 0 units: minio is gone");
});
