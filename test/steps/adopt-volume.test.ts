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

const staging = "ckf-upgrade-minio-minio-data";
const target = "minio-data-99aa88bb-minio-0";
const copy = { kind: "adopt-volume" as const, application: "minio", storage: "minio-data", from: staging, source };
const rebind = { ...copy, from: source.claim };
const evidence = { ...backupEvidence, "find-minio-claim": { kind: "find-claim", claim: target, volume: "pvc-fresh" } };
const key = (claim: string): string => `${model}/${claim}`;
let world: World;

/** The new MinIO is deployed and runs; its claim is bound to a fresh volume. The old claim and the staged one are there. */
beforeEach(() => {
  world = newWorld();
  const { cluster } = world;
  cluster.putBound(model, source.claim, "pvc-old");
  cluster.putBound(model, staging, "pvc-staged", { policy: "Delete" });
  cluster.putBound(model, target, "pvc-fresh", { policy: "Delete" });
  cluster.putSet(model, "minio", { templates: { "minio-data": "minio-data-99aa88bb" } });
  run();
});

function run(): void {
  world.cluster.putPod(model, "minio-0", { labels: { "app.kubernetes.io/name": "minio" }, claims: [target] });
}

/** As an earlier version of this program left it, or somebody by hand. */
function stop(): void {
  world.cluster.sets[`${model}/minio`].spec!.replicas = 0;
  delete world.cluster.pods[`${model}/minio-0`];
}

const volumeOf = (claim: string): string | undefined => world.cluster.claims[key(claim)]?.spec?.volumeName;

