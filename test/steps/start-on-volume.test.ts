import {
  type World,
  backupEvidence,
  context,
  minioVolume as source,
  model,
  newWorld,
  refusal,
} from "../support/fake-model";
import { adoptVolume } from "../../steps/adopt-volume";
import { startOnVolume } from "../../steps/start-on-volume";

const target = "minio-data-99aa88bb-minio-0";
const adoption = { application: "minio", storage: "minio-data", from: source.claim, source };
const adopt = { kind: "adopt-volume" as const, ...adoption };
const start = { kind: "start-on-volume" as const, ...adoption, units: 1 };
const evidence = { ...backupEvidence, "find-minio-claim": { kind: "find-claim", claim: target, volume: "pvc-fresh" } };
const [stoppedAt, servingAt] = ["charmed-kubeflow-upgrade/stopped-at", "charmed-kubeflow-upgrade/serving-at"];
let world: World;

/** The new MinIO runs on its fresh volume, and the old one is handed over. */
beforeEach(async () => {
  world = newWorld();
  world.put("minio");
  const { cluster } = world;
  cluster.putBound(model, source.claim, "pvc-old");
  cluster.putBound(model, target, "pvc-fresh");
  cluster.putSet(model, "minio", { templates: { "minio-data": "minio-data-99aa88bb" } });
  cluster.putPod(model, "minio-0", { labels: { "app.kubernetes.io/name": "minio" }, claims: [target] });
  await adoptVolume(adopt, context(evidence));
  world.changes.length = 0;
});

const claim = (): unknown => {
  const { metadata, spec, status } = world.cluster.claims[`${model}/${target}`];
  return [spec?.volumeName, status?.phase, metadata?.deletionTimestamp];
};
const annotations = (): Record<string, string> => world.cluster.volumes["pvc-old"].metadata!.annotations!;

test("ends the Pod that is on the fresh volume, and never scales", async () => {
  expect(await startOnVolume(start, context(evidence))).toMatchObject({
    changed: true,
    application: "minio",
    claim: target,
    volume: "pvc-old",
  });
  expect(world.changes).toEqual(["delete pod minio-0"]);
  expect(claim()).toEqual(["pvc-old", "Bound", undefined]);
});

test("does nothing once it serves", async () => {
  await startOnVolume(start, context(evidence));
  world.changes.length = 0;
  expect(await startOnVolume(start, context(evidence))).toMatchObject({ changed: false, volume: "pvc-old" });
  expect(world.changes).toEqual([]);
});

test("leaves a Pod alone that a new key has replaced already", async () => {
  await world.cluster.core.deleteNamespacedPod({ namespace: model, name: "minio-0" });
  world.changes.length = 0;
  expect(await startOnVolume(start, context(evidence))).toMatchObject({ changed: false, volume: "pvc-old" });
  expect(world.changes).toEqual([]);
});

test("makes the claim for a Pod that waits for one: clusters before 1.26 do not", async () => {
  delete world.cluster.claims[`${model}/${target}`];
  await startOnVolume(start, context(evidence));
  expect(world.changes).toEqual([`create claim ${target} for volume pvc-old`]);
  expect(claim()).toEqual(["pvc-old", "Bound", undefined]);
});

test("waits until the Pod is that of the last configuration", async () => {
  world.cluster.sets[`${model}/minio`].metadata!.generation = 2;
  expect(await refusal(startOnVolume(start, context(evidence)))).toMatch(
    "the Pods of minio are those of its last configuration: not reached: the workload of minio is not taken up by its controller yet",
  );
});

test("ends with an error when the claim in use is marked for deletion by the time it serves", async () => {
  world.cluster.sets[`${model}/minio`].metadata!.generation = 2;
  world.later.push(() => {
    world.cluster.sets[`${model}/minio`].status!.observedGeneration = 2;
    world.cluster.claims[`${model}/${target}`].metadata!.deletionTimestamp = new Date();
  });
  expect(await refusal(startOnVolume(start, context(evidence)))).toMatch(
    `Claim "${target}", which minio has its data on, is marked for deletion`,
  );
});

describe("an application at 0 units", () => {
  const stored = (uid: string | undefined, units: string[] = []): void => {
    world.storage = {
      "minio-data/1": { units, ...(uid !== undefined && { claimUid: uid }) },
    };
  };
  beforeEach(async () => {
    world.put("minio", { units: 0 });
    world.cluster.sets[`${model}/minio`].spec!.replicas = 0;
    await world.cluster.core.deleteNamespacedPod({ namespace: model, name: "minio-0" });
    world.changes.length = 0;
    world.effects.scale = () => {
      world.put("minio");
      world.cluster.putPod(model, "minio-0", { labels: { "app.kubernetes.io/name": "minio" }, claims: [target] });
    };
  });

  test.each([undefined, "uid-of-the-fresh-claim"])(
    "is scaled up on a claim that Juju has no instance for: %p",
    async (uid) => {
      stored(uid);
      await startOnVolume(start, context(evidence));
      expect(world.changes).toEqual([`create claim ${target} for volume pvc-old`, "scale minio 1"]);
    },
  );

  test("is not where Juju would take the claim for an orphan's and delete it", async () => {
    await adoptVolume(adopt, context(evidence));
    stored(world.cluster.claims[`${model}/${target}`].metadata!.uid);
    expect(await refusal(startOnVolume(start, context(evidence)))).toBe(
      `Juju holds storage "minio-data/1", detached, for claim "${target}" of minio. ` +
        "When minio starts on it, Juju takes that for an orphan and deletes the claim and its volume while they are in use. " +
        "`juju remove-storage -m kubeflow --no-destroy minio-data/1` lets Juju forget it and deletes nothing; then run this again (docs/storage.md)",
    );
    expect(world.changes).not.toContain("scale minio 1");
  });
});

describe("the clock of a downtime", () => {
  const ready = (at: string): void => {
    world.cluster.pods[`${model}/minio-0`].status!.conditions = [
      { type: "Ready", status: "True", lastTransitionTime: new Date(at) },
    ];
  };
  beforeEach(async () => {
    await startOnVolume(start, context(evidence));
    delete annotations()[servingAt];
  });

  test("ends when the Pod became ready, not when the step looked, and a second run tells the same", async () => {
    annotations()[stoppedAt] = "2026-01-01T10:00:00.000Z";
    ready("2026-01-01T10:00:42Z");
    const seen = context(evidence);
    expect(await startOnVolume(start, seen)).toMatchObject({ downtimeSeconds: 42 });
    expect(seen.said).toContain("minio was down for 42 s");
    ready("2026-01-02T10:00:00Z");
    expect(await startOnVolume(start, context(evidence))).toMatchObject({ downtimeSeconds: 42 });
    expect(annotations()[servingAt]).toBe("2026-01-01T10:00:42.000Z");
  });

  test("tells nothing where nobody wrote down the stop", async () => {
    ready("2026-01-01T10:00:42Z");
    expect(await startOnVolume(start, context(evidence))).not.toHaveProperty("downtimeSeconds");
  });
});
