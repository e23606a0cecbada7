import { rehearsal, verified } from "./rehearse";

jest.setTimeout(40 * 60_000);

test("a MinIO whose volume is too large to copy, and that others have a backup of, takes over the volume itself, and a database is copied beside it", async () => {
  const declared = [
    "declaredBackupBy=storage team",
    "declaredBackupWhen=2024-01-01",
    "declaredBackupWhat=snapshot nightly-12",
  ];
  const { report } = await verified(
    "--scenario",
    "rebind",
    "--set",
    "volumes=katib-db/database=copy",
    ...declared,
    "--time-scale",
    "0.3",
  );
  expect(report).toMatchObject({
    storage: { path: "rebind" },
    measuredDowntimeSeconds: { minio: expect.any(Number), "katib-db": expect.any(Number) },
  });
  expect(report.backup).toMatch(/^UNPROVEN backup, declared .*snapshot nightly-12, by storage team, 2024-01-01\./);
  expect(report.databases.after).toBe(report.databases.before);
  const steps = report.steps.map(({ id }) => id);
  expect(steps).toEqual(
    expect.arrayContaining(["adopt-minio-volume", "katib-db-presync", "katib-db-migration", "adopt-katib-db-volume"]),
  );
  expect(steps).not.toContain("minio-migration");
});

test("a wrong plan is refused by the policy pack, and without it the world punishes it", async () => {
  const { exitCode, stdout, report } = await rehearsal(
    "--scenario",
    "rebind",
    "--hurt",
    "profile",
    "istio",
    "retain",
    "--time-scale",
    "0.3",
  );
  expect(exitCode).toBe(1);
  expect(report.ok).toBe(false);
  expect(report.trials).toContainEqual(expect.objectContaining({ name: "policy pack refuses", ok: true }));
  // An `up` that stops at a fault never comes to it: it is run by itself, and reports each of the three.
  expect(report.trials).toContainEqual(
    expect.objectContaining({
      name: "verify reports",
      ok: true,
      detail: expect.stringMatching(/\(a\) profiles.*\(d\) relations.*\(e\) istio/),
    }),
  );
  expect(report.losses).toEqual(
    expect.arrayContaining([
      'Profile "admin" was deleted and made anew',
      'namespace "admin" was deleted and made anew',
      'claim "admin/workspace-notebook" is gone',
    ]),
  );
  expect(report.objects.after).toBe(0);
  expect(report.steps).toContainEqual(expect.objectContaining({ id: "refresh-istio-pilot-1.14", status: "failed" }));
  expect(report.steps.map(({ id }) => id)).not.toContain("verify");
  expect(stdout).toContain("NOT VERIFIED");
});

test("a model that somebody upgraded half-way by hand is brought to its end, with a backup in a bucket, from which is restored what the page says", async () => {
  const { report } = await verified(
    "--scenario",
    "half-upgraded",
    "--backup",
    "s3",
    "--restore",
    "--time-scale",
    "0.3",
  );
  expect(report.backup).toBe("made and proven by this program");
  expect(report.trials).toContainEqual(expect.objectContaining({ name: "restore", ok: true }));
  expect(report.checks.find(({ invariant }) => invariant === "f")?.detail).toMatch(
    /^katib-db 3000 rows of 1 tables, 3000 now; kfp-db 4447 rows of 11 tables, 4447 now$/,
  );
  const steps = report.steps.map(({ id }) => id);
  expect(steps).toEqual(expect.arrayContaining(["delete-export", "deploy-istio-ingressgateway"]));
  expect(steps).not.toContain("backup-claim");
  expect(steps.filter((id) => id.startsWith("refresh-istio-pilot"))).toEqual([
    "refresh-istio-pilot-1.14",
    "refresh-istio-pilot-1.15",
    "refresh-istio-pilot-1.16",
  ]);
});
