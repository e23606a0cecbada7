/*
 * SOURCE   https://github.com/canonical/charmed-kubeflow-documentation docs/how-to/manage/integrate-cos.rst (the official way to connect
 *          Charmed Kubeflow to COS), as seen at https://github.com/canonical/bundle-kubeflow/issues/988 and /1280 (SAAS table)
 * WHAT     grafana-agent-k8s is related to an offer of another model. juju lists that under "application-endpoints", not "applications";
 *          `juju export-bundle` lists the relation with the SAAS's name.
 * EXPECTED a model in which nothing was changed is not "changed". It decides whether an `up` that went nowhere asks preflight again:
 *          with true, running notebooks and pipelines, missing space and wrong versions are no longer looked at (checks that count "until changed").
 */
import "../../support/fake-model";
import { discoverBaseline } from "../../../baseline/discover";
import { readLiveFacts } from "../../../baseline/facts";
import { canonicalJson } from "../../../components/canonical";
import { hopNames, names } from "../../../plan/names";
import { isChanged } from "../../../guide/preflight/changed";
import { preflight } from "../../../guide/preflight/judge";
import { preflightQuestion } from "../../../guide/preflight/question";
import type { Relation } from "../../../plan/types";
import {
  hop,
  model,
  settings,
  statusJson,
  stockRows,
  type Row,
  type World,
  worldOf,
} from "../../support/public-report";

const saas = "prometheus-receive-remote-write";

function cosWorld(): World {
  const rows: Row[] = [
    ...stockRows(),
    {
      app: "grafana-agent-k8s",
      charm: "grafana-agent-k8s",
      channel: "latest/edge",
      rev: 80,
      message: "logging-consumer: off",
    },
  ];
  const relations: Relation[] = [
    ...hop.source.relations,
    ["grafana-agent-k8s:send-remote-write", `${saas}:receive-remote-write`],
    ["grafana-agent-k8s:metrics-endpoint", "minio:metrics-endpoint"],
  ];
  for (const [a, b] of relations)
    for (const [one, other] of [
      [a, b],
      [b, a],
    ]) {
      const [app, endpoint] = one.split(":");
      const row = rows.find((each) => each.app === app);
      if (row) ((row.relations ??= {})[endpoint] ??= []).push(other.split(":")[0]);
    }
  const endpoints = {
    [saas]: {
      url: "cos-controller:admin/cos.prometheus-receive-remote-write",
      endpoints: { "receive-remote-write": { interface: "prometheus_remote_write", role: "provider" } },
      "application-status": { current: "active" },
      relations: { "receive-remote-write": ["grafana-agent-k8s"] },
    },
  };
  return worldOf(statusJson(rows, "2.9.42", { "application-endpoints": endpoints }), relations);
}

test("nothing was changed", async () => {
  const world = cosWorld();
  expect(isChanged(await discoverBaseline(hop, model), world.applications)).toBe(false);
});

test("after a run that was refused by juju before it changed anything, a running pipeline still stops the next one", async () => {
  const world = cosWorld();
  const baseline = await discoverBaseline(hop, model);
  const { bundle, ...rest } = baseline;
  world.cluster.configMaps[`${model}/${names.baseline("1.6", "1.7")}`] = {
    "baseline.json": canonicalJson(rest),
    "bundle.yaml": bundle,
  };
  world.cluster.configMaps[`${model}/${hopNames().begun}`] = {};
  world.cluster.objects["workflows.argoproj.io"] = [
    { metadata: { name: "nightly", namespace: "alice" }, status: { phase: "Running" } },
  ];
  const question = preflightQuestion(hop, baseline, settings);
  expect(preflight(question, await readLiveFacts(model, question)).refusing.map(({ name }) => name)).toContain(
    "workflows-running",
  );
});
