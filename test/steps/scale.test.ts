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

describe("the clock of a downtime", () => {
  const claimNot = { application: "minio", claimNot: "minio-data-0837847d-minio-0" };
  const stop = {
    kind: "scale",
    application: "minio",
    units: 0,
    superseded: claimNot,
    clock: { volume: "pvc-old", moment: "stopped" },
  } as const;
  const start = {
    kind: "scale",
    application: "minio",
    units: 1,
    clock: { volume: "pvc-old", moment: "serving" },
  } as const;
  const [stoppedAt, servingAt] = ["charmed-kubeflow-upgrade/stopped-at", "charmed-kubeflow-upgrade/serving-at"];
  const annotations = (): Record<string, string> => world.cluster.volumes["pvc-old"].metadata!.annotations!;
  const ready = (at: string): void => {
    world.cluster.putPod(model, "minio-0", { labels: { "app.kubernetes.io/name": "minio" } });
    world.cluster.pods[`${model}/minio-0`].status!.conditions = [
      { type: "Ready", status: "True", lastTransitionTime: new Date(at) },
    ];
  };

  test("starts on the source's volume before the application is stopped, and is never set back by a second run", async () => {
    world.putMinio();
    world.effects.scale = () => {
      expect(annotations()).toHaveProperty([stoppedAt]);
      world.put("minio", { units: 0 });
      delete world.cluster.pods[`${model}/minio-0`];
    };
    await scale(stop, context());
    annotations()[stoppedAt] = "2026-01-01T10:00:00.000Z";
    await scale(stop, context());
    expect(annotations()[stoppedAt]).toBe("2026-01-01T10:00:00.000Z");
  });

  test("ends when the Pod became ready, not when the step looked, and a second run tells the same", async () => {
    world.putMinio();
    annotations()[stoppedAt] = "2026-01-01T10:00:00.000Z";
    ready("2026-01-01T10:00:42Z");
    const seen = context();
    expect(await scale(start, seen)).toMatchObject({ units: 1, downtimeSeconds: 42 });
    expect(seen.said).toContain("minio was down for 42 s");
    ready("2026-01-02T10:00:00Z");
    expect(await scale(start, context())).toMatchObject({ downtimeSeconds: 42 });
    expect(annotations()[servingAt]).toBe("2026-01-01T10:00:42.000Z");
  });

  test("tells nothing where nobody wrote down the stop", async () => {
    world.putMinio();
    ready("2026-01-01T10:00:42Z");
    expect(await scale(start, context())).not.toHaveProperty("downtimeSeconds");
  });

  test("a stop has nothing to do where the application was removed already", async () => {
    expect(await scale(stop, context())).toEqual({ changed: false, application: "minio", superseded: true });
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
