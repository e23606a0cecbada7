import { makePlan } from "../../guide/plan";
import type { Baseline } from "../../plan/types";
import { draftSteps } from "../../rehearsal/draft";
import { scenarios } from "../../rehearsal/scenarios";
import {
  baseline16,
  baselineChangedStorage,
  baselineExtraApps,
  baselineLite,
  hop,
  settings,
} from "../support/baseline";

test("every application that the bundles have from different channels is in the draft, the gateway and the roles as removed and deployed", () => {
  const steps = draftSteps(scenarios.stock);
  expect(steps).toEqual(
    expect.arrayContaining([
      "refresh-admission-webhook",
      "refresh-kfp-viz",
      "refresh-oidc-gatekeeper",
      "refresh-seldon-controller-manager",
      "refresh-istio-pilot-1.13",
      "remove-istio-ingressgateway",
      "deploy-istio-ingressgateway",
      "deploy-kubeflow-roles",
    ]),
  );
  // Applications of the 1.6 bundle whose channel, and nothing else, is another one in that of 1.7.
  expect(steps.filter((id) => id.startsWith("refresh-") && !id.startsWith("refresh-istio-pilot-"))).toHaveLength(22);
});

test("what has the same channel in both, or another charm, is no step; nor is what a model has behind it or does not run", () => {
  const stock = draftSteps(scenarios.stock);
  for (const id of [
    "refresh-argo-controller",
    "refresh-katib-db",
    "refresh-istio-ingressgateway",
    "refresh-kubeflow-roles",
    "refresh-istio-pilot",
  ])
    expect(stock).not.toContain(id);
  expect(draftSteps(scenarios["half-upgraded"])).not.toContain("refresh-kfp-persistence");
  expect(draftSteps(scenarios.lite)).not.toContain("refresh-katib-ui");
});

test.each<[string, () => Baseline]>([
  ["stock", baseline16],
  ["changed-storage", baselineChangedStorage],
  ["lite", baselineLite],
  ["extra-apps", baselineExtraApps],
])("the plan for %s has every step of its draft", (name, baseline) => {
  const planned = ["baseline", ...makePlan(hop, baseline(), settings).steps.map(({ id }) => id)];
  expect(draftSteps(scenarios[name]).filter((id) => !planned.includes(id))).toEqual([]);
});
