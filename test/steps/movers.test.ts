import { type World, context, model, newWorld, refusal } from "../support/fake-model";
import { deleteJobPods, proveBackup, proveMigration, proveObjects, provePresync } from "../../steps/movers";

const digest = "a".repeat(64);
const records = "b".repeat(64);
const common = { objects: 30, bytes: 4096, digest, differing: 0, missing: 0, extra: 0, changed: 0 };
const results = {
  "minio-backup": {
    ...common,
    job: "minio-backup",
    mover: "backup",
    buckets: 2,
    copied: 30,
    resumed: "fresh",
    kept: "objects",
    records,
    restored: 12,
    restoredBytes: 900,
  },
  "minio-migration": {
    ...common,
    job: "minio-migration",
    mover: "migration",
    directories: 3,
    links: 0,
    copied: 30,
    repaired: 0,
    format: "fs",
    resumed: "fresh",
  },
  "minio-verify": { ...common, job: "minio-verify", mover: "verify", buckets: 2, backupDigest: digest },
};
const backup = {
  kind: "prove-backup",
  job: "minio-backup",
  target: { claim: "ckf-upgrade-backup" },
  parts: [] as string[],
} as const;
const migration = { kind: "prove-migration", job: "minio-migration", source: "old-claim" } as const;
const objects = { kind: "prove-objects", job: "minio-verify" } as const;
let world: World;
beforeEach(() => {
  world = newWorld();
  world.cluster.putBound(model, "ckf-upgrade-backup", "pvc-backup", { policy: "Delete" });
});

function putJobPod(
  job: keyof typeof results,
  result: object | string,
  { phase = "Succeeded", log = "", of = job as string } = {},
): void {
  world.cluster.putPod(model, `${of}-x7k2p`, {
    labels: { "job-name": of },
    phase,
    message: typeof result === "string" ? result : JSON.stringify(result),
  });
  world.cluster.logs[`${of}-x7k2p`] = log;
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `DIFFERS changed: bucket/object-${index + 1}`).join("\n");

test("hands on the digest of a backup in which nothing differs", async () => {
  putJobPod("minio-backup", results["minio-backup"]);
  expect(await proveBackup(backup, context())).toEqual({
    changed: false,
    proven: true,
    target: { claim: "ckf-upgrade-backup" },
    volume: "pvc-backup",
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    parts: { "minio-backup": records },
    objects: 30,
    bytes: 4096,
    buckets: 2,
    restored: 12,
    restoredBytes: 900,
  });
});

test("the volume of a proven backup outlives its claim", async () => {
  putJobPod("minio-backup", results["minio-backup"]);
  await proveBackup(backup, context());
  expect(world.cluster.volumes["pvc-backup"].spec!.persistentVolumeReclaimPolicy).toBe("Retain");
  expect(world.changes).toEqual(["policy of volume pvc-backup Retain"]);
  await proveBackup(backup, context());
  expect(world.changes).toHaveLength(1);
});

test("a backup whose claim has no volume is not proven", async () => {
  putJobPod("minio-backup", results["minio-backup"]);
  delete world.cluster.claims[`${model}/ckf-upgrade-backup`];
  expect(await refusal(proveBackup(backup, context()))).toBe(
    `Claim "${model}/ckf-upgrade-backup" does not exist. The backup that was just proven is not where it was written. Look at \`kubectl get pvc ckf-upgrade-backup -n ${model}\``,
  );
});

test("the digest of a backup stands for every part of it, and none may be missing", async () => {
  putJobPod("minio-backup", results["minio-backup"]);
  const whole = { ...backup, parts: ["prove-resources"] };
  const prove = async (digestOfPart: string): Promise<unknown> =>
    (await proveBackup(whole, context({ "prove-resources": { digest: digestOfPart } }))).digest;
  const digests = await Promise.all([
    prove(digest),
    prove(records),
    proveBackup(backup, context()).then((outcome) => outcome.digest),
  ]);
  expect(new Set(digests).size).toBe(3);
  expect(await prove(digest)).toBe(digests[0]);
  expect(await refusal(proveBackup(whole, context()))).toBe(
    'Step "prove-resources" left no digest. A part of the backup is not proven. Let prove-backup need its evidence, as the program\'s own graph does',
  );
});

