/*
 * SOURCE   https://github.com/juju/juju/pull/10227 and /pull/7874 (text of the refusal), https://github.com/canonical/mlflow-operator/issues/259
 *          (people who want MLflow, which is a model of its own in the docs, on Kubeflow's MinIO); juju 2.9.42 state/application.go destroyOps
 * WHAT     MinIO is offered to another model. `juju status --format json` has it under "offers". Where MinIO is deployed again (copy, rebind):
 *          with a consumer juju refuses `remove-application` ("application is used by 1 offer"); without one it deletes the offer with it, silently.
 * EXPECTED the preview names the offer before anything is stopped, and what to do with it.
 */
import "../../support/fake-model";
import { explain } from "../../../juju/errors";
import { hop, preview, statusJson, stockRows, worldOf } from "../../support/public-report";

const offers = (connected: number) => ({
  offers: {
    "kubeflow-minio": {
      application: "minio",
      charm: "ch:amd64/focal/minio-99",
      "total-connected-count": connected,
      "active-connected-count": connected,
      endpoints: { "object-storage": { interface: "object-storage", role: "provider" } },
    },
  },
});

test.each([0, 1])(
  "an offer of an application that is deployed again, with %d consumers, is told before anything changes",
  async (connected) => {
    worldOf(statusJson(stockRows(), "2.9.42", offers(connected)), hop.source.relations);
    const { told, refused = "", plan } = await preview({ storagePath: "copy" });
    expect([told, refused, ...(plan?.notes ?? [])].join("\n")).toMatch(/offer/);
  },
);

test.each([
  'removing application minio failed: cannot destroy application "minio": application is used by 1 offer\n',
  'ERROR removing application minio failed: cannot destroy application "minio": application is used by 2 consumers\n',
])("should juju refuse it all the same, the operator is told what that means: %s", (stderr) => {
  expect(explain(stderr)).toMatchObject({
    meaning: expect.stringMatching(/model|offer|consum/),
    next: expect.any(String),
  });
});
