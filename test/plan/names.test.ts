import { hopNames, jobSteps, names, orderedHop, upgradeType } from "../../plan/names";

/** Every name that a hop gives, by what it is for. */
const all = (hop?: string): Record<string, string> => {
  const own = hopNames(hop);
  return {
    credentials: own.credentials,
    part: own.resources(3),
    exported: own.exported,
    password: own.rootPassword("kfp-db"),
    backup: own.backupClaim,
    proof: own.proof,
    begun: own.begun,
    failures: own.failures,
    staging: own.stagingClaim("minio", "minio-data"),
    job: own.job(jobSteps.migration("minio")),
  };
};

test("what was begun from 1.6 to 1.7 goes on under the names that it has", () => {
  expect(all("1.6-1.7")).toEqual({
    credentials: "ckf-upgrade-minio-credentials",
    part: "ckf-upgrade-resources-03",
    exported: "ckf-upgrade-exported",
    password: "ckf-upgrade-kfp-db-root",
    backup: "ckf-upgrade-backup",
    proof: "ckf-upgrade-backup-proof",
    begun: "ckf-upgrade-begun",
    failures: "ckf-upgrade-failures",
    staging: "ckf-upgrade-minio-minio-data",
    job: "minio-migration",
  });
  expect(all()).toEqual(all("1.6-1.7"));
  expect(orderedHop("1.6-1.7")).toBeUndefined();
  expect(upgradeType("1.6-1.7")).toBe("ckf:upgrade:Upgrade");
});

test("hops share no name, and no Job's name has a dot", () => {
  const given = ["1.6-1.7", "1.9-1.10", "1.10-1.11"].map(all);
  for (const key of Object.keys(given[0])) expect(new Set(given.map((one) => one[key])).size).toBe(3);
  expect(given[2].job).toBe("minio-migration-1-10-1-11");
  expect(new Set(["1.6-1.7", "1.9-1.10", "1.10-1.11"].map(upgradeType)).size).toBe(3);
  expect(names.baseline("1.10", "1.11")).not.toBe(names.baseline("1.9", "1.10"));
});

test("every part of an export is among those that are deleted", () => {
  const own = hopNames("1.10-1.11");
  expect(own.allResources()).toContain(own.resources(31));
  expect(own.allResources().every((name) => name.endsWith("-1-10-1-11"))).toBe(true);
});
