import { findingsOfPlan } from "../../guide/preflight/planned";
import { makePlan } from "../../guide/plan";
import type { Plan, Step } from "../../plan/types";
import { baseline16, baselineKatib, baselineUpgraded, hop, settings } from "../support/baseline";

const stepOf = (plan: Plan, id: string): Step => {
  const found = plan.steps.find((one) => one.id === id);
  if (!found) throw new Error(`no step ${id}`);
  return found;
};
const unreadable = (baseline: ReturnType<typeof baseline16>): string[] =>
  findingsOfPlan(hop, baseline, [])
    .filter(({ name }) => name === "databases-unreadable")
    .map(({ subject, weight }) => `${subject} ${weight}`);

test("each database is dumped by the image that it runs, one after the other, and its proof is a part of the backup's", () => {
  const plan = makePlan(hop, baseline16(), settings);
  expect(stepOf(plan, "kfp-db-dump")).toMatchObject({
    type: "dump",
    application: "kfp-db",
    image: baseline16().databases!["kfp-db"].image,
    dependsOn: expect.arrayContaining(["backup-claim", "katib-db-dump", "store-kfp-db-password"]),
  });
  expect(stepOf(plan, "prove-backup")).toMatchObject({ needs: ["prove-resources", "prove-katib-db", "prove-kfp-db"] });
  expect(stepOf(plan, "verify")).toMatchObject({
    needs: expect.arrayContaining(["prove-katib-db", "prove-kfp-db"]),
    action: { expected: { databases: { "katib-db": ["MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"] } } },
  });
});

test("the backup has room for what is on the databases' volumes", () => {
  expect(stepOf(makePlan(hop, baselineKatib(), settings), "backup-claim")).toMatchObject({ sizeMiB: 10240 + 2048 });
  expect(stepOf(makePlan(hop, baselineKatib(), { ...settings, backupSizeMiB: 5000 }), "backup-claim")).toMatchObject({
    sizeMiB: 5000,
  });
});

test("where somebody else has the backup, rows are only counted", () => {
  const plan = makePlan(hop, baseline16(), {
    ...settings,
    declaredBackupBy: "ops",
    declaredBackupWhen: "2026-01-01",
    declaredBackupWhat: "Velero",
  });
  expect(stepOf(plan, "prove-kfp-db")).toMatchObject({ action: { keep: "manifest" } });
});

test("a database without a Pod is a finding that stops the upgrade, and is not planned around in silence", () => {
  const baseline = baseline16();
  delete baseline.databases!["kfp-db"];
  expect(unreadable(baseline)).toEqual(["kfp-db refuses"]);
  expect(unreadable(baseline16())).toEqual([]);
  const plan = makePlan(hop, baseline, settings);
  expect(plan.steps.map(({ id }) => id)).not.toContain("kfp-db-dump");
  expect(plan.notes.join()).toContain("not dumped: kfp-db");
});

test("an upgrade that was begun by a version without dumps goes on without, and says so", () => {
  const baseline = baseline16();
  delete baseline.databases;
  expect(unreadable(baseline)).toEqual([]);
  const plan = makePlan(hop, baseline, settings);
  expect(plan.steps.filter(({ type }) => type === "dump")).toEqual([]);
  expect(plan.notes.join()).toContain("not dumped: katib-db, kfp-db");
});

test("a model that is at its target dumps nothing", () => {
  expect(makePlan(hop, baselineUpgraded(), settings).steps).toEqual([]);
});
