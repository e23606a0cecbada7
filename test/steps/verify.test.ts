import { type World, backupEvidence, context as contextWith, model, newWorld, refusal } from "../support/fake-model";
import { canonicalJson } from "../../components/canonical";
import type { Baseline, Expected } from "../../plan/types";
import type { Check } from "../../steps/checks/check";
import { verify } from "../../steps/verify";
import { baseline16 } from "../support/baseline";

const mockAnswer = { code: 302, refusal: undefined as string | undefined };
jest.mock("../../kube/proxy", () => ({ proxiedAnswer: async () => mockAnswer }));

const kept = "ckf-upgrade-minio-credentials";
const record = "ckf-upgrade-baseline-1.6-1.7";
const expected: Expected = {
  release: "1.7",
  applications: {
    minio: { charm: "minio", channel: "ckf-1.7/stable", revision: 200 },
    "kfp-api": { charm: "kfp-api", channel: "2.0/stable", revision: 300 },
  },
  relations: [["kfp-api:object-storage", "minio:object-storage"]],
  baseline: record,
  mesh: { istiod: "1.16", "istio-ingressgateway-workload": "1.16" },
  serverless: { KnativeServing: { plural: "knativeservings", minor: "1.8" } },
  gateway: "istio-ingressgateway-workload",
  dashboard: "kubeflow-dashboard",
  databases: { "kfp-db": ["MARIADB_ROOT_PASSWORD"] },
  credentials: { secret: kept },
};
const action = { kind: "verify", expected } as const;
const evidence = {
  "prove-backup": {
    ...backupEvidence["prove-backup"],
    parts: { "minio-backup": "c".repeat(64), "prove-resources": "d".repeat(64) },
  },
  "prove-objects": { kind: "prove-objects", backupDigest: "c".repeat(64), objects: 2002, bytes: 75_000_000 },
};
const context = (given: Parameters<typeof contextWith>[0] = evidence): ReturnType<typeof contextWith> =>
  contextWith(given);
let world: World;

/** The baseline, as an earlier run recorded it. */
function recorded(changed: Partial<Baseline> = {}): void {
  const { bundle, ...baseline } = { ...baseline16(), ...changed };
  world.cluster.configMaps[`${model}/${record}`] = { "baseline.json": canonicalJson(baseline), "bundle.yaml": bundle };
}

beforeEach(() => {
  world = newWorld();
  Object.assign(mockAnswer, { code: 302, refusal: undefined });
  world.put("minio", { channel: "ckf-1.7/stable", revision: 200 });
  world.put("kfp-api", { channel: "2.0/stable", revision: 300 });
  world.relations = [["kfp-api:object-storage", "minio:object-storage"]];
  world.cluster.namespaces.admin = { uid: "uid-admin", annotations: {} };
  world.cluster.profiles.admin = { metadata: { name: "admin" } };
  world.cluster.putBound("admin", "workspace", "pv-workspace");
  world.cluster.putSecret(model, kept, { accesskey: "minio", secretkey: "kept-value" });
  world.cluster.putSecret("admin", "mlpipeline-minio-artifact", { accesskey: "minio", secretkey: "kept-value" });
  world.cluster.putSet(model, "istiod", { containers: [{ name: "discovery", image: "docker.io/istio/pilot:1.16.2" }] });
  world.cluster.putSet(model, "istio-ingressgateway-workload", {
    containers: [{ name: "istio-proxy", image: "localhost:5000/workload:proxyv2-1.16.2" }],
  });
  world.cluster.putSet(model, "kubeflow-dashboard", {
    containers: [{ name: "kubeflow-dashboard", image: "dashboard:1.7" }],
  });
  world.cluster.putObject("knativeservings.operator.knative.dev", "knative-serving", "knative-serving", {
    status: { version: "1.8.0" },
  });
  for (const name of ["one", "two"]) world.cluster.putObject("notebooks.kubeflow.org", "admin", name);
  for (const name of ["notebooks.kubeflow.org", "profiles.kubeflow.org", "new.kubeflow.org"])
    world.cluster.putObject("customresourcedefinitions.apiextensions.k8s.io", "", name);
  recorded({
    profiles: {
      admin: {
        namespaceUid: "uid-admin",
        claims: { workspace: "uid-workspace" },
        volumes: { workspace: "pv-workspace" },
      },
    },
    definitions: ["notebooks.kubeflow.org", "profiles.kubeflow.org"],
    objects: { Notebook: { admin: 2 } },
  });
});

