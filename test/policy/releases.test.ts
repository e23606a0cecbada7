import { readFileSync } from "node:fs";
import { crdOwners, readOnlyKinds, releases, stateful } from "../../policy/data";
import { policyData, policyDataFile } from "../../releases/policy";

test("the pack's data is what the bundles, the hazards files and the actions say (npm run policy:data)", () => {
  expect(readFileSync(policyDataFile, "utf8")).toBe(policyData());
});

test("it holds what the rules are about", () => {
  expect(Object.keys(releases)).toEqual(["1.6", "1.7"]);
  expect(releases["1.6"].tracks["istio-pilot"]).toBe("1.11");
  expect(releases["1.7"]).toMatchObject({
    tracks: { "istio-pilot": "1.16", minio: "ckf-1.7", "mysql-k8s": "8.0" },
    trusted: expect.arrayContaining(["istio-pilot", "knative-operator"]),
    // dex-auth and training-operator were sidecars in 1.6, too.
    sidecar: [
      "jupyter-ui",
      "katib-db-manager",
      "katib-ui",
      "kfp-api",
      "kubeflow-dashboard",
      "kubeflow-profiles",
      "seldon-core",
    ],
    istio: [12, 13, 14, 15, 16],
  });
  expect(crdOwners).toContain("kubeflow-profiles");
  expect(stateful).toEqual(["katib-db", "kfp-db", "minio"]);
  expect(readOnlyKinds).toContain("prove-backup");
  expect(readOnlyKinds).not.toContain("refresh");
});
