import "../support/fake-model";
import { type World } from "../support/fake-model";
import { preview, rowsOf, statusJson, stockRows, worldOf } from "../support/public-report";
import type { Plan } from "../../plan/types";

const deployOf = (plan: Plan | undefined, application: string): unknown =>
  plan?.steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "deploy" && step.action.application === application
      ? [step.action]
      : [],
  )[0];

const bundle = (entry: string): string => `bundle: kubernetes
applications:
  istio-ingressgateway:
    charm: istio-gateway
${entry}
`;

function world(entry = "", change: (world: World) => void = () => undefined): void {
  const made = worldOf(statusJson(stockRows()));
  made.bundle = bundle(entry);
  change(made);
}

test("constraints, pool and Juju's own options are those it had", async () => {
  world("    constraints: arch=amd64 mem=1G\n    storage:\n      cache: fast,1,1024M", (made) => {
    made.config["istio-ingressgateway"].application = {
      "kubernetes-service-type": { value: "nodeport", source: "user" },
      "juju-external-hostname": { value: "", source: "default" },
    };
  });
  const { plan, verdict } = await preview();
  expect(verdict.refusing).toEqual([]);
  expect(deployOf(plan, "istio-ingressgateway")).toMatchObject({
    constraints: "arch=amd64 mem=1G",
    pools: { cache: "fast" },
    config: { kind: "ingress", "kubernetes-service-type": "nodeport" },
  });
});

test("an application without units has none afterwards", async () => {
  worldOf(statusJson(stockRows().map((row) => (row.app === "kubeflow-roles" ? { ...row, scale: 0 } : row))));
  const { plan, verdict } = await preview({ ignorePreflight: ["applications-restless/kubeflow-roles"] });
  expect(verdict.ignored).toMatchObject([{ subject: "kubeflow-roles", fact: "has no units" }]);
  expect(plan?.steps.find(({ id }) => id === "scale-kubeflow-roles-to-0")).toMatchObject({
    action: { kind: "scale", units: 0 },
    dependsOn: expect.arrayContaining(["deploy-kubeflow-roles"]) as string[],
  });
});

test("an offer that nobody uses is made again", async () => {
  world("", (made) => {
    made.applications["istio-ingressgateway"].offers = { ingress: { endpoints: ["istio-pilot"], consumers: 0 } };
  });
  const { plan } = await preview();
  expect(deployOf(plan, "istio-ingressgateway")).toMatchObject({ offers: { ingress: ["istio-pilot"] } });
});

test.each<[string, string, (made: World) => void, RegExp]>([
  ["a placement", "    placement: disk=fast", () => undefined, /was placed by disk=fast/],
  ["a binding", "    bindings:\n      '': dmz", () => undefined, /bound to space dmz/],
  [
    "an attached image",
    "",
    (made) => void (made.attached["istio-ingressgateway"] = ["proxy-image"]),
    /a resource proxy-image that somebody attached/,
  ],
  ["an exposure", "    expose: true", () => undefined, /is exposed/],
])("%s, which juju's deploy does not give back, is found by name", async (_what, entry, change, fact) => {
  world(entry, change);
  const { verdict } = await preview();
  expect(verdict.refusing).toMatchObject([
    { name: "deployed-again", subject: "istio-ingressgateway", fact: expect.stringMatching(fact) as string },
  ]);
});

test("of an application that is refreshed in place nothing of that is asked", async () => {
  worldOf(statusJson(stockRows())).bundle =
    "applications:\n  argo-server:\n    charm: argo-server\n    placement: disk=fast\n";
  expect((await preview()).verdict.refusing).toEqual([]);
});

// https://github.com/canonical/bundle-kubeflow/issues/450: dex-auth with units /8 and /9
test("units that are no longer counted from 0 are counted", async () => {
  const rows = rowsOf(`
App       Version  Status  Scale  Charm     Channel      Rev  Address  Exposed  Message
dex-auth           active      2  dex-auth  2.31/stable  129           no

Unit         Workload  Agent  Address  Ports  Message
dex-auth/8*  active    idle
dex-auth/9   active    idle
`);
  worldOf(statusJson(stockRows().map((row) => rows.find(({ app }) => app === row.app) ?? row)));
  const { baseline } = await preview();
  expect(baseline.applications["dex-auth"].scale).toBe(2);
});
