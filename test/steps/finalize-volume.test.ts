import { type World, backupEvidence, context, model, newWorld, refusal, verifiedEvidence } from "../support/fake-model";
import type { BaselineVolume } from "../../plan/types";
import { finalizeVolume } from "../../steps/finalize-volume";

const source: BaselineVolume = {
  storage: "minio-data",
  claim: "minio-data-0837847d-minio-0",
  volume: "pvc-old",
  requestedMiB: 10240,
  capacityMiB: 10240,
  storageClass: "standard",
  reclaimPolicy: "Delete",
  accessModes: ["ReadWriteOnce"],
  volumeMode: "Filesystem",
};
const action = { kind: "finalize-volume", application: "minio", source } as const;
const both = { ...backupEvidence, ...verifiedEvidence };
let world: World;

/** The model after the upgrade: MinIO runs on a new volume, the old claim is there still. */
beforeEach(() => {
  world = newWorld();
  world.putMinio();
  redeploy();
});

function redeploy(): void {
  world.dropWorkload("minio");
  world.cluster.putBound(model, "minio-data-99aa88bb-minio-0", "pvc-new");
  world.cluster.putSet(model, "minio", { templates: { "minio-data": "minio-data-99aa88bb" } });
  world.cluster.putPod(model, "minio-0", { labels: { "app.kubernetes.io/name": "minio" }, claims: ["minio-data-99aa88bb-minio-0"] });
}

test("lets the provisioner remove the data: policy first, then the claim, never the volume itself", async () => {
  expect(await finalizeVolume(action, context(both))).toEqual({ changed: true, claim: source.claim, volume: "pvc-old", dataLeft: false });
  expect(world.changes).toEqual(["policy of volume pvc-old Delete", "delete claim minio-data-0837847d-minio-0", "provisioner removes volume pvc-old with its data"]);
});

test("leaves the new claim and volume alone", async () => {
  await finalizeVolume(action, context(both));
  expect([Object.keys(world.cluster.claims), Object.keys(world.cluster.volumes)]).toEqual([[`${model}/minio-data-99aa88bb-minio-0`], ["pvc-new"]]);
  expect(world.cluster.volumes["pvc-new"].spec?.persistentVolumeReclaimPolicy).toBe("Retain");
});

test("deletes the claim before a volume made by hand, and says that its data stays", async () => {
  world.putMinio({ provisioned: false });
  redeploy();
  expect(await finalizeVolume(action, context(both))).toEqual({ changed: true, claim: source.claim, volume: "pvc-old", dataLeft: true });
  expect(world.changes).toEqual(["delete claim minio-data-0837847d-minio-0", "delete volume pvc-old"]);
});

test("does nothing once both are gone", async () => {
  delete world.cluster.claims[`${model}/${source.claim}`];
  delete world.cluster.volumes["pvc-old"];
  expect(await finalizeVolume(action, context(both))).toEqual({ changed: false, claim: source.claim, volume: "pvc-old" });
  expect(world.changes).toEqual([]);
});

test("goes on where an earlier run deleted the claim only", async () => {
  delete world.cluster.claims[`${model}/${source.claim}`];
  expect((await finalizeVolume(action, context(both))).changed).toBe(true);
  expect(world.changes).toEqual(["policy of volume pvc-old Delete", "provisioner removes volume pvc-old with its data"]);
});

test.each([
  ["a proven backup", verifiedEvidence, "No evidence of a proven backup was handed to this step"],
  ["a verified upgrade", backupEvidence, "No evidence of a verified upgrade was handed to this step"],
  ["verified being true", { ...backupEvidence, verify: { kind: "verify", verified: "true" } }, "No evidence of a verified upgrade was handed to this step"],
  ["verify being of the step verify", { ...backupEvidence, other: { kind: "preflight", verified: true } }, "No evidence of a verified upgrade was handed to this step"],
])("deletes nothing without %s", async (_name, evidence, fact) => {
  const message = await refusal(finalizeVolume(action, context(evidence)));
  expect(message.startsWith(`${fact}. Deleting claim minio-data-0837847d-minio-0 with volume pvc-old cannot be undone, so nothing was done. `)).toBe(true);
  expect(world.changes).toEqual([]);
});

test("refuses a claim that is bound to another volume", async () => {
  world.cluster.claims[`${model}/${source.claim}`].spec!.volumeName = "pvc-other";
  expect(await refusal(finalizeVolume(action, context(both)))).toBe(
    'Claim "minio-data-0837847d-minio-0" is bound to volume "pvc-other", not "pvc-old". It is not what the baseline recorded, so nothing was deleted. Look at `kubectl get pvc,pv -n kubeflow`',
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
  expect(await refusal(finalizeVolume(action, context(both)))).toMatch(/^Volume "pvc-old" belongs to claim .* It is not what the baseline recorded, so nothing was deleted\. /);
  expect(world.changes).toEqual([]);
});

test("refuses what a Pod mounts, and names the Pod", async () => {
  world.cluster.putPod(model, "minio-migration-x7k2p", { claims: [source.claim], phase: "Succeeded" });
  expect(await refusal(finalizeVolume(action, context(both)))).toBe(
    'Claim "minio-data-0837847d-minio-0" is in use by pod minio-migration-x7k2p. It may hold live data, so nothing was deleted. Look at `kubectl describe pvc minio-data-0837847d-minio-0 -n kubeflow`',
  );
  expect(world.changes).toEqual([]);
});

test("refuses what the application still claims", async () => {
  world.cluster.putSet(model, "minio", { templates: { "minio-data": "minio-data-0837847d" } });
  expect(await refusal(finalizeVolume(action, context(both)))).toMatch("is in use by application minio.");
  expect(world.changes).toEqual([]);
});

test("does not end while the volume is left", async () => {
  // A volume that keeps its finalizer stays after its deletion was taken.
  world.cluster.core.deletePersistentVolume = async () => void world.changes.push("delete volume pvc-old");
  world.cluster.volumes["pvc-old"].metadata!.annotations = {};
  expect(await refusal(finalizeVolume(action, context(both)))).toBe("minio-data-0837847d-minio-0 and pvc-old are gone: not reached: pvc-old is left");
});
