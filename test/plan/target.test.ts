import { makePlan } from "../../guide/plan";
import { renderPlan } from "../../plan/render";
import type { Settings } from "../../plan/settings";
import { ageInDays, backupTarget, describeTarget } from "../../guide/backup/target";
import type { Plan } from "../../plan/types";
import { userKinds } from "../../plan/kinds";
import { baselineChangedStorage, hop, settings } from "../support/baseline";

const bucket: Partial<Settings> = {
  backupTarget: "s3",
  backupEndpoint: "https://s3.example.com",
  backupBucket: "backups",
  backupPrefix: "one",
  backupSecret: "keys",
};
const declared: Partial<Settings> = {
  declaredBackupBy: "ops",
  declaredBackupWhen: "2026-01-01",
  declaredBackupWhat: "nightly-12",
};
const planOf = (changed: Partial<Settings>): Plan =>
  makePlan(hop, baselineChangedStorage(), { ...settings, ...changed });
const actionOf = (plan: Plan, id: string): unknown =>
  plan.steps.flatMap((step) => (step.id === id && step.type === "command" ? [step.action] : []))[0];

test("a backup in a bucket needs no claim, and its proof names the bucket", () => {
  const plan = planOf(bucket);
  expect(plan.steps.map(({ id }) => id)).not.toContain("backup-claim");
  const target = {
    endpoint: "https://s3.example.com",
    bucket: "backups",
    prefix: "one",
    region: "us-east-1",
    secret: "keys",
  };
  expect(actionOf(plan, "prove-backup")).toEqual({
    kind: "prove-backup",
    job: "minio-backup",
    target,
    parts: ["prove-resources", "prove-katib-db", "prove-kfp-db"],
  });
  for (const part of ["prove-resources", "prove-kfp-db"]) expect(actionOf(plan, part)).toMatchObject({ target });
});

test.each([
  "minio",
  "minio.kubeflow",
  "minio.kubeflow.svc",
  "minio.kubeflow.svc.cluster.local",
  "minio.kubeflow.svc.cluster.local.",
])("the object store itself is refused by its name %s", (host) => {
  expect(() => planOf({ ...bucket, backupEndpoint: `http://${host}:9000` })).toThrow(
    /setting "backupEndpoint" is http:\S+, which is the object store that is upgraded/,
  );
});

test.each(["minio.backups.svc", "minio.example.com", "other"])("another store with the name %s is taken", (host) => {
  expect(planOf({ ...bucket, backupEndpoint: `http://${host}:9000` }).steps.length).toBeGreaterThan(0);
});

test("a declared backup is unproven wherever the plan speaks of it, and takes a manifest in a small claim", () => {
  const plan = planOf(declared);
  const text = renderPlan(plan);
  expect(text).toContain(
    "note: UNPROVEN backup, declared and not made by this program: nightly-12, by ops, 2026-01-01.",
  );
  expect(text).toContain(
    "prove-backup: read the result of Job minio-backup; the backup itself is UNPROVEN, declared by ops",
  );
  expect(actionOf(plan, "prove-backup")).toMatchObject({
    declared: { by: "ops", when: "2026-01-01", what: "nightly-12" },
  });
  expect(plan.steps.find(({ id }) => id === "backup-claim")).toMatchObject({ sizeMiB: 1024 });
  expect(renderPlan(planOf({}))).not.toMatch(/unproven/i);
});

test("the preflight asks for the room that the backup really takes", () => {
  const claims = (changed: Partial<Settings>): unknown[] =>
    (actionOf(planOf(changed), "preflight") as { claims: { purpose: string }[] }).claims.filter(
      ({ purpose }) => purpose === "the backup",
    );
  expect(claims({})).toEqual([
    { purpose: "the backup", claim: "ckf-upgrade-backup", sizeMiB: 1024, holdsObjects: true },
  ]);
  expect(claims(bucket)).toEqual([]);
  expect(claims(declared)).toEqual([
    { purpose: "the backup", claim: "ckf-upgrade-backup", sizeMiB: 1024, holdsObjects: false },
  ]);
});

test("the age of a backup is counted in whole days", () => {
  expect(ageInDays("2026-01-01", new Date("2026-01-01T23:00:00Z"))).toBe(0);
  expect(ageInDays("2026-01-01T12:00:00Z", new Date("2026-03-01T11:00:00Z"))).toBe(58);
});

test("every kind whose objects the preflight looks at is backed up", () => {
  const { apply, runs } = hop.hazards.customResources;
  const names = userKinds.map(({ plural, group }) => `${plural}.${group}`);
  expect(names.filter((name) => ![...apply, ...runs].includes(name))).toEqual([]);
  expect(apply.filter((name) => runs.includes(name))).toEqual([]);
});

test("where a backup lies is said for a claim and for a bucket, with and without a prefix", () => {
  const place = (changed: Partial<Settings>): string =>
    describeTarget(backupTarget({ ...settings, ...changed }, "1.6-1.7"), "kubeflow", "1.6-1.7");
  expect(place({})).toBe("folder 1.6-1.7 of claim kubeflow/ckf-upgrade-backup");
  expect(place(bucket)).toBe("backups/one/1.6-1.7 at https://s3.example.com");
  expect(place({ ...bucket, backupPrefix: "" })).toBe("backups/1.6-1.7 at https://s3.example.com");
});
