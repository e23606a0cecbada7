/*
 * SOURCE   https://github.com/canonical/bundle-kubeflow/issues/450 (dex-auth with 2 units /8 and /9), /1464 (kfp-db and katib-db with 3 units),
 *          `juju scale-application istio-ingressgateway N` as in docs/how-to/manage/upgrade/*.rst
 * WHAT     istio-ingressgateway has 3 units. This hop always removes it and deploys it again.
 * EXPECTED it has 3 units afterwards, or the preview says that it will not.
 */
import "../support/fake-model";
import { preview, statusJson, stockRows, worldOf } from "../support/public-report";

test.each(["istio-ingressgateway", "kubeflow-roles"])("%s comes back with the units it had", async (name) => {
  worldOf(statusJson(stockRows().map((row) => (row.app === name ? { ...row, scale: 3 } : row))));
  const { plan, told } = await preview();
  const scaled = plan!.steps.some(
    ({ type, ...step }) =>
      type === "command" &&
      "action" in step &&
      step.action.kind === "scale" &&
      step.action.application === name &&
      step.action.units === 3,
  );
  const deployed = plan!.steps.some(
    ({ type, ...step }) =>
      type === "command" &&
      "action" in step &&
      step.action.kind === "deploy" &&
      step.action.application === name &&
      "units" in step.action,
  );
  const said = [...plan!.notes, told].some((text) => text.includes(name) && /unit/.test(text));
  expect(scaled || deployed || said).toBe(true);
});