describe("a copy", () => {
  const whole = [
    "policy of volume pvc-staged Retain",
    "policy of volume pvc-fresh Retain",
    `volume pvc-staged reserved for ${target}`,
    `delete claim ${target}`,
  ];

  test("reserves the staged volume for the new claim, whose Pod is the last on the fresh volume: Retain first, and never a free volume", async () => {
    expect(await adoptVolume(copy, context(evidence))).toMatchObject({
      changed: true,
      application: "minio",
      claim: target,
      volume: "pvc-staged",
      from: staging,
      replaced: ["pvc-fresh"],
    });
    expect(world.changes).toEqual(whole);
    expect([volumeOf(target), world.cluster.claims[key(target)].metadata?.deletionTimestamp]).toEqual([
      "pvc-fresh",
      expect.any(Date),
    ]);
    await world.cluster.core.deleteNamespacedPod({ namespace: model, name: "minio-0" });
    expect([volumeOf(target), world.cluster.claims[key(target)].status?.phase]).toEqual(["pvc-staged", "Bound"]);
  });

  test("makes the claim itself where the application is at 0 units", async () => {
    stop();
    expect(await adoptVolume(copy, context(evidence))).toMatchObject({ volume: "pvc-staged", replaced: ["pvc-fresh"] });
    expect(world.changes).toEqual([...whole, `create claim ${target} for volume pvc-staged`]);
    expect([volumeOf(target), world.cluster.claims[key(target)].status?.phase]).toEqual(["pvc-staged", "Bound"]);
  });

  test("looks into the fresh volume before it is given up", async () => {
    await adoptVolume({ ...copy, look: "rclone:1" }, context(evidence));
    expect(world.changes).toEqual([
      ...whole.slice(0, 2),
      "create job minio-look",
      "delete job minio-look",
      ...whole.slice(2),
    ]);
  });

  test("refuses to give a volume up that holds what no MinIO makes by itself, and names it", async () => {
    world.cluster.looks.push({
      message: '{"job":"minio-look","mover":"look","foreign":2}',
      log: "DIFFERS extra: mlpipeline/a\nDIFFERS extra: mlpipeline/b\n",
    });
    expect(await refusal(adoptVolume({ ...copy, look: "rclone:1" }, context(evidence)))).toBe(
      `The volume of claim "${target}", which minio was deployed with, holds 2 files that it did not make by itself:\n  mlpipeline/a\n  mlpipeline/b\n` +
        "Somebody wrote to minio before it had its data again; nothing of that volume is deleted. " +
        `Take out of claim "${target}" what is needed, delete it there, then run this again (docs/storage.md)`,
    );
    expect(world.changes.filter((change) => /reserved|delete claim/.test(change))).toEqual([]);
  });

  test("refuses to give a volume up that could not be looked into", async () => {
    world.cluster.looks.push({ message: '{"job":"minio-look","error":"the volume could not be read"}' });
    expect(await refusal(adoptVolume({ ...copy, look: "rclone:1" }, context(evidence)))).toMatch(
      `Claim "${target}" could not be looked into: {"job":"minio-look","error":"the volume could not be read"}. Whether the volume holds something is not known`,
    );
    expect(world.changes.filter((change) => /reserved|delete claim/.test(change))).toEqual([]);
  });

  test("looks again where an earlier look was cut off, whose Pod is no stranger's", async () => {
    world.cluster.putPod(model, "minio-look-x", {
      labels: { "app.kubernetes.io/name": "minio-look", "job-name": "minio-look" },
      claims: [target],
    });
    world.cluster.putJob(model, "minio-look", "uid-cut-off", { succeeded: 0 });
    await adoptVolume({ ...copy, look: "rclone:1" }, context(evidence));
    expect(world.changes.filter((change) => /job|delete claim/.test(change))).toEqual([
      "delete job minio-look",
      "create job minio-look",
      "delete job minio-look",
      `delete claim ${target}`,
    ]);
  });

  test("leaves the source, the fresh volume and the staging claim where they are", async () => {
    await adoptVolume(copy, context(evidence));
    expect(volumeOf(source.claim)).toBe("pvc-old");
    expect(world.cluster.volumes["pvc-old"].spec?.claimRef?.name).toBe(source.claim);
    expect(Object.keys(world.cluster.volumes).sort()).toEqual(["pvc-fresh", "pvc-old", "pvc-staged"]);
    expect(world.cluster.claims[key(staging)].status?.phase).toBe("Lost");
  });

  test("makes the claim as the StatefulSet would", async () => {
    stop();
    await adoptVolume(copy, context(evidence));
    expect(world.cluster.claims[key(target)]).toMatchObject({
      metadata: { labels: { "storage.juju.is/name": "minio-data", "app.kubernetes.io/name": "minio" } },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "standard",
        resources: { requests: { storage: "10Gi" } },
      },
    });
  });

  test("writes down once what the reclaim policies were and which claim held the volume", async () => {
    await adoptVolume(copy, context(evidence));
    await adoptVolume(copy, context(evidence));
    expect(world.cluster.volumes["pvc-staged"].metadata?.annotations).toMatchObject({
      "charmed-kubeflow-upgrade/reclaim-policy": "Delete",
      "charmed-kubeflow-upgrade/held-by": `${model}/${staging}`,
    });
    expect(world.cluster.volumes["pvc-fresh"].metadata?.annotations).toMatchObject({
      "charmed-kubeflow-upgrade/reclaim-policy": "Delete",
      "charmed-kubeflow-upgrade/replaced-in": `${model}/${target}`,
    });
  });

  test("does nothing once it is done, and still tells what was replaced", async () => {
    await adoptVolume(copy, context(evidence));
    world.changes.length = 0;
    expect(await adoptVolume(copy, context(evidence))).toMatchObject({
      changed: false,
      volume: "pvc-staged",
      replaced: ["pvc-fresh"],
    });
    expect(world.changes).toEqual([]);
  });

  test.each(whole.map((_, index) => index))("goes on where it was cut off after %d changes", async (done) => {
    const { core } = world.cluster;
    const original = {
      patch: core.patchPersistentVolume,
      remove: core.deleteNamespacedPersistentVolumeClaim,
      create: core.createNamespacedPersistentVolumeClaim,
    };
    const guard =
      <A, R>(act: (args: A) => Promise<R>) =>
      async (args: A): Promise<R> => {
        if (world.changes.length >= done) throw new Error("killed");
        return act(args);
      };
    core.patchPersistentVolume = guard(original.patch);
    core.deleteNamespacedPersistentVolumeClaim = guard(original.remove);
    core.createNamespacedPersistentVolumeClaim = guard(original.create);
    expect(await refusal(adoptVolume(copy, context(evidence)))).toBe("killed");
    Object.assign(core, {
      patchPersistentVolume: original.patch,
      deleteNamespacedPersistentVolumeClaim: original.remove,
      createNamespacedPersistentVolumeClaim: original.create,
    });
    await adoptVolume(copy, context(evidence));
    expect(world.changes).toEqual(whole);
    await world.cluster.core.deleteNamespacedPod({ namespace: model, name: "minio-0" });
    expect(volumeOf(target)).toBe("pvc-staged");
  });

  test("goes on without knowing which volume the application was deployed with, once that was given up", async () => {
    stop();
    const { createNamespacedPersistentVolumeClaim: create } = world.cluster.core;
    world.cluster.core.createNamespacedPersistentVolumeClaim = () => Promise.reject(new Error("killed"));
    expect(await refusal(adoptVolume(copy, context(evidence)))).toBe("killed");
    world.cluster.core.createNamespacedPersistentVolumeClaim = create;
    const found = { ...evidence, "find-minio-claim": { kind: "find-claim", claim: target, volume: "pvc-staged" } };
    expect(await adoptVolume(copy, context(found))).toMatchObject({ volume: "pvc-staged", replaced: ["pvc-fresh"] });
  });

  test("refuses the source's own volume behind the staging claim", async () => {
    world.cluster.claims[key(staging)].spec!.volumeName = "pvc-old";
    expect(await refusal(adoptVolume(copy, context(evidence)))).toMatch(
      `Claim "${staging}" names volume "pvc-old". That is the volume that was copied from.`,
    );
    expect(world.changes).toEqual([]);
  });
});

