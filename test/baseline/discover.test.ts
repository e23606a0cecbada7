import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type World, model, newWorld, refusal, uuid } from "../support/fake-model";
import { discoverBaseline } from "../../baseline/discover";
import { parseStatus } from "../../juju/status";
import { makePlan } from "../../guide/plan";
import { readLiveFacts } from "../../baseline/facts";
import { preflight } from "../../guide/preflight/judge";
import { preflightQuestion } from "../../guide/preflight/question";
import { baseline16, hop, settings } from "../support/baseline";
import { canonicalJson } from "../../components/canonical";
import { baselineSchema } from "../../steps/schema";

let world: World;
beforeEach(() => {
  world = newWorld();
  world.putMinio({ policy: "Delete" });
  Object.assign(world.applications.minio, { channel: "ckf-1.6/stable", revision: 99 });
  world.put("dex-auth", { channel: "2.31/stable", revision: 129 });
  world.cluster.putSet(model, "dex-auth", {});
  world.relations = [["dex-auth:oidc-client", "oidc-gatekeeper:oidc-client"]];
  world.info.minio = { "ckf-1.7/stable": 186, "latest/edge": 300 };
});

test("the baseline has the model's and the versions' facts", async () => {
  const { schema, release, model: found } = await discoverBaseline(hop, model);
  expect([schema, release, found]).toEqual([
    2,
    "1.6",
    { name: "kubeflow", uuid, cloud: "microk8s", jujuVersion: "2.9.42", kubernetesVersion: "v1.24.17" },
  ]);
});

test("the baseline can be read back as it was recorded", async () => {
  const found = await discoverBaseline(hop, model);
  expect(baselineSchema.parse(JSON.parse(canonicalJson(found)))).toEqual(found);
});

test("discovering changes nothing", async () => {
  await discoverBaseline(hop, model);
  expect(world.changes).toEqual([]);
});

test("of a database that can be dumped the image and its Pod's Secrets are recorded, never its password", async () => {
  world.put("kfp-db", { charmName: "charmed-osm-mariadb-k8s", channel: "latest/stable" });
  world.put("katib-db", { charmName: "charmed-osm-mariadb-k8s", channel: "latest/stable" });
  world.cluster.putPod(model, "kfp-db-0", { labels: { "app.kubernetes.io/name": "kfp-db" } });
  world.cluster.pods[`${model}/kfp-db-0`].spec!.containers = [
    { name: "kfp-db", image: "mariadb/server:10.3", env: [{ name: "MARIADB_ROOT_PASSWORD", value: "s3cret-0815" }] },
  ];
  const found = await discoverBaseline(hop, model);
  expect(found.databases).toEqual({ "kfp-db": { image: "mariadb/server:10.3", pullSecrets: [] } });
  expect(JSON.stringify(found)).not.toContain("s3cret-0815");
});

test("the same model gives the same text, in whatever order juju tells it", async () => {
  world.put("admission-webhook", { channel: "1.6/stable" });
  world.applications = { ...world.applications };
  const first = JSON.stringify(await discoverBaseline(hop, model));
  world.applications = Object.fromEntries(Object.entries(world.applications).reverse());
  world.info = Object.fromEntries(Object.entries(world.info).reverse());
  expect(JSON.stringify(await discoverBaseline(hop, model))).toBe(first);
});

test.each(["2.9.42", "3.6.11"])("with Juju %s podspec and sidecar are told by what runs", async (version) => {
  world.version = version;
  world.cluster.putSet(model, "minio", { containers: [{ name: "minio", image: "minio" }] });
  const { applications } = await discoverBaseline(hop, model);
  expect(
    [applications.minio, applications["dex-auth"]].map(({ generation, generationUnseen }) => [
      generation,
      generationUnseen,
    ]),
  ).toEqual([
    ["podspec", undefined],
    ["sidecar", undefined],
  ]);
});

test("where nothing runs the release tells, and the baseline says that it was not seen", async () => {
  delete world.cluster.sets[`${model}/dex-auth`];
  world.put("kfp-api", { channel: "2.0/stable", units: 0 });
  const { applications } = await discoverBaseline(hop, model);
  expect(
    ["dex-auth", "kfp-api"].map((name) => [applications[name].generation, applications[name].generationUnseen]),
  ).toEqual([
    ["sidecar", true],
    ["podspec", true],
  ]);
});