describe("a declared backup", () => {
  const declared = {
    by: "the platform team",
    when: new Date(Date.now() - 3.5 * 86_400_000).toISOString(),
    what: "Velero backup nightly-12",
  };

  test("is never called proven, and says who, when, what and how old", async () => {
    putJobPod("minio-backup", {
      ...results["minio-backup"],
      kept: "manifest",
      restored: 0,
      restoredBytes: 0,
      copied: 0,
    });
    const outcome = await proveBackup({ ...backup, declared }, context());
    expect(outcome).toMatchObject({
      proven: false,
      declared: { ...declared, ageDays: 3 },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("is none when the Job kept the objects, and a manifest alone is none when nothing was declared", async () => {
    putJobPod("minio-backup", results["minio-backup"]);
    expect(await refusal(proveBackup({ ...backup, declared }, context()))).toMatch(
      /^Job "minio-backup" kept the objects\. The settings have changed/,
    );
    putJobPod("minio-backup", { ...results["minio-backup"], kept: "manifest" });
    expect(await refusal(proveBackup(backup, context()))).toMatch(
      /^Job "minio-backup" kept only a manifest\. The settings have changed/,
    );
  });
});

test("proves a migration in which nothing differs", async () => {
  putJobPod("minio-migration", results["minio-migration"]);
  expect(await proveMigration(migration, context())).toEqual({
    changed: false,
    source: "old-claim",
    digest,
    objects: 30,
    bytes: 4096,
    copied: 30,
    format: "fs",
  });
});

test("proves served objects of which none differs, against the backup it names", async () => {
  putJobPod("minio-verify", results["minio-verify"]);
  expect(await proveObjects(objects, context())).toEqual({
    changed: false,
    digest,
    objects: 30,
    bytes: 4096,
    buckets: 2,
    backupDigest: digest,
  });
});

describe.each([
  ["minio-backup", () => proveBackup(backup, context())],
  ["minio-migration", () => proveMigration(migration, context())],
  ["minio-verify", () => proveObjects(objects, context())],
] as const)("the result of %s", (job, prove) => {
  test("proves nothing when a single one differs, and names it", async () => {
    putJobPod(job, { ...results[job], differing: 1, changed: 1 }, { log: `copying\n${lines(1)}\ndone` });
    const message = await refusal(prove());
    expect(message).toMatch(`Job "${job}" found 1 of 30 that differ:\n  changed: bucket/object-1\n`);
    expect(message).toMatch("The data is not what it was, so the upgrade stops here; the old volume is untouched");
  });

  test("proves nothing without a Pod", async () => {
    expect(await refusal(prove())).toMatch(
      `Job "${job}" has no Pod. Its result is lost with it, so nothing is proven. Delete the Job (\`kubectl delete job ${job} -n kubeflow\`)`,
    );
  });

  test("proves nothing from a Pod that failed, even with a clean result", async () => {
    putJobPod(job, results[job], { phase: "Failed" });
    expect(await refusal(prove())).toMatch(`Job "${job}" did not complete: {`);
  });

  test("proves nothing from a Pod that failed without a message", async () => {
    putJobPod(job, "", { phase: "Failed" });
    expect(await refusal(prove())).toMatch(
      `Job "${job}" did not complete: it left no message. Its result proves nothing. Look at \`kubectl logs job/${job} -n kubeflow\``,
    );
  });

  test("proves nothing from a message that was cut off", async () => {
    putJobPod(job, JSON.stringify(results[job]).slice(0, -5));
    expect(await refusal(prove())).toMatch("the mover's termination message is no JSON");
  });

  test("proves nothing from an empty message", async () => {
    putJobPod(job, "");
    expect(await refusal(prove())).toMatch("the mover left no termination message");
  });
});

test("takes no result of another job, however clean", async () => {
  putJobPod("minio-verify", results["minio-verify"], { of: "minio-backup" });
  expect(await refusal(proveBackup(backup, context()))).toBe(
    'Job "minio-backup" left the result of a verify. That of a backup was asked for. Look at `kubectl logs job/minio-backup -n kubeflow`',
  );
});

test("names the first twenty that differ and says how many more there are", async () => {
  putJobPod("minio-backup", { ...results["minio-backup"], differing: 25, changed: 25 }, { log: lines(25) });
  const message = await refusal(proveBackup(backup, context()));
  expect(message).toMatch("  changed: bucket/object-20\n  and 5 more\n");
  expect(message).not.toMatch("object-21");
});

test("names exactly twenty without more", async () => {
  putJobPod("minio-backup", { ...results["minio-backup"], differing: 20, changed: 20 }, { log: lines(20) });
  expect(await refusal(proveBackup(backup, context()))).not.toMatch(/more/);
});

test("counts those whose names the log has lost as well", async () => {
  putJobPod("minio-backup", { ...results["minio-backup"], differing: 25, changed: 25 }, { log: lines(10) });
  expect(await refusal(proveBackup(backup, context()))).toMatch("  changed: bucket/object-10\n  and 15 more\n");
});

describe("delete-job-pods", () => {
  const action = {
    kind: "delete-job-pods" as const,
    jobs: ["minio-presync", "minio-migration"],
    claims: ["old-claim", "new-claim"],
  };
  const labels = { "job-name": "minio-migration" };

  test("deletes ended Pods of those Jobs and of no other", async () => {
    world.cluster.putPod(model, "minio-migration-a", { labels, claims: ["old-claim"], phase: "Succeeded" });
    world.cluster.putPod(model, "minio-migration-b", { labels, claims: ["old-claim"], phase: "Failed" });
    world.cluster.putPod(model, "minio-verify-c", {
      labels: { "job-name": "minio-verify" },
      claims: ["backup"],
      phase: "Succeeded",
    });
    world.cluster.putPod(model, "minio-presync-d", {
      labels: { "job-name": "minio-presync" },
      claims: ["old-claim"],
      phase: "Succeeded",
    });
    await deleteJobPods(action, context());
    expect(world.changes).toEqual([
      "delete pod minio-presync-d",
      "delete pod minio-migration-a",
      "delete pod minio-migration-b",
    ]);
  });

  test("never deletes a Pod that runs", async () => {
    world.cluster.putPod(model, "minio-migration-a", { labels, claims: ["old-claim"] });
    expect(await refusal(deleteJobPods(action, context()))).toBe(
      'Pod minio-migration-a of Job "minio-migration" still runs. A volume is in use until it ends. Wait for it: `kubectl wait --for=condition=complete job/minio-migration -n kubeflow`',
    );
    expect(world.changes).toEqual([]);
  });

  test("does not end while something else mounts a claim", async () => {
    world.cluster.putPod(model, "minio-0", { claims: ["new-claim"] });
    expect(await refusal(deleteJobPods(action, context()))).toBe(
      "nothing mounts old-claim, new-claim: not reached: Pod minio-0 does; where somebody started its application, take out of it by your own means what it wrote since, for no copy has that, and stop it by `juju scale-application`",
    );
  });

  describe("the result of a copy whose Pods are deleted", () => {
    const prepare = (): void => {
      putJobPod("minio-migration", results["minio-migration"]);
      world.cluster.putJob(model, "minio-migration");
    };

    test("proves the copy again, as for a run that lost Pulumi's state", async () => {
      prepare();
      const proven = await proveMigration(migration, context());
      await deleteJobPods(action, context());
      expect(world.changes).toEqual(["annotate job minio-migration", "delete pod minio-migration-x7k2p"]);
      expect(await proveMigration(migration, context())).toEqual(proven);
      await deleteJobPods(action, context());
      expect(await proveMigration(migration, context())).toEqual(proven);
    });

    test("is not kept of a Pod that failed, and none that differs becomes clean by it", async () => {
      putJobPod("minio-migration", results["minio-migration"], { phase: "Failed" });
      world.cluster.putJob(model, "minio-migration");
      await deleteJobPods(action, context());
      expect(await refusal(proveMigration(migration, context()))).toMatch(/^Job "minio-migration" has no Pod/);
      putJobPod("minio-migration", { ...results["minio-migration"], differing: 1, changed: 1 });
      world.cluster.putJob(model, "minio-migration");
      await deleteJobPods(action, context());
      expect(await refusal(proveMigration(migration, context()))).toMatch(
        /^Job "minio-migration" found 1 of 30 that differ/,
      );
    });

    test("proves nothing of a Job that the cluster does not call succeeded", async () => {
      prepare();
      await deleteJobPods(action, context());
      world.cluster.jobs[`${model}/minio-migration`].status = { failed: 1 };
      expect(await refusal(proveMigration(migration, context()))).toMatch(/^Job "minio-migration" has no Pod/);
    });

    test("is never written on another Job of the name, and the Pod stays", async () => {
      prepare();
      world.cluster.jobs[`${model}/minio-migration`].metadata!.uid = "another";
      expect(await refusal(deleteJobPods(action, context()))).toMatch(/another uid/);
      expect(world.changes).toEqual([]);
    });
  });
});

test("a Job that failed because it found differences is told by them, from its result where its log is gone", async () => {
  const found = { ...results["minio-verify"], differing: 2, missing: 1, changed: 1 };
  putJobPod("minio-verify", { ...found, first: "missing a/b;changed a/c;" }, { phase: "Failed" });
  expect(await refusal(proveObjects(objects, context()))).toMatch(
    /found 2 of 30 that differ:\n {2}missing a\/b\n {2}changed a\/c\n/,
  );
});

test.each([
  ["a folder of a node's disk", { hostPath: { path: "/var/data" } }, true],
  [
    "a folder whose node is known",
    { hostPath: { path: "/var/data" }, nodeAffinity: { required: { nodeSelectorTerms: [] } } },
    false,
  ],
  ["a disk of a driver", { csi: { driver: "example.com", volumeHandle: "1" } }, false],
])("the second pass of a copy of %s is bound to the node of the first: %#", async (_what, spec, bound) => {
  world.cluster.putBound(model, "old-claim", "pvc-old");
  Object.assign(world.cluster.volumes["pvc-old"].spec!, spec);
  const presync = {
    ...common,
    job: "katib-db-presync",
    mover: "presync",
    node: "node-1",
    passes: 1,
    copied: 30,
    copiedBytes: 4096,
    remaining: 0,
    remainingBytes: 0,
    format: "other",
    resumed: "fresh",
  };
  putJobPod("minio-migration", presync, { of: "katib-db-presync" });
  expect(
    await provePresync({ kind: "prove-presync", job: "katib-db-presync", source: "old-claim" }, context()),
  ).toMatchObject({ node: "node-1", bound, objects: 30 });
});