describe("a rebind", () => {
  test("gives the source's volume to the new claim, and remembers the policy of the baseline, not the Retain of this upgrade", async () => {
    expect(await adoptVolume(rebind, context(evidence))).toMatchObject({
      volume: "pvc-old",
      from: source.claim,
      replaced: ["pvc-fresh"],
    });
    await world.cluster.core.deleteNamespacedPod({ namespace: model, name: "minio-0" });
    expect(volumeOf(target)).toBe("pvc-old");
    expect(world.cluster.volumes["pvc-old"].metadata?.annotations?.["charmed-kubeflow-upgrade/reclaim-policy"]).toBe(
      "Delete",
    );
    expect(world.cluster.volumes["pvc-old"].spec?.persistentVolumeReclaimPolicy).toBe("Retain");
  });

  test("refuses another volume than the baseline's", async () => {
    world.cluster.claims[key(source.claim)].spec!.volumeName = "pvc-other";
    expect(await refusal(adoptVolume(rebind, context(evidence)))).toMatch(
      `Claim "${source.claim}" names volume "pvc-other", not "pvc-old". It is not the volume of the baseline.`,
    );
  });

  test("takes the mark off by which the controller would free the volume, in the patch of the reservation", async () => {
    world.cluster.volumes["pvc-old"].metadata!.annotations!["pv.kubernetes.io/bound-by-controller"] = "yes";
    await adoptVolume(rebind, context(evidence));
    expect(world.cluster.volumes["pvc-old"].metadata?.annotations).not.toHaveProperty([
      "pv.kubernetes.io/bound-by-controller",
    ]);
    expect(world.changes).not.toContain("volume pvc-old is free for any claim");
  });
});

describe("nothing is deleted, and no reservation moves, while", () => {
  const untouched = async (message: RegExp | string): Promise<void> => {
    expect(await refusal(adoptVolume(copy, context(evidence)))).toMatch(message);
    expect(world.changes.filter((change) => /reserved|delete|create/.test(change))).toEqual([]);
  };

  test("there is no proven backup", async () => {
    expect(await refusal(adoptVolume(copy, context({ "find-minio-claim": evidence["find-minio-claim"] })))).toMatch(
      "No evidence of a proven backup was handed to this step. Binding another volume to minio cannot be undone",
    );
    expect(world.changes).toEqual([]);
  });

  test("nobody found the claim", async () => {
    expect(await refusal(adoptVolume(copy, context(backupEvidence)))).toMatch(
      "No evidence of a claim was handed to this step",
    );
    expect(world.changes).toEqual([]);
  });

  test("a Pod of somebody else mounts the new claim", async () => {
    world.cluster.putPod(model, "debug", { claims: [target] });
    await untouched(
      `Claim "${target}" or "${staging}" is mounted by Pod debug. It is none of minio's own, and what it writes would be lost or mixed with other data.`,
    );
  });

  test("a Pod mounts the staging claim", async () => {
    world.cluster.putPod(model, "minio-migration-x", { claims: [staging] });
    await untouched("is mounted by Pod minio-migration-x");
  });

  test("there is no StatefulSet", async () => {
    delete world.cluster.sets[`${model}/minio`];
    await untouched(`There is no StatefulSet kubeflow/minio that claims "${target}"`);
  });

  test("the volume belongs to somebody else", async () => {
    world.cluster.volumes["pvc-staged"].spec!.claimRef = { namespace: "admin", name: "thief", uid: "uid-thief" };
    await untouched(
      `Volume "pvc-staged" belongs to claim admin/thief of uid uid-thief, neither to kubeflow/${staging} nor to kubeflow/${target}. Somebody else got hold of it; it is left as it is.`,
    );
  });

  test("the volume belongs to nobody", async () => {
    delete world.cluster.volumes["pvc-staged"].spec!.claimRef;
    await untouched('Volume "pvc-staged" belongs to claim none');
  });

  test("the claim of that name is another one than the volume was bound to", async () => {
    world.cluster.claims[key(staging)].metadata!.uid = "uid-again";
    await untouched(`Volume "pvc-staged" belongs to claim kubeflow/${staging} of uid uid-${staging}`);
  });

  test.each([
    [
      "another StorageClass",
      (): void => void (world.cluster.volumes["pvc-staged"].spec!.storageClassName = "slow"),
      'it has StorageClass "slow", the claim "standard"',
    ],
    [
      "another mode",
      (): void => void (world.cluster.volumes["pvc-staged"].spec!.volumeMode = "Block"),
      "it has mode Block, the claim Filesystem",
    ],
    [
      "other access modes",
      (): void => void (world.cluster.volumes["pvc-staged"].spec!.accessModes = ["ReadOnlyMany"]),
      "it has access modes ReadOnlyMany, the claim asks for ReadWriteOnce",
    ],
    [
      "too small a size",
      (): void => void (world.cluster.volumes["pvc-staged"].spec!.capacity = { storage: "10239Mi" }),
      "it has 10239Mi, the claim asks for 10Gi",
    ],
    [
      "a node that is not there",
      (): void =>
        void (world.cluster.volumes["pvc-staged"].spec!.nodeAffinity = {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["gone"] }] },
            ],
          },
        }),
      "no node that may run the application can mount it",
    ],
  ])("the volume has %s", async (_name, change, message) => {
    world.cluster.claims[key(target)].spec!.storageClassName = "standard";
    change();
    await untouched(message);
  });

  test("the claim is bound to another volume than it was found with, which is kept", async () => {
    world.cluster.putBound(model, target, "pvc-unknown", { policy: "Delete" });
    await untouched(
      `Claim "${target}" is bound to volume "pvc-unknown", not to "pvc-fresh" as it was found. Minio was deployed or started by somebody else meanwhile; that volume is Retain now.`,
    );
    expect(world.cluster.volumes["pvc-unknown"].spec?.persistentVolumeReclaimPolicy).toBe("Retain");
    expect(world.cluster.volumes["pvc-unknown"].metadata?.annotations).not.toHaveProperty([
      "charmed-kubeflow-upgrade/replaced-in",
    ]);
  });
});

