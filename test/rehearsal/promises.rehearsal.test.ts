import { rehearsal, verified } from "./rehearse";

// The main promises. The other models and faults are in *.release.test.ts, which `npm run test:all` runs.
jest.setTimeout(40 * 60_000);

test("a stock model is refreshed in place, its databases move to MySQL through a kill, and then it is taken back, through another, to what it was: nothing is lost", async () => {
  const { stdout, report } = await verified(
    "--scenario",
    "stock",
    "--set",
    "databases=mysql",
    "--kill",
    "load",
    "--rollback",
    "killed",
    "--time-scale",
    "0.3",
  );
  expect(report).toMatchObject({
    from: "1.6",
    to: "1.7",
    storage: { path: "refresh" },
    profiles: { before: ["admin", "alice"], after: ["admin", "alice"] },
  });
  const steps = report.steps.map(({ id }) => id);
  expect(steps).not.toContain("minio-migration");
  expect(steps).toEqual(
    expect.arrayContaining([
      "relate-kfp-api-kfp-db-mysql",
      "guard-definitions",
      "back-unrelate-kfp-api-kfp-db-mysql",
      "back-relate-kfp-api-kfp-db",
      "back-remove-kubeflow-profiles",
      "back-remove-istio-pilot",
      "back-refresh-minio",
      "lift-guard",
    ]),
  );
  expect(report.trials.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "kill in load",
      "rollback asks first",
      "kill in the rollback",
      "rollback",
      "rollback again",
      "upgrade after rollback",
    ]),
  );
  expect(report.downtimeSeconds).toBeGreaterThan(0);
  expect(stdout).toContain("verified    nothing was lost");
  expect(report.checks.find(({ invariant }) => invariant === "f")?.detail).toMatch(
    /^katib-db 3000 rows of 1 tables, 3000 now in katib-db-mysql; kfp-db 4447 rows of 11 tables, 4447 now in kfp-db-mysql$/,
  );
  // Read from the old servers, once the model is back.
  expect(report.databases).toEqual({ tables: 12, before: 7447, after: 7447 });
  // Nobody runs a pipeline.
  expect(
    report.checks.filter(({ outcome }) => outcome !== "ok").map(({ invariant, outcome }) => `${invariant} ${outcome}`),
  ).toEqual(["j not checked"]);
  expect(new Set(report.checks.map(({ invariant }) => invariant)).size).toBe(10);
});

test("a model whose MinIO must be copied survives being killed in the refreshes and in the copy, and its old databases go with finalize", async () => {
  const { report } = await verified("--kill", "refresh", "copy", "--set", "databases=mysql", "--time-scale", "0.5");
  expect(report.storage.path).toBe("copy");
  expect(report.objects.before).toBeGreaterThanOrEqual(2000);
  expect(report.objects.after).toBe(report.objects.before);
  // Read from the new servers: the old ones are gone by then.
  expect(report.databases).toEqual({ tables: 12, before: 7447, after: 7447 });
  expect(report.steps).toContainEqual(expect.objectContaining({ id: "finalize-minio-minio-data", status: "done" }));
  expect(report.trials.find(({ name }) => name === "finalize")?.detail).toMatch(
    /check-retain-kfp-db-database.*finalize-kfp-db.*finalize-kfp-db-password/,
  );
  expect(report.downtimeSeconds).toBeGreaterThan(0);
  expect(report.trials.map(({ name }) => name)).toEqual([
    "preview",
    "status before",
    "preflight refuses",
    "kill in refresh",
    "status after the kill in refresh",
    "kill in copy",
    "status after the kill in copy",
    "left to copy",
    "downtime",
    "status at the end",
    "up again",
    "stack graph",
    "finalize",
    "status after finalize",
    "rights used",
    "least rights",
    "secrets stay secret",
  ]);
});

test("objects that are spoiled on the way are named, and the rehearsal fails", async () => {
  const { exitCode, stdout, report } = await rehearsal("--scenario", "lite", "--corrupt", "--time-scale", "0.3");
  expect(exitCode).toBe(1);
  expect(report.ok).toBe(false);
  expect(report.objects.mismatched).toHaveLength(3);
  expect(report.steps).toContainEqual(expect.objectContaining({ id: "prove-objects", status: "failed" }));
  expect(report.steps.map(({ id }) => id)).not.toContain("verify");
  for (const name of report.objects.mismatched) expect(stdout).toContain(`DIFFERS     ${name}`);
});
