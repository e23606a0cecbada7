import {
  type World,
  backupEvidence,
  context,
  minioVolume as source,
  model,
  newWorld,
  refusal,
  verifiedEvidence,
} from "../support/fake-model";
import { finalizeVolume } from "../../steps/finalize-volume";

const staging = "ckf-upgrade-minio-minio-data";
const action = { kind: "finalize-volume", application: "minio", source, staging } as const;
const adopted = {
  "adopt-minio-volume": {
    kind: "adopt-volume",
    claim: "minio-data-99aa88bb-minio-0",
    volume: "pvc-new",
    replaced: ["pvc-fresh"],
  },
};
const both = { ...backupEvidence, ...verifiedEvidence, ...adopted };
let world: World;

/** The model after the upgrade: MinIO runs on the staged volume; the old claim, the staging claim and the fresh volume are there still. */
beforeEach(() => {
  world = newWorld();
  world.putMinio();
  redeploy();
});

function redeploy(): void {
  world.dropWorkload("minio");
  world.cluster.putBound(model, staging, "pvc-new");
  world.cluster.putBound(model, "minio-data-99aa88bb-minio-0", "pvc-fresh");
  world.cluster.volumes["pvc-fresh"].spec!.claimRef!.uid = "uid-of-the-first-claim";
  world.cluster.putBound(model, "minio-data-99aa88bb-minio-0", "pvc-new");
  world.cluster.bind();
  world.cluster.putSet(model, "minio", { templates: { "minio-data": "minio-data-99aa88bb" } });
  world.cluster.putPod(model, "minio-0", {
    labels: { "app.kubernetes.io/name": "minio" },
    claims: ["minio-data-99aa88bb-minio-0"],
  });
}

test("lets the provisioner remove the data: policy first, then the claims, never a volume itself", async () => {
  expect(await finalizeVolume(action, context(both))).toEqual({
    changed: true,
    claims: [source.claim, staging],
    volumes: ["pvc-old", "pvc-fresh"],
    dataLeft: [],
    inUse: "pvc-new",
  });
  expect(world.changes).toEqual([
    "policy of volume pvc-old Delete",
    "policy of volume pvc-fresh Delete",
    "provisioner removes volume pvc-fresh with its data",
    "delete claim minio-data-0837847d-minio-0",
    "provisioner removes volume pvc-old with its data",
    `delete claim ${staging}`,
  ]);
});

test("leaves the claim and the volume in use alone", async () => {
  await finalizeVolume(action, context(both));
  expect([Object.keys(world.cluster.claims), Object.keys(world.cluster.volumes)]).toEqual([
    [`${model}/minio-data-99aa88bb-minio-0`],
    ["pvc-new"],
  ]);
  expect(world.cluster.volumes["pvc-new"].spec?.persistentVolumeReclaimPolicy).toBe("Retain");
});

test("gives the volume in use its reclaim policy back, after everything else", async () => {
  world.cluster.volumes["pvc-new"].metadata!.annotations!["charmed-kubeflow-upgrade/reclaim-policy"] = "Delete";
  await finalizeVolume(action, context(both));
  expect(world.changes.at(-1)).toBe("policy of volume pvc-new Delete");
  expect(Object.keys(world.cluster.volumes)).toEqual(["pvc-new"]);
});

test("deletes the claim before a volume made by hand, and says that its data stays", async () => {
  world.putMinio({ provisioned: false });
  redeploy();
  expect(await finalizeVolume(action, context(both))).toMatchObject({ changed: true, dataLeft: ["pvc-old"] });
  expect(world.changes.slice(-3)).toEqual([
    "delete claim minio-data-0837847d-minio-0",
    `delete claim ${staging}`,
    "delete volume pvc-old",
  ]);
});

test("does nothing once all is gone", async () => {
  await finalizeVolume(action, context(both));
  world.changes.length = 0;
  expect(await finalizeVolume(action, context(both))).toEqual({
    changed: false,
    claims: [],
    volumes: [],
    dataLeft: [],
    inUse: "pvc-new",
  });
  expect(world.changes).toEqual([]);
});

test("goes on where an earlier run deleted the old claim only", async () => {
  delete world.cluster.claims[`${model}/${source.claim}`];
  expect(await finalizeVolume(action, context(both))).toMatchObject({
    changed: true,
    claims: [staging],
    volumes: ["pvc-old", "pvc-fresh"],
  });
});