test("refuses to call a volume handed over that somebody marked for deletion", async () => {
  stop();
  await adoptVolume(copy, context(evidence));
  world.cluster.claims[key(target)].metadata!.deletionTimestamp = new Date();
  world.cluster.volumes["pvc-staged"].metadata!.deletionTimestamp = new Date();
  expect(await refusal(adoptVolume(copy, context(evidence)))).toMatch(
    `Claim "${target}" and volume "pvc-staged", which minio has its data on, is marked for deletion. The data is still there, and goes out of reach when the Pod of minio ends. Do not restart it`,
  );
});

describe("the application is at 0 units and somebody starts it while its claim is away", () => {
  beforeEach(stop);

  /** What the StatefulSet's controller and the provisioner do in the gap. */
  function steal({ running }: { running: boolean }): void {
    const remove = world.cluster.core.deleteNamespacedPersistentVolumeClaim;
    world.cluster.core.deleteNamespacedPersistentVolumeClaim = async (args) => {
      await remove(args);
      world.cluster.core.deleteNamespacedPersistentVolumeClaim = remove;
      world.cluster.putBound(model, target, "pvc-gap", { policy: "Delete" });
      if (running) run();
    };
  }

  test.each([false, true])(
    "the claim that came up is given up, its volume kept and not counted as unused: running %p",
    async (running) => {
      steal({ running });
      expect(await adoptVolume(copy, context(evidence))).toMatchObject({
        volume: "pvc-staged",
        replaced: ["pvc-fresh"],
      });
      if (running) {
        world.cluster.sets[`${model}/minio`].spec!.replicas = 1;
        await world.cluster.core.deleteNamespacedPod({ namespace: model, name: "minio-0" });
      }
      expect(volumeOf(target)).toBe("pvc-staged");
      expect(world.cluster.volumes["pvc-gap"].spec?.persistentVolumeReclaimPolicy).toBe("Retain");
    },
  );

  test("its claim comes up without a volume: it gets the reserved one", async () => {
    const remove = world.cluster.core.deleteNamespacedPersistentVolumeClaim;
    world.cluster.core.deleteNamespacedPersistentVolumeClaim = async (args) => {
      await remove(args);
      await world.cluster.core.createNamespacedPersistentVolumeClaim({
        namespace: model,
        body: { metadata: { name: target, namespace: model }, spec: {} },
      });
    };
    await adoptVolume(copy, context(evidence));
    expect(volumeOf(target)).toBe("pvc-staged");
  });
});
