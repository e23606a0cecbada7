import { rules } from "../../policy/pack";
import { baselineKatib } from "../support/baseline";
import { unlink, unread } from "./change";
import { type Registered, asPolicySees, judge, registerUpgrade } from "./support";

let whole: Registered[];
beforeAll(async () => {
  whole = await registerUpgrade(baselineKatib(), { databases: "mysql", finalize: true });
});

test.each([
  [
    "verify-before-relate",
    "a new server is related before it holds the rows",
    () => unlink(whole, "relate-kfp-api-kfp-db-mysql", "load-kfp-db-mysql"),
    '"relate-kfp-api-kfp-db-mysql" relates kfp-db-mysql. Missing: "load-kfp-db-mysql" (the proof that kfp-db-mysql holds every row) before it.',
  ],
  [
    "backup-before-migration",
    "the removal does not read the proof of the backup",
    () => unread(whole, "finalize-katib-db", "prove-backup"),
    '"finalize-katib-db" changes the model (finalize-database katib-db). Missing: the evidence of "prove-backup" among its inputs.',
  ],
  [
    "source-kept-until-finalize",
    "the removal does not read the verification",
    () => unread(whole, "finalize-katib-db", "verify"),
    '"finalize-katib-db" removes katib-db, the way back of its databases. Missing: the evidence of the verify step among its inputs.',
  ],
  [
    "retain-before-remove",
    "the old server's volume may go with it",
    () => unlink(whole, "finalize-katib-db", "check-retain-katib-db-database"),
    '"finalize-katib-db" removes katib-db, which holds data in claim database-11112222-katib-db-0. Missing: Retain on the volume, set and read back, before it.',
  ],
  [
    "source-kept-until-finalize",
    "the removal comes before the record",
    () => unlink(whole, "finalize-kfp-db", "record-verified"),
    '"finalize-kfp-db" removes kfp-db, the way back of its databases. Missing: the record of a verified upgrade before it.',
  ],
  [
    "source-kept-until-finalize",
    "the load is no part of what is verified",
    () =>
      unlink(
        unlink(whole, "verify", "relate-kfp-api-kfp-db-mysql"),
        "relate-kfp-api-kfp-db-mysql",
        "load-kfp-db-mysql",
      ),
    '"verify" verifies the upgrade. Missing: "load-kfp-db-mysql" before it.',
  ],
])("%s: %s", async (rule, _, change, says) => {
  const found = (await judge(asPolicySees(change()), rules)) as { rule: string; message: string }[];
  expect(found.filter((one) => one.rule === rule).map(({ message }) => message)).toContainEqual(
    expect.stringContaining(says),
  );
});