const outcomes = (found: Record<string, unknown>): string[] =>
  (found.checks as Check[]).map(({ invariant, name, outcome }) => `${invariant} ${name} ${outcome}`);

test("verifies a model that is as it must be, invariant by invariant", async () => {
  const found = await verify(action, context());
  expect(found).toMatchObject({ changed: false, verified: true, release: "1.7" });
  expect(outcomes(found)).toEqual([
    "a profiles ok",
    "a user objects ok",
    "b definitions ok",
    "c applications ok",
    "c workloads ok",
    "d relations ok",
    "e istio ok",
    "f databases not checked",
    "g objects ok",
    "g claims ok",
    "g credentials ok",
    "h knative ok",
    "i dashboard ok",
    "j acceptance not checked",
  ]);
});

test("tells each check on a line of its own, lined up", async () => {
  const heard = context();
  await verify(action, heard);
  expect(heard.said.slice(0, 3)).toEqual([
    "ok           (a) profiles      1 with their namespaces, claims and volumes",
    "ok           (a) user objects  2 objects of 1 kinds, none missing",
    "ok           (b) definitions   all 2 from before are there, 3 now",
  ]);
  expect(heard.said.at(-1)).toMatch(/^not checked {2}\(j\) acceptance {4}this program runs no pipeline/);
});

test("changes nothing", async () => {
  await verify(action, context());
  expect(world.changes).toEqual([]);
});

test("waits for an application that is not at rest yet", async () => {
  const unit = world.applications.minio.units["minio/0"];
  unit.agent.current = "executing";
  world.later.push(() => void (unit.agent.current = "idle"));
  expect((await verify(action, context())).verified).toBe(true);
});

test("waits for an operator that has not rolled out what its charm asked for yet", async () => {
  const [serving] = world.cluster.objects["knativeservings.operator.knative.dev"];
  const { status } = serving;
  delete serving.status;
  world.later.push(() => void (serving.status = status));
  expect(outcomes(await verify(action, context()))).toContain("h knative ok");
});

test("what users made since is no loss", async () => {
  world.cluster.profiles.zoe = { metadata: { name: "zoe" } };
  world.cluster.putBound("admin", "second", "pv-second");
  world.cluster.putObject("notebooks.kubeflow.org", "admin", "three");
  expect((await verify(action, context())).verified).toBe(true);
});

