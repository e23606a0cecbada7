import { readFileSync, rmSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import execa from "execa";
import type { Report } from "../../rehearsal/report";

jest.setTimeout(40 * 60_000);

const project = resolve(__dirname, "../..");
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ckf-report-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

interface Rehearsed {
  exitCode: number;
  stdout: string;
  /** The end of what was told on the way. */
  told: string;
  report: Report;
}

async function rehearsal(...args: string[]): Promise<Rehearsed> {
  const out = join(dir, "rehearsal.json");
  const { exitCode, stdout, stderr } = await execa("npm", ["start", "--silent", "--", "--out", out, ...args], {
    cwd: project,
    reject: false,
    stdin: "ignore",
  });
  const told = stderr.slice(-8000);
  try {
    return { exitCode, stdout, told, report: JSON.parse(readFileSync(out, "utf8")) as Report };
  } catch {
    throw new Error(`the rehearsal wrote no report, exit code ${exitCode}:\n${told}`);
  }
}

/** A rehearsal that must end with nothing lost; where it does not, what it told on the way is shown. */
async function verified(...args: string[]): Promise<Rehearsed> {
  const rehearsed = await rehearsal(...args);
  const { exitCode, told, report } = rehearsed;
  const { trials, losses, objects } = report;
  expect({
    exitCode,
    told: exitCode === 0 ? "" : told,
    trials: trials.filter(({ ok }) => !ok),
    losses,
    mismatched: objects.mismatched,
  }).toEqual({ exitCode: 0, told: "", trials: [], losses: [], mismatched: [] });
  return rehearsed;
}

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

test("objects that are spoiled on the way are named, and the rehearsal fails", async () => {
  const { exitCode, stdout, report } = await rehearsal("--scenario", "lite", "--corrupt", "--time-scale", "0.3");
  expect(exitCode).toBe(1);
  expect(report.ok).toBe(false);
  expect(report.objects.mismatched).toHaveLength(3);
  expect(report.steps).toContainEqual(expect.objectContaining({ id: "minio-verify", status: "failed" }));
  expect(report.steps.map(({ id }) => id)).not.toContain("verify");
  for (const name of report.objects.mismatched) expect(stdout).toContain(`DIFFERS     ${name}`);
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