test("options that somebody set are recorded, defaults and empty ones not", async () => {
  world.config["dex-auth"].settings = {
    "static-username": { value: "admin", source: "user" },
    port: { value: 5556, source: "default" },
    "public-url": { value: "", source: "user" },
    unset: { source: "user" },
    "api-replicas": { value: 0, source: "user" },
  };
  const { config, configOmitted } = (await discoverBaseline(hop, model)).applications["dex-auth"];
  expect([config, configOmitted]).toEqual([{ "api-replicas": 0, "static-username": "admin" }, []]);
});

test("options that may hold a secret are named and left out, by name or by what is in them", async () => {
  world.config["dex-auth"].settings = {
    "static-password": { value: "s3cret-0815", source: "user" },
    connectors: { value: "- type: github\n  config:\n    clientSecret: s3cret-0815\n", source: "user" },
    "static-username": { value: "admin", source: "user" },
    "api-token": { value: "", source: "user" },
  };
  const found = await discoverBaseline(hop, model);
  expect(found.applications["dex-auth"].configOmitted).toEqual(["connectors", "static-password"]);
  expect(found.applications["dex-auth"].config).toEqual({ "static-username": "admin" });
  expect(JSON.stringify(found)).not.toContain("s3cret-0815");
});

test("a cluster that is another model's is refused", async () => {
  world.modelUuid = "another-id";
  expect(await refusal(discoverBaseline(hop, model))).toBe(
    `juju's model "kubeflow" has the id another-id, the cluster's namespace "kubeflow" that of model ${uuid}: juju and KUBECONFIG point to different places. Check \`juju switch\` and \`kubectl config current-context\``,
  );
});

test("a cluster without that namespace is refused", async () => {
  delete world.cluster.namespaces[model];
  expect(await refusal(discoverBaseline(hop, model))).toMatch(
    'the cluster\'s namespace "kubeflow" belongs to no model or is not there',
  );
});

test("a model that is no Charmed Kubeflow is refused", async () => {
  for (const live of Object.values(world.applications)) live.channel = "latest/beta";
  expect(await refusal(discoverBaseline(hop, model))).toMatch("does not look like Charmed Kubeflow 1.6 to 1.11");
});

test("an application that juju could not read is refused by name, so that no wrong baseline is recorded", async () => {
  world.put("dex-auth", {
    charmName: "",
    channel: "",
    revision: -1,
    status: { current: "error", message: "juju could not read it: timeout" },
  });
  expect(await refusal(discoverBaseline(hop, model))).toMatch(
    "juju could not read dex-auth (juju could not read it: timeout)",
  );
});

test("an application that juju could not read is kept without a charm where that is asked for, and stops the plan", async () => {
  world.put("dex-auth", {
    charmName: "",
    channel: "",
    revision: -1,
    status: { current: "error", message: "juju could not read it: timeout" },
  });
  const { applications, release } = await discoverBaseline(hop, model, "keep");
  expect([release, applications["dex-auth"].charm, applications.minio.charm]).toEqual(["1.6", "", "minio"]);
  for (const name of Object.keys(world.applications)) world.applications[name].charmName = "";
  expect(await refusal(discoverBaseline(hop, model, "keep"))).toMatch(
    "juju could not read dex-auth (juju could not read it: timeout), minio",
  );
});

test("volumes are recorded for applications that have any", async () => {
  const { volumes } = await discoverBaseline(hop, model);
  expect(Object.keys(volumes)).toEqual(["minio"]);
  expect(volumes.minio[0]).toMatchObject({
    storage: "minio-data",
    claim: "minio-data-0837847d-minio-0",
    volume: "pvc-old",
    reclaimPolicy: "Delete",
  });
});

test("revisions are recorded of channels that the hop needs and Charmhub has", async () => {
  const { available } = await discoverBaseline(hop, model);
  expect(available.minio).toEqual({ "ckf-1.7/stable": 186 });
});

