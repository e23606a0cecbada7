import { type World, backupEvidence, context, model, newWorld, refusal } from "../support/fake-model";
import { runStep } from "../../steps/run";

const digest = "a".repeat(64);
const proof = `${model}/ckf-upgrade-backup-proof`;
const claim = "minio-data-0837847d-minio-0";
const trust = { kind: "trust", application: "minio" } as const;
const removal = {
  kind: "remove-application",
  application: "minio",
  gone: [] as string[],
  storage: [claim],
  superseded: { application: "minio", claimNot: claim },
} as const;
const remove = { ...removal, storage: [claim] };
let world: World;
beforeEach(() => {
  world = newWorld();
  world.putMinio();
  delete world.cluster.pods[`${model}/minio-0`];
  world.cluster.putBound(model, "ckf-upgrade-backup", "pvc-backup");
});

test("nothing changes the model before a backup was proven", async () => {
  expect(await refusal(runStep(trust, context()))).toBe(
    'No backup of model "kubeflow" was proven: there is no ConfigMap kubeflow/ckf-upgrade-backup-proof. Trust changes the model, so nothing was done. Let it depend on prove-backup, as the program\'s own graph does',
  );
  expect(world.changes).toEqual([]);
});

test("evidence that was made up is none", async () => {
  expect(await refusal(runStep(remove, context(backupEvidence)))).toMatch("No backup of model");
  world.cluster.configMaps[proof] = { digest: "b".repeat(64) };
  expect(await refusal(runStep(remove, context(backupEvidence)))).toMatch(
    "The evidence handed to this step names another backup than the proven one of ConfigMap kubeflow/ckf-upgrade-backup-proof. Remove-application changes the model, so nothing was done",
  );
  expect(world.changes).toEqual([]);
});

test.each([
  ["a removal", remove],
  [
    "a refresh",
    { kind: "refresh", application: "minio", charm: "minio", channel: "ckf-1.7/stable", revision: 100 } as const,
  ],
  ["trust", trust],
  ["a scaling", { kind: "scale", application: "minio", units: 0 } as const],
  [
    "loading a database",
    { kind: "load-database", application: "kfp-db-mysql", from: "kfp-db", secret: "ckf-upgrade-kfp-db-root" } as const,
  ],
])(
  "whatever changes the model asks for the evidence itself, though the cluster knows of a backup: %s",
  async (_what, action) => {
    world.cluster.configMaps[proof] = { digest };
    expect(await refusal(runStep(action, context()))).toMatch(
      /^No evidence of a proven backup was handed to this step\. .* changes the model, so nothing was done/,
    );
    expect(await refusal(runStep(action, context({ verify: { kind: "verify", digest } })))).toMatch(
      /^No evidence of a proven backup/,
    );
    expect(world.changes).toEqual([]);
  },
);

test("a proof is written down, and opens the way", async () => {
  const result = {
    job: "minio-backup",
    mover: "backup",
    buckets: 2,
    copied: 30,
    resumed: "fresh",
    objects: 30,
    bytes: 4096,
    digest,
    kept: "objects",
    records: digest,
    restored: 12,
    restoredBytes: 900,
    differing: 0,
    missing: 0,
    extra: 0,
    changed: 0,
  };
  world.cluster.putPod(model, "minio-backup-x7k2p", {
    labels: { "job-name": "minio-backup" },
    phase: "Succeeded",
    message: JSON.stringify(result),
  });
  world.cluster.logs["minio-backup-x7k2p"] = "";
  await runStep(
    { kind: "prove-backup", job: "minio-backup", target: { claim: "ckf-upgrade-backup" }, parts: [] },
    context(),
  );
  const { digest: proven } = world.cluster.configMaps[proof];
  expect(proven).toMatch(/^[0-9a-f]{64}$/);
  expect(await runStep(remove, context({ "prove-backup": { kind: "prove-backup", digest: proven } }))).toMatchObject({
    changed: true,
    kept: [claim],
  });
});

test("before a step changes the model it is noted that one was about to, once; one that only looks leaves no note", async () => {
  const note = (): unknown => world.cluster.configMaps[`${model}/ckf-upgrade-begun`];
  world.cluster.configMaps[proof] = { digest };
  await runStep({ kind: "check-retain", volumes: [{ volume: "pvc-old", claim }] }, context());
  await refusal(runStep(remove, context({ "prove-backup": { kind: "prove-backup", digest: "b".repeat(64) } })));
  expect(note()).toBeUndefined();
  world.effects.trust = () => {
    expect(note()).toEqual({ first: "trust" });
    throw new Error("juju is not there");
  };
  expect(await refusal(runStep(trust, context(backupEvidence)))).toBe("juju is not there");
  expect(note()).toEqual({ first: "trust" });
  await runStep(remove, context(backupEvidence));
  expect(note()).toEqual({ first: "trust" });
});

test("a proof that fails opens nothing", async () => {
  await refusal(
    runStep(
      { kind: "prove-backup", job: "minio-backup", target: { claim: "ckf-upgrade-backup" }, parts: [] },
      context(),
    ),
  );
  expect(world.cluster.configMaps[proof]).toBeUndefined();
});
