/*
 * SOURCE   https://github.com/juju/juju/pull/5758 ("qualify others' models with owner": a user who does not own a model names it OWNER/MODEL; a bare
 *          name means the user's own), text of the refusal: https://github.com/canonical/bundle-kubeflow/issues/105
 * WHAT     the account that upgrades (README: "needs few rights") is not the one that made the model: `juju status -m kubeflow` says
 *          "ERROR model uk8s:upgrader/kubeflow not found", `juju status -m admin/kubeflow` works. Also `-m CONTROLLER:admin/kubeflow`.
 * EXPECTED the setting "model" takes admin/kubeflow (namespace kubeflow), or another setting names the owner, or the refusal says how to do it.
 */
import { explain } from "../../juju/errors";
import { readSettings } from "../../plan/settings";
import { settings } from "../support/baseline";

const given = (model: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      ...settings,
      volumes: "",
      ignorePreflight: "[]",
      hooks: "[]",
      acceptIrreversible: "[]",
      model,
    }).map(([name, value]) => [name, String(value)]),
  );

test.each(["admin/kubeflow", "uk8s:admin/kubeflow"])("%s can be set", (model) => {
  expect(() => readSettings(given(model))).not.toThrow();
});

test("or the operator is told what stands for the owner", () => {
  const { next = "" } = explain("ERROR model uk8s:upgrader/kubeflow not found\n");
  expect(next).toMatch(/owner/i);
});

test("its namespace is the model's own name, and juju's client is told the whole", () => {
  expect(readSettings(given("uk8s:admin/kubeflow"))).toMatchObject({
    model: "kubeflow",
    jujuModel: "uk8s:admin/kubeflow",
  });
  expect(readSettings(given("kubeflow"))).not.toHaveProperty("jujuModel");
});