test.each<[string, (w: World) => unknown, string]>([
  ["a profile that is gone", (w) => delete w.cluster.profiles.admin, "(a) profiles  profile admin is gone"],
  [
    "a namespace that was made again",
    (w) => void (w.cluster.namespaces.admin.uid = "uid-2"),
    "(a) profiles  namespace admin is another one than before",
  ],
  [
    "a user's claim that is gone",
    (w) => delete w.cluster.claims["admin/workspace"],
    "(a) profiles  claim admin/workspace is gone",
  ],
  [
    "a user's claim that was made again",
    (w) => void (w.cluster.claims["admin/workspace"].metadata!.uid = "uid-2"),
    "(a) profiles  claim admin/workspace is another one than before",
  ],
  [
    "a user's claim with another volume",
    (w) => void (w.cluster.claims["admin/workspace"].spec!.volumeName = "pv-2"),
    "(a) profiles  claim admin/workspace is bound to another volume than before",
  ],
  [
    "a notebook that is gone",
    (w) => void w.cluster.objects["notebooks.kubeflow.org"].pop(),
    "(a) user objects  1 of 2 Notebook are left in admin",
  ],
  [
    "a kind that is gone",
    (w) => delete w.cluster.objects["notebooks.kubeflow.org"],
    "(a) user objects  0 of 2 Notebook are left in admin",
  ],
  [
    "a definition that is gone",
    (w) => void w.cluster.objects["customresourcedefinitions.apiextensions.k8s.io"].shift(),
    "(b) definitions  notebooks.kubeflow.org is gone",
  ],
  ["an application that is missing", (w) => delete w.applications["kfp-api"], "(c) applications  kfp-api is not there"],
  [
    "another charm",
    (w) => void (w.applications.minio.charmName = "minio-k8s"),
    "(c) applications  minio runs charm minio-k8s instead of minio",
  ],
  [
    "another revision",
    (w) => void (w.applications.minio.revision = 199),
    "(c) applications  minio: it is at ckf-1.7/stable revision 199",
  ],
  [
    "a unit that is blocked",
    (w) => void (w.applications.minio.units["minio/0"].workload = { current: "blocked", message: "x" }),
    "(c) applications  minio: minio/0 is blocked: x",
  ],
  [
    "a workload that has not rolled out",
    (w) => w.cluster.putSet(model, "minio", { ready: 0 }),
    "(c) workloads  0 of 1 pods of minio are new, 0 are ready",
  ],
  [
    "a relation that is missing",
    (w) => void (w.relations = []),
    "(d) relations  kfp-api:object-storage minio:object-storage is missing",
  ],
  ["a relation that nobody planned", (w) => void w.relations.push(["a:x", "b:x"]), "(d) relations  a:x b:x is new"],
  [
    "a control plane that stayed behind",
    (w) =>
      w.cluster.putSet(model, "istiod", { containers: [{ name: "discovery", image: "docker.io/istio/pilot:1.15.3" }] }),
    "(e) istio  istiod runs docker.io/istio/pilot:1.15.3, not 1.16",
  ],
  [
    "a gateway without a workload",
    (w) => delete w.cluster.sets[`${model}/istio-ingressgateway-workload`],
    "(e) istio  there is no workload istio-ingressgateway-workload",
  ],
  [
    "a kept key that is gone",
    (w) => delete w.cluster.secrets[`${model}/${kept}`],
    `(g) credentials  there is no Secret ${kept} to compare with`,
  ],
  [
    "Knative at another minor",
    (w) => void (w.cluster.objects["knativeservings.operator.knative.dev"][0].status = { version: "1.9.1" }),
    "(h) knative  KnativeServing knative-serving/knative-serving is at 1.9.1, not 1.8",
  ],
  [
    "Knative that rolled nothing out",
    (w) => void delete w.cluster.objects["knativeservings.operator.knative.dev"][0].status,
    "(h) knative  KnativeServing knative-serving/knative-serving is at no version yet, not 1.8",
  ],
  [
    "Knative without its resource",
    (w) => void w.cluster.objects["knativeservings.operator.knative.dev"].pop(),
    "(h) knative  there is no KnativeServing",
  ],
  [
    "Knative whose resource the cluster does not know",
    (w) => delete w.cluster.objects["knativeservings.operator.knative.dev"],
    "(h) knative  there is no KnativeServing",
  ],
  [
    "a dashboard without a workload",
    (w) => delete w.cluster.sets[`${model}/kubeflow-dashboard`],
    "(i) dashboard  kubeflow-dashboard has no workload",
  ],
  [
    "a dashboard that is not ready behind its gateway",
    (w) => w.cluster.putSet(model, "kubeflow-dashboard", { ready: 0 }),
    "(i) dashboard  0 of 1 pods of kubeflow-dashboard are new, 0 are ready",
  ],
  [
    "a gateway that knows no dashboard",
    () => void (mockAnswer.code = 404),
    "(i) dashboard  Service istio-ingressgateway-workload answers 404 to /, not 200 or 302",
  ],
  [
    "a gateway that does not answer",
    () => void Object.assign(mockAnswer, { code: 503, refusal: "no endpoints available" }),
    "(i) dashboard  Service istio-ingressgateway-workload does not answer: no endpoints available",
  ],
])("does not verify with %s, and names it", async (_name, spoil, line) => {
  spoil(world);
  const message = await refusal(verify(action, context()));
  expect(message).toContain("1 of 14 checks failed:");
  expect(message).toContain(`  FAILED       ${line}`);
});

test("does not verify objects that were held against another backup", async () => {
  const other = { ...evidence, "prove-objects": { ...evidence["prove-objects"], backupDigest: "b".repeat(64) } };
  expect(await refusal(verify(action, context(other)))).toContain(
    "(g) objects  the objects were compared with another backup than the one that was proven",
  );
});

test("tells all that failed at once", async () => {
  world.relations = [];
  delete world.applications["kfp-api"];
  world.cluster.namespaces.admin.uid = "uid-2";
  const heard = context();
  const message = await refusal(verify(action, heard));
  expect(message).toMatch(/3 of 14 checks failed:[^]*\(a\) profiles .*[^]*\(c\) applications .*[^]*\(d\) relations /);
  expect(heard.said.filter((line) => line.startsWith("FAILED"))).toHaveLength(3);
});

