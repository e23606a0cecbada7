import { Upgrade } from "../../components/upgrade";
import { makeRollback } from "../../guide/rollback/plan";
import type { Baseline } from "../../plan/types";
import { baseline16, baselineChangedStorage, baselineHalfUpgraded, hop, settings } from "../support/baseline";
import { foundAfter, foundCopied, foundHalfWay, foundMoved } from "../support/found";
import { remove, resource, step, unlink } from "./change";
import { type Registered, asPolicySees, digest, judge, register } from "./support";

const all = {
  ...settings,
  moverImage: digest,
  rollback: true,
  acceptIrreversible: ["definition-owners", "schema-kfp-api"],
};

function registerRollback(baseline: Baseline, found: Baseline): Promise<Registered[]> {
  const plan = makeRollback({ hop, baseline, found }, all, []);
  return register(() => new Upgrade("1.6-to-1.7", { plan, baseline, found, settings: all }));
}

function onEdge(): Baseline {
  const baseline = baseline16();
  baseline.applications["kfp-viz"].channel = "latest/edge";
  return baseline;
}

test.each([
  ["after a whole upgrade", baseline16(), foundAfter()],
  ["after half of one", baseline16(), foundHalfWay()],
  ["after one whose MinIO was copied", baselineChangedStorage(), foundCopied()],
  ["after one that moved the databases", baseline16(), foundMoved()],
  ["to a charm of a risk that no release has", onEdge(), foundAfter(onEdge())],
  ["of a model that had been begun by hand", baselineHalfUpgraded(), foundAfter(baselineHalfUpgraded())],
])("a rollback passes with zero violations: %s", async (_name, baseline, found) => {
  expect(await judge(asPolicySees(await registerRollback(baseline, found)))).toEqual([]);
});

describe("a dangerous rollback", () => {
  let whole: Registered[];
  beforeAll(async () => {
    whole = await registerRollback(baseline16(), foundAfter());
  });

  const refresh = (application: string, charm: string, channel: string): Record<string, unknown> => ({
    kind: "refresh",
    application,
    charm,
    channel,
    revision: 1,
  });

  test.each<[string, string, (all: Registered[]) => Registered[], string]>([
    [
      "an owner of definitions goes without the guard",
      "no-crd-owner-removal",
      (all) => remove(all, "guard-definitions"),
      '"back-remove-kubeflow-profiles" removes kubeflow-profiles, whose charm kubeflow-profiles owns custom resource definitions. Missing: a way that keeps them.',
    ],
    [
      "the guard goes before an owner is back",
      "no-crd-owner-removal",
      (all) => unlink(all, "lift-guard", "back-deploy-kubeflow-profiles"),
      '"lift-guard" allows deletions while kubeflow-profiles, which owns custom resource definitions, is away. Missing: the deployment of kubeflow-profiles before it.',
    ],
    [
      "an owner does not come back",
      "no-crd-owner-removal",
      (all) => remove(all, "back-deploy-kubeflow-profiles"),
      '"lift-guard" allows deletions while kubeflow-profiles',
    ],
    [
      "an owner goes that the guard does not know",
      "no-crd-owner-removal",
      (all) =>
        step(all, "by-hand", { kind: "remove-application", application: "jupyter-controller", gone: [], storage: [] }, [
          "guard-definitions",
        ]),
      '"by-hand" removes jupyter-controller, whose charm jupyter-controller owns',
    ],
    [
      "the dashboard goes before its profile is protected",
      "profile-protected-before-dashboard-removal",
      (all) => remove(all, "back-protect-profile-admin"),
      '"back-remove-kubeflow-dashboard" removes the dashboard',
    ],
    [
      "Istio is refreshed to an older minor",
      "istio-one-minor-at-a-time",
      (all) => step(all, "down", refresh("istio-pilot", "istio-pilot", "1.11/stable"), ["prove-backup"]),
      '"down" refreshes istio-pilot to an older Istio. Missing: a way back that the charm allows.',
    ],
    [
      "Istio goes while its gateway is there",
      "istio-one-minor-at-a-time",
      (all) => unlink(all, "back-remove-istio-pilot", "back-remove-istio-ingressgateway"),
      '"back-remove-istio-pilot" removes istio-pilot. Missing: "back-remove-istio-ingressgateway" before it.',
    ],
    [
      "a charm comes from a track that the model never had",
      "channels-of-the-release",
      (all) => step(all, "down", refresh("minio", "minio", "latest/edge"), ["prove-backup"]),
      '"down" takes minio from latest/edge. Missing: a track of release 1.6, which has ckf-1.6.',
    ],
    [
      "a removal comes before the backup",
      "backup-before-migration",
      (all) =>
        step(all, "early", { kind: "remove-application", application: "kserve-controller", gone: [], storage: [] }),
      '"early" changes the model (remove-application kserve-controller). Missing: a proven backup before it.',
    ],
    [
      "a relation comes before its application",
      "verify-before-relate",
      (all) => unlink(all, "back-relate-kfp-api-minio", "back-deploy-kfp-api"),
      '"back-relate-kfp-api-minio" relates kfp-api. Missing: "back-deploy-kfp-api"',
    ],
    [
      "a volume of the found model is not retained",
      "retain-before-remove",
      (all) =>
        step(all, "store", { kind: "remove-application", application: "minio", gone: [], storage: [] }, [
          "prove-backup",
        ]),
      '"store" removes minio, which holds data in claim minio-data-0837847d-minio-0.',
    ],
  ])("%s", async (_name, rule, change, says) => {
    const violations = await judge(asPolicySees(change(whole)));
    expect(violations.filter(({ message }) => message.startsWith(says)).map((one) => one.rule)).toEqual([rule]);
  });

  test("what was found is judged, and not taken for the baseline", async () => {
    const found = JSON.stringify({
      ...foundAfter(),
      volumes: { ...foundAfter().volumes, "kfp-viz": [{ claim: "new-claim", volume: "pvc-new" }] },
    });
    const other = resource(remove(whole, "found"), "kubernetes:core/v1:ConfigMap", "found", {
      metadata: { name: "ckf-upgrade-found-1.6-1.7" },
      data: { "baseline.json": found },
    });
    const changed = step(
      other,
      "by-hand",
      { kind: "remove-application", application: "kfp-viz", gone: [], storage: [] },
      ["prove-backup"],
    );
    expect((await judge(asPolicySees(changed))).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^"by-hand" removes kfp-viz, which holds data in claim new-claim/),
    );
  });
});
