/*
 * SOURCE   an application beside Kubeflow that waits for something for good is common: nrpe "Nagios server not configured or related"
 *          (https://github.com/canonical/jubilant tests/unit/fake_statuses, SUBORDINATES_JSON, a real status), grafana-agent-k8s before COS is
 *          connected (docs/how-to/manage/integrate-cos.rst), minio "List of <ops.model.Relation object-storage:8> versions not found for apps"
 *          (https://github.com/canonical/bundle-kubeflow/issues/1318)
 * WHAT     the application was blocked before; the operator accepted that (`ignorePreflight: [applications-restless]`); this hop never touches it.
 * EXPECTED the upgrade ends verified: nothing got worse. Today `verify` fails for it, so nothing is recorded as verified, and finalize is refused for ever.
 */
import "../../support/fake-model";
import { parseStatus } from "../../../juju/status";
import { checkCredentials } from "../../../steps/checks/data";
import { ownKeys } from "../../../baseline/keys";
import { hopNames } from "../../../plan/names";
import { checkApplications, checkEntries } from "../../../steps/checks/model";
import { type Row, model, preview, statusJson, stockRows, worldOf } from "../../support/public-report";

const blocked: Row = {
  app: "grafana-agent-k8s",
  charm: "grafana-agent-k8s",
  channel: "latest/stable",
  rev: 80,
  status: "blocked",
  message: "Missing incoming ('requires') relation: metrics-endpoint",
};

test("an application is accepted by its name, and no other with it", async () => {
  worldOf(statusJson([...stockRows(), blocked, { ...blocked, app: "nrpe", charm: "nrpe" }]));
  const { verdict } = await preview({ ignorePreflight: ["applications-restless/grafana-agent-k8s"] });
  expect(verdict.refusing.map(({ subject }) => subject)).toEqual(["nrpe"]);
});

test("one that is worse than it was fails", async () => {
  worldOf(statusJson([...stockRows(), blocked]));
  const { plan } = await preview({ ignorePreflight: ["applications-restless/grafana-agent-k8s"] });
  const verify = plan!.steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "verify" ? [step.action] : [],
  )[0];
  const after = parseStatus(statusJson([{ ...blocked, status: "error", message: 'hook failed: "start"' }]));
  expect(checkApplications(after, verify.expected).detail).toMatch(/grafana-agent-k8s: .* is in error/);
});

test("a namespace with a key of its own has it before and after", async () => {
  const world = worldOf(statusJson(stockRows()));
  world.cluster.putSecret(model, "minio-secret", { MINIO_ACCESS_KEY: "minio", MINIO_SECRET_KEY: "one" });
  world.cluster.putSecret(model, hopNames().credentials, { accesskey: "minio", secretkey: "one" });
  for (const [namespace, secretkey] of [
    ["alice", "one"],
    ["bob", "of-his-own"],
  ])
    world.cluster.putSecret(namespace, "mlpipeline-minio-artifact", { accesskey: "minio", secretkey });
  const { baseline } = await preview();
  expect(baseline.ownKeys).toEqual(["bob"]);
  expect(JSON.stringify(baseline)).not.toContain("of-his-own");
  expect(await checkCredentials(model, hopNames().credentials, baseline)).toMatchObject({ outcome: "ok" });
  world.cluster.putSecret("alice", "mlpipeline-minio-artifact", { accesskey: "minio", secretkey: "two" });
  expect(await checkCredentials(model, hopNames().credentials, baseline)).toMatchObject({ outcome: "FAILED" });
});

test("a namespace is compared with the key as argo-controller writes it, where the charm keeps it in no Secret", async () => {
  const artifact = "mlpipeline-minio-artifact";
  const world = worldOf(statusJson(stockRows()));
  for (const [namespace, secretkey] of [
    [model, "one"],
    ["alice", "one"],
    ["bob", "of-his-own"],
  ])
    world.cluster.putSecret(namespace, artifact, { accesskey: "minio", secretkey });
  expect(await ownKeys(model, artifact)).toEqual(["bob"]);
});

test.each([
  ["fewer units", () => ({ scale: 1 }), "1 units instead of 2"],
  ["no offer", () => ({ offers: {} }), "no offer logs"],
])("an application with %s than before does not verify", async (_what, change, detail) => {
  const world = worldOf(statusJson([...stockRows(), { ...blocked, status: "active", scale: 2 }]));
  world.applications["grafana-agent-k8s"].offers = { logs: { endpoints: ["logging"], consumers: 1 } };
  const { plan, baseline } = await preview();
  const verify = plan!.steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "verify" ? [step.action] : [],
  )[0];
  const entries = () => checkEntries(model, world.status(), verify.expected, baseline);
  expect(await entries()).toMatchObject({ outcome: "ok" });
  Object.assign(world.applications["grafana-agent-k8s"], change());
  expect((await entries()).detail).toContain(`grafana-agent-k8s has ${detail}`);
});

test("constraints and options that are gone do not verify", async () => {
  const world = worldOf(statusJson(stockRows()));
  world.bundle = "applications:\n  argo-server:\n    charm: argo-server\n    constraints: mem=2G\n";
  world.config["argo-server"].settings = { port: { value: 2747, source: "user" } };
  const { plan, baseline } = await preview();
  const verify = plan!.steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "verify" ? [step.action] : [],
  )[0];
  world.bundle = "applications:\n  argo-server:\n    charm: argo-server\n";
  world.config["argo-server"].settings = { port: { value: 2746, source: "default" } };
  expect((await checkEntries(model, world.status(), verify.expected, baseline)).detail).toBe(
    "argo-server has option port 2746 instead of 2747, constraints none instead of mem=2G",
  );
});

test("an untouched application that is as it was does not fail the verification", async () => {
  const json = statusJson([
    ...stockRows(),
    {
      app: "grafana-agent-k8s",
      charm: "grafana-agent-k8s",
      channel: "latest/stable",
      rev: 80,
      status: "blocked",
      message: "Missing incoming ('requires') relation: metrics-endpoint",
    },
  ]);
  worldOf(json);
  const { plan, verdict } = await preview({ ignorePreflight: ["applications-restless"] });
  expect(verdict.refusing).toEqual([]);
  const verify = plan!.steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "verify" ? [step.action] : [],
  )[0];
  const after = parseStatus(json);
  for (const [name, { charm, channel, revision }] of Object.entries(verify.expected.applications)) {
    Object.assign((after.applications[name] ??= structuredClone(after.applications.minio)), {
      charmName: charm,
      channel,
      revision,
    });
  }
  expect(checkApplications(after, verify.expected)).toMatchObject({ outcome: "ok" });
});