test("what users have is counted by kind and namespace, and definitions are named", async () => {
  const { cluster } = world;
  for (let index = 0; index < 600; index++) cluster.putObject("notebooks.kubeflow.org", "team", `n-${index}`);
  cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
  cluster.putObject("poddefaults.kubeflow.org", "alice", "access");
  cluster.putObject("workflows.argoproj.io", "alice", "run");
  cluster.putObject("customresourcedefinitions.apiextensions.k8s.io", "", "notebooks.kubeflow.org");
  const { objects, definitions } = await discoverBaseline(hop, model);
  expect(objects).toEqual({ Notebook: { alice: 1, team: 600 }, PodDefault: { alice: 1 } });
  expect(definitions).toEqual(["notebooks.kubeflow.org"]);
});

test("profiles are recorded with their namespace, claims and volumes", async () => {
  world.cluster.profiles.alice = { metadata: { name: "alice" } };
  world.cluster.namespaces.alice = { uid: "uid-alice", annotations: {} };
  world.cluster.putBound("alice", "workspace", "pv-workspace");
  expect((await discoverBaseline(hop, model)).profiles).toEqual({
    alice: {
      namespaceUid: "uid-alice",
      claims: { workspace: "uid-workspace" },
      volumes: { workspace: "pv-workspace" },
    },
  });
});

describe("the dashboard's profile", () => {
  beforeEach(() => {
    world.put("kubeflow-dashboard", { channel: "1.6/stable" });
    world.config["kubeflow-dashboard"].settings = { profile: { value: "admin", source: "user" } };
    world.cluster.profiles.zoe = { metadata: { name: "zoe" } };
  });

  test("is recorded when it exists", async () => {
    world.cluster.profiles.admin = { metadata: { name: "admin" } };
    expect((await discoverBaseline(hop, model)).dashboardProfile).toBe("admin");
  });

  test("is left out when there is no such profile", async () => {
    expect(await discoverBaseline(hop, model)).not.toHaveProperty("dashboardProfile");
  });
});

test("a model of 300 applications, as juju tells it, is read, discovered, looked at by preflight and planned; nothing is changed", async () => {
  const status = JSON.parse(readFileSync(join(__dirname, "../juju/fixtures/status-2.9.json"), "utf8")) as {
    applications: Record<string, Record<string, unknown>>;
  };
  const [one] = Object.values(status.applications);
  const names = Array.from({ length: 300 }, (_, index) => `extra${index}`);
  for (const [name, { charm, channel, revision }] of Object.entries(baseline16().applications)) {
    status.applications[name] = {
      ...one,
      charm,
      "charm-name": charm,
      "charm-channel": channel,
      "charm-rev": revision,
      relations: {},
      units: { [`${name}/0`]: Object.values(one.units as object)[0] },
    };
  }
  for (const [index, name] of names.entries()) {
    status.applications[name] = {
      ...one,
      charm: "extra",
      "charm-name": "extra",
      "charm-channel": "latest/stable",
      "charm-rev": index,
      scale: 2,
      units: Object.fromEntries([0, 1].map((unit) => [`${name}/${unit}`, Object.values(one.units as object)[0]])),
    };
  }
  const { applications } = parseStatus(JSON.stringify(status));
  for (const [name, { units, ...live }] of Object.entries(applications))
    world.put(name, { ...live, units: Object.keys(units).length });
  world.relations = [
    ...baseline16().relations,
    ...names.map((name): [string, string] => [`${name}:object-storage`, "minio:object-storage"]),
  ];
  world.info = baseline16().available;
  const baseline = await discoverBaseline(hop, model);
  expect(Object.keys(baseline.applications)).toEqual(Object.keys(world.applications).sort());
  expect(baseline.applications.extra299).toMatchObject({ charm: "extra", revision: 299, scale: 2 });
  expect(baselineSchema.parse(JSON.parse(canonicalJson(baseline)))).toEqual(baseline);
  expect(Buffer.byteLength(canonicalJson(baseline))).toBeLessThan(500_000);
  const question = preflightQuestion(hop, baseline, settings);
  expect(
    preflight(question, await readLiveFacts(model, question)).refusing.filter(({ subject }) =>
      subject.includes("extra"),
    ),
  ).toEqual([]);
  expect(makePlan(hop, baseline, settings).notes.filter((note) => note.startsWith("extra"))).toHaveLength(300);
  expect(world.changes).toEqual([]);
});