describe("after a rebind", () => {
  const rebound = { kind: "finalize-volume", application: "minio", source } as const;
  const evidence = { ...both, "adopt-minio-volume": { ...adopted["adopt-minio-volume"], volume: "pvc-old" } };
  beforeEach(() => {
    world.cluster.putBound(model, "minio-data-99aa88bb-minio-0", "pvc-old");
    world.cluster.bind();
  });

  test("the source's volume is in use: only its former claim and the fresh volume go", async () => {
    expect(await finalizeVolume(rebound, context(evidence))).toEqual({
      changed: true,
      claims: [source.claim],
      volumes: ["pvc-fresh"],
      dataLeft: [],
      inUse: "pvc-old",
    });
    expect(world.cluster.volumes).toHaveProperty("pvc-old");
    expect(world.changes).not.toContain("policy of volume pvc-old Delete");
  });

  test("a volume that the evidence calls replaced and that is in use is refused", async () => {
    const wrong = { ...evidence, "adopt-minio-volume": { ...evidence["adopt-minio-volume"], replaced: ["pvc-old"] } };
    expect(await refusal(finalizeVolume(rebound, context(wrong)))).toMatch(
      'Volume "pvc-old" belongs to claim kubeflow/minio-data-99aa88bb-minio-0',
    );
    expect(world.changes).toEqual([]);
  });

  test("a source claim that holds the volume still is refused", async () => {
    world.cluster.volumes["pvc-old"].spec!.claimRef = {
      namespace: model,
      name: source.claim,
      uid: `uid-${source.claim}`,
    };
    expect(await refusal(finalizeVolume(rebound, context(evidence)))).toMatch(
      'Application "minio" does not run on claim "minio-data-99aa88bb-minio-0" with volume "pvc-old"',
    );
    expect(world.changes).toEqual([]);
  });
});

test("refuses without evidence of the adoption: nobody could tell what is in use", async () => {
  expect(await refusal(finalizeVolume(action, context({ ...backupEvidence, ...verifiedEvidence })))).toMatch(
    "No evidence of an adopted volume was handed to this step. Deleting claim",
  );
  expect(world.changes).toEqual([]);
});

test("refuses a fresh volume that somebody uses again", async () => {
  world.cluster.putBound(model, "another", "pvc-fresh");
  expect(await refusal(finalizeVolume(action, context(both)))).toMatch(
    'Volume "pvc-fresh" belongs to claim kubeflow/another of uid uid-another.',
  );
  expect(world.changes).toEqual([]);
});

test("refuses a staging claim that holds a volume of its own", async () => {
  world.cluster.putBound(model, staging, "pvc-again");
  expect(await refusal(finalizeVolume(action, context(both)))).toMatch(
    `Claim "${staging}" is bound to volume "pvc-again", not "pvc-new"`,
  );
  expect(world.changes).toEqual([]);
});

test.each([
  ["a proven backup", { ...verifiedEvidence, ...adopted }, "No evidence of a proven backup was handed to this step"],
  [
    "a verified upgrade",
    { ...backupEvidence, ...adopted },
    "No evidence of a verified upgrade was handed to this step",
  ],
  [
    "verified being true",
    { ...backupEvidence, verify: { kind: "verify", verified: "true" } },
    "No evidence of a verified upgrade was handed to this step",
  ],
  [
    "verify being of the step verify",
    { ...backupEvidence, other: { kind: "preflight", verified: true } },
    "No evidence of a verified upgrade was handed to this step",
  ],
])("deletes nothing without %s", async (_name, evidence, fact) => {
  const message = await refusal(finalizeVolume(action, context(evidence)));
  expect(
    message.startsWith(
      `${fact}. Deleting claim minio-data-0837847d-minio-0 with volume pvc-old cannot be undone, so nothing was done. `,
    ),
  ).toBe(true);
  expect(world.changes).toEqual([]);
});

test("refuses a claim that is bound to another volume", async () => {
  world.cluster.claims[`${model}/${source.claim}`].spec!.volumeName = "pvc-other";
  expect(await refusal(finalizeVolume(action, context(both)))).toBe(
    'Claim "minio-data-0837847d-minio-0" is bound to volume "pvc-other", not "pvc-old". It is not what this upgrade left there, so nothing was deleted. Look at `kubectl get pvc,pv -n kubeflow`',
  );
  expect(world.changes).toEqual([]);
});

test("refuses a claim that is bound to none", async () => {
  delete world.cluster.claims[`${model}/${source.claim}`].spec!.volumeName;
  expect(await refusal(finalizeVolume(action, context(both)))).toMatch('is bound to volume "none"');
  expect(world.changes).toEqual([]);
});