test.each<[string, () => unknown, Partial<Expected>, string]>([
  [
    "an image whose tag is no version",
    () =>
      world.cluster.putSet(model, "istiod", { containers: [{ name: "discovery", image: "mirror/pilot@sha256:0" }] }),
    {},
    "e istio not checked",
  ],
  ["a model without Istio", () => undefined, { mesh: {} }, "e istio not checked"],
  ["a model without Knative", () => undefined, { serverless: {} }, "h knative not checked"],
  ["a model without gateway", () => undefined, { gateway: undefined }, "i dashboard not checked"],
  [
    "a Service that this user may not ask",
    () => Object.assign(mockAnswer, { code: 403, refusal: "services/proxy is forbidden" }),
    {},
    "i dashboard not checked",
  ],
])("says of %s that it is not checked, and verifies the rest", async (_name, spoil, changed, outcome) => {
  spoil();
  const found = await verify({ kind: "verify", expected: { ...expected, ...changed } }, context());
  expect(found.verified).toBe(true);
  expect(outcomes(found)).toContain(outcome);
});

test("says that an untouched object store was not checked", async () => {
  expect(outcomes(await verify(action, context({})))).toContain("g objects not checked");
});

test("says what a baseline of an earlier version did not look at", async () => {
  recorded({
    schema: 1,
    definitions: undefined,
    objects: undefined,
    profiles: { admin: { namespaceUid: "uid-admin", claims: { workspace: "uid-workspace" } } },
  });
  const found = outcomes(await verify(action, context()));
  expect(found.slice(0, 3)).toEqual(["a profiles ok", "a user objects not checked", "b definitions not checked"]);
});

test("verifies nothing without the recorded baseline", async () => {
  world.cluster.configMaps = {};
  expect(await refusal(verify(action, context()))).toContain(
    `There is no ConfigMap ${model}/${record}. What users had before is not known`,
  );
});

test("checks no keys where none were kept", async () => {
  world.cluster.secrets = {};
  const found = await verify({ kind: "verify", expected: { ...expected, credentials: undefined } }, context());
  expect(outcomes(found).join()).not.toContain("credentials");
});

test.each(["accesskey", "secretkey"])(
  "names the namespace whose %s is another one, and tells no value",
  async (key) => {
    world.cluster.putSecret("admin", "mlpipeline-minio-artifact", {
      accesskey: "minio",
      secretkey: "kept-value",
      [key]: "stale-value",
    });
    const heard = context();
    const message = await refusal(verify(action, heard));
    expect(message).toContain("namespace admin holds another key than the object store");
    expect(message + heard.said.join()).not.toMatch(/kept-value|stale-value/);
  },
);

describe("a model that was taken back", () => {
  const set = { "kfp-api": { trust: false, scale: 1, config: { port: 8888 } } };
  const back = { kind: "verify" as const, expected: { ...expected, set } };
  beforeEach(() => {
    world.config["kfp-api"] = {
      trust: false,
      settings: {
        port: { value: 8888, source: "user" },
        password: { value: "x", source: "user" },
        level: { value: "info", source: "default" },
      },
    };
  });

  test("has the trust, units and options that were recorded", async () => {
    expect(((await verify(back, context())).checks as Check[]).find(({ name }) => name === "settings")).toEqual({
      invariant: "c",
      name: "settings",
      outcome: "ok",
      detail: "trust, units and options of 1 are as they were recorded",
    });
  });

  test.each([
    ["trust", () => (world.config["kfp-api"].trust = true), "kfp-api is trusted"],
    [
      "an option",
      () => (world.config["kfp-api"].settings.port.value = 1),
      "options port of kfp-api are not as recorded",
    ],
    [
      "an option that was not set",
      () => (world.config["kfp-api"].settings.level.source = "user"),
      "options level of kfp-api are not as recorded",
    ],
    ["units", () => Object.assign(back.expected.set["kfp-api"], { scale: 2 }), "kfp-api has 1 units instead of 2"],
  ])("fails by name for another %s", async (_name, change, says) => {
    change();
    const message = await refusal(verify(back, context()));
    back.expected.set["kfp-api"].scale = 1;
    expect(message).toContain(`FAILED       (c) settings  ${says}`);
  });
});

test("fails where a claim of the model is being deleted, and says how its data is saved", async () => {
  world.putMinio();
  world.put("minio", { channel: "ckf-1.7/stable", revision: 200 });
  world.cluster.claims[`${model}/minio-data-0837847d-minio-0`].metadata!.deletionTimestamp = new Date(0);
  expect(await refusal(verify(action, context()))).toMatch(
    /\(g\) claims +claim kubeflow\/minio-data-0837847d-minio-0 is being deleted\. Do not restart.*minio-0/,
  );
});
