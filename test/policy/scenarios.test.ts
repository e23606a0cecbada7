import {
  baseline16,
  baselineChangedStorage,
  baselineExtraApps,
  baselineHalfUpgraded,
  baselineKatib,
  baselineLarge,
  baselineLite,
  baselineUpgraded,
} from "../support/baseline";
import { asPolicySees, judge, registerUpgrade } from "./support";

function bothMoved(): ReturnType<typeof baseline16> {
  const baseline = baselineChangedStorage();
  baseline.volumes["katib-db"] = baselineKatib().volumes["katib-db"];
  return baseline;
}

function withoutProfile(): ReturnType<typeof baseline16> {
  const baseline = baseline16();
  delete baseline.dashboardProfile;
  return baseline;
}

const bucket = {
  backupTarget: "s3" as const,
  backupEndpoint: "https://s3.example.com",
  backupBucket: "backups",
  backupPrefix: "one",
  backupSecret: "keys",
};

test.each([
  ["the stock model", baseline16(), {}],
  ["a model whose MinIO has another storage", baselineChangedStorage(), {}],
  ["the same, with finalize", baselineChangedStorage(), { finalize: true }],
  ["the stock model with a forced copy", baseline16(), { storagePath: "copy" as const }],
  ["a model whose MinIO is too large to copy, with finalize", baselineLarge(), { copyLimitMiB: 10240, finalize: true }],
  [
    "the stock model with a database to copy",
    baselineKatib(),
    { volumes: [{ application: "katib-db", storage: "database", path: "copy" as const }] },
  ],
  [
    "both, with finalize",
    bothMoved(),
    { volumes: [{ application: "katib-db", storage: "database", path: "rebind" as const }], finalize: true },
  ],
  ["databases that move to MySQL, with finalize", baselineKatib(), { databases: "mysql" as const, finalize: true }],
  ["the lite bundle", baselineLite(), {}],
  ["a backup in a bucket", baselineChangedStorage(), bucket],
  [
    "a declared backup",
    baselineChangedStorage(),
    { declaredBackupBy: "ops", declaredBackupWhen: "2026-01-01", declaredBackupWhat: "nightly-12" },
  ],
  [
    "commands of the site that stop traffic and tell people",
    baseline16(),
    {
      hooks: [
        { name: "stop", before: "detach" as const, command: "./site/stop-traffic.sh", timeoutMinutes: 5 },
        { name: "tell", after: "verify" as const, command: "curl -fsS https://chat.example.com", timeoutMinutes: 5 },
      ],
    },
  ],
  ["a model with applications that no release knows", baselineExtraApps(), {}],
  ["a model that somebody upgraded half-way by hand", baselineHalfUpgraded(), {}],
  ["a dashboard that made no profile", withoutProfile(), {}],
  ["a model that is at its target", baselineUpgraded(), {}],
])("the real program passes with zero violations: %s", async (_name, baseline, changed) => {
  const resources = asPolicySees(await registerUpgrade(baseline, changed));
  expect(await judge(resources)).toEqual([]);
});

test.each([
  ["juju refresh istio-pilot --channel 1.16/stable", "istio-one-minor-at-a-time"],
  ["kubectl delete pvc minio-data-minio-0 -n kubeflow", "source-kept-until-finalize"],
  ["juju config minio secret-key=x", "no-plaintext-secret"],
  ["juju remove-application --force minio", "no-force"],
])("a command of the site is judged as any other: %s", async (command, rule) => {
  const hooks = [{ name: "site", after: "preflight" as const, command, timeoutMinutes: 5 }];
  const resources = asPolicySees(await registerUpgrade(baseline16(), { hooks }));
  expect((await judge(resources)).map((violation) => violation.rule)).toContain(rule);
});
