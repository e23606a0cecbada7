/*
 * SOURCE   https://github.com/canonical/jubilant tests/unit/test_statustypes.py STATUS_ERRORS_JSON (a real shape: juju puts {"status-error": why} in
 *          the place of a model's status, an application, a unit, an offer, a SAAS)
 * EXPECTED each is told with juju's own reason; a model's status that could not be computed is not "something else changes the model".
 */
import "../support/fake-model";
import { parseStatus } from "../../juju/status";
import { preview, statusJson, stockRows, worldOf } from "../support/public-report";

function broken(): string {
  const json = JSON.parse(statusJson(stockRows())) as {
    model: Record<string, unknown>;
    applications: Record<string, { units: Record<string, unknown> }>;
  } & Record<string, unknown>;
  json.model["model-status"] = { "status-error": "model status error!" };
  json.applications["kfp-api"].units["kfp-api/0"] = { "status-error": "unit status error!" };
  json.offers = { "offer-failed": { "status-error": "offer status error!" } };
  json["application-endpoints"] = { "remote-app-failed": { "status-error": "remote app status error!" } };
  json.machines = { "machine-failed": { "status-error": "machine status error!" } };
  return JSON.stringify(json);
}

test("it is read", () => {
  expect(Object.keys(parseStatus(broken()).applications)).toHaveLength(31);
});

test("why a unit's status is unknown is told", async () => {
  worldOf(broken());
  expect((await preview()).told).toContain("unit status error!");
});

test("why the model's status is unknown is told, and nothing that is not known", async () => {
  const world = worldOf(broken());
  world.modelStatus = parseStatus(broken()).model.status;
  const { told } = await preview();
  expect(told).toContain("model status error!");
});