test.each([
  ["of another name", { namespace: model, name: "another", uid: `uid-${source.claim}` }],
  ["of another namespace", { namespace: "admin", name: source.claim, uid: `uid-${source.claim}` }],
  ["that was made again under the same name", { namespace: model, name: source.claim, uid: "uid-before" }],
  ["that nobody wrote down", undefined],
])("refuses a volume that belongs to a claim %s", async (_name, claimRef) => {
  world.cluster.volumes["pvc-old"].spec!.claimRef = claimRef;
  expect(await refusal(finalizeVolume(action, context(both)))).toMatch(
    /^Volume "pvc-old" belongs to claim .* It is not what this upgrade left there, so nothing was deleted\. /,
  );
  expect(world.changes).toEqual([]);
});

test("refuses what a Pod mounts, and names the Pod", async () => {
  world.cluster.putPod(model, "minio-migration-x7k2p", { claims: [source.claim], phase: "Succeeded" });
  expect(await refusal(finalizeVolume(action, context(both)))).toBe(
    'Claim "minio-data-0837847d-minio-0" or "ckf-upgrade-minio-minio-data" is in use by pod minio-migration-x7k2p. It may hold live data, so nothing was deleted. Look at `kubectl get pvc,pv -n kubeflow`',
  );
  expect(world.changes).toEqual([]);
});

test("refuses while the application runs on another claim than the one that adopted", async () => {
  world.cluster.putSet(model, "minio", { templates: { "minio-data": "minio-data-0837847d" } });
  expect(await refusal(finalizeVolume(action, context(both)))).toMatch(
    'Application "minio" does not run on claim "minio-data-99aa88bb-minio-0" with volume "pvc-new".',
  );
  expect(world.changes).toEqual([]);
});

test("does not end while the volume is left", async () => {
  // A volume that keeps its finalizer stays after its deletion was taken.
  world.cluster.core.deletePersistentVolume = async () => void world.changes.push("delete volume pvc-old");
  world.cluster.volumes["pvc-old"].metadata!.annotations = {};
  expect(await refusal(finalizeVolume(action, context(both)))).toBe(
    "what minio left unused is gone: not reached: pvc-old is left",
  );
});

describe("what MinIO was deployed with is looked into before it goes", () => {
  const looked = { ...action, look: "rclone:1" } as const;
  const own = "ckf-upgrade-look-pvc-fresh";

  test("by a claim of its own, whose volume goes with it", async () => {
    expect(await finalizeVolume(looked, context(both))).toMatchObject({ volumes: ["pvc-old", "pvc-fresh"] });
    expect(world.changes).toEqual([
      `volume pvc-fresh reserved for ${own}`,
      `create claim ${own} for volume pvc-fresh`,
      "create job minio-look",
      "delete job minio-look",
      "policy of volume pvc-old Delete",
      "policy of volume pvc-fresh Delete",
      "delete claim minio-data-0837847d-minio-0",
      "provisioner removes volume pvc-old with its data",
      `delete claim ${staging}`,
      `delete claim ${own}`,
      "provisioner removes volume pvc-fresh with its data",
    ]);
    expect(Object.keys(world.cluster.volumes)).toEqual(["pvc-new"]);
  });

  test("and nothing is deleted where somebody wrote to it: the claim stays, so that it can be looked at", async () => {
    world.cluster.looks.push({ message: '{"mover":"look","foreign":1}', log: "DIFFERS extra: bucket/model" });
    expect(await refusal(finalizeVolume(looked, context(both)))).toMatch(
      `The volume of claim "${own}", which minio was deployed with, holds 1 files that it did not make by itself:\n  bucket/model\n`,
    );
    expect(world.changes.filter((change) => /^(policy|delete claim|provisioner)/.test(change))).toEqual([]);
    await finalizeVolume(looked, context(both));
    expect(Object.keys(world.cluster.volumes)).toEqual(["pvc-new"]);
  });

  test("and a run that was cut off after the reservation goes on", async () => {
    const { createNamespacedPersistentVolumeClaim: create } = world.cluster.core;
    world.cluster.core.createNamespacedPersistentVolumeClaim = () => Promise.reject(new Error("killed"));
    expect(await refusal(finalizeVolume(looked, context(both)))).toBe("killed");
    world.cluster.core.createNamespacedPersistentVolumeClaim = create;
    await finalizeVolume(looked, context(both));
    expect(Object.keys(world.cluster.volumes)).toEqual(["pvc-new"]);
  });

  test("and one that is gone already is not missed", async () => {
    delete world.cluster.volumes["pvc-fresh"];
    expect(await finalizeVolume(looked, context(both))).toMatchObject({ volumes: ["pvc-old"] });
    expect(world.changes.join()).not.toContain("look");
  });
});
