import { baseline16, baselineChangedStorage, baselineLite, baselineUpgraded } from "../support/baseline";
import { asPolicySees, judge, registerUpgrade } from "./support";

function withExtraApplications(): ReturnType<typeof baseline16> {
  const baseline = baselineChangedStorage();
  for (const name of ["grafana-agent", "resource-dispatcher"]) {
    baseline.applications[name] = { charm: name, channel: "latest/stable", revision: 7, generation: "sidecar", scale: 2, trust: true, config: {}, configOmitted: [] };
  }
  baseline.relations.push(["minio:object-storage", "resource-dispatcher:object-storage"]);
  return baseline;
}

function halfWay(): ReturnType<typeof baseline16> {
  const baseline = baseline16();
  baseline.applications["istio-pilot"].channel = "1.14/stable";
  baseline.applications["dex-auth"].channel = "2.31/stable";
  return baseline;
}

function withoutProfile(): ReturnType<typeof baseline16> {
  const baseline = baseline16();
  delete baseline.dashboardProfile;
  return baseline;
}

test.each([
  ["the stock model", baseline16(), {}],
  ["a model whose MinIO has another storage", baselineChangedStorage(), {}],
  ["the same, with finalize", baselineChangedStorage(), { finalize: true }],
  ["the stock model with a forced copy", baseline16(), { storagePath: "copy" as const }],
  ["the lite bundle", baselineLite(), {}],
  ["a model with applications that no release knows", withExtraApplications(), {}],
  ["a model on a later Istio", halfWay(), {}],
  ["a dashboard that made no profile", withoutProfile(), {}],
  ["a model that is at its target", baselineUpgraded(), {}],
])("the real program passes with zero violations: %s", async (_name, baseline, changed) => {
  const resources = asPolicySees(await registerUpgrade(baseline, changed));
  expect(await judge(resources)).toEqual([]);
});
