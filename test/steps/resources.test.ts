import { type World, context, model, newWorld, refusal } from "../support/fake-model";
import { KubeError } from "../../kube/client";
import { hopNames } from "../../plan/names";
import { unpackFiles } from "../../resources/archive";
import { deleteExport, exportResources, proveResources } from "../../steps/resources";

const order = {
  kind: "export-resources",
  baseline: "ckf-upgrade-baseline-1.6-1.7",
  apply: ["profiles.kubeflow.org", "notebooks.kubeflow.org", "inferenceservices.serving.kserve.io"],
  runs: ["experiments.kubeflow.org", "trials.kubeflow.org"],
};
const action = { ...order, kind: "export-resources" as const };
const proof = {
  kind: "prove-resources",
  job: "resources-backup",
  exported: "export-resources",
  target: { claim: "ckf-upgrade-backup" },
} as const;

let world: World;
beforeEach(() => {
  world = newWorld();
  const { cluster } = world;
  cluster.configMaps[`${model}/ckf-upgrade-baseline-1.6-1.7`] = {
    "baseline.json": '{"schema":1}',
    "bundle.yaml": "applications: {}\n",
  };
  cluster.putKind("profiles.kubeflow.org", "Profile", [], { scope: "Cluster" });
  cluster.profiles.admin = { metadata: { name: "admin" } };
  cluster.namespaces.admin = { uid: "uid-admin", annotations: { owner: "admin" } };
  cluster.putBound("admin", "workspace", "pvc-1");
  cluster.putKind("notebooks.kubeflow.org", "Notebook", [
    { name: "b", namespace: "admin", uid: "2" },
    { name: "a", namespace: "admin", uid: "1" },
  ]);
  cluster.putKind("experiments.kubeflow.org", "Experiment", [{ name: "tune", namespace: "admin" }]);
  cluster.putKind("trials.kubeflow.org", "Trial", [
    { name: "tune-1", namespace: "admin", ownerReferences: [{ kind: "Experiment", uid: "3" }] },
  ]);
});

const part = (index: number): Buffer =>
  Buffer.from(world.cluster.secrets[`${model}/${hopNames().resources(index)}`].data!.part, "base64");

test("users' objects, their namespaces and claims, and the model's baseline are exported; what is not there is named", async () => {
  const outcome = await exportResources(action, context());
  expect(outcome).toMatchObject({
    changed: true,
    objects: 5,
    absent: ["inferenceservices.serving.kserve.io"],
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const files = await unpackFiles([part(0)]);
  expect(Object.keys(files).sort()).toEqual([
    "absent.txt",
    "apply/notebooks.kubeflow.org.jsonl",
    "apply/profiles.kubeflow.org.jsonl",
    "baseline.json",
    "bundle.yaml",
    "definitions.jsonl",
    "namespaces.jsonl",
    "owned/trials.kubeflow.org.jsonl",
    "runs/experiments.kubeflow.org.jsonl",
  ]);
  const notebook = (name: string): string =>
    `{"apiVersion":"kubeflow.org/v1","kind":"Notebook","metadata":{"name":"${name}","namespace":"admin"},"spec":{}}\n`;
  expect(files["apply/notebooks.kubeflow.org.jsonl"]).toBe(notebook("a") + notebook("b"));
  expect(files["absent.txt"]).toBe("inferenceservices.serving.kserve.io\n");
  expect(files["definitions.jsonl"]).toContain('{"name":"notebooks.kubeflow.org","served":["v1"],"stored":[]}');
  expect(
    files["namespaces.jsonl"]
      .split("\n")
      .slice(0, 2)
      .map((line) => JSON.parse(line) as object),
  ).toEqual([
    { kind: "Namespace", uid: "uid-admin", labels: {}, annotations: { owner: "admin" } },
    {
      kind: "PersistentVolumeClaim",
      namespace: "admin",
      name: "workspace",
      uid: "uid-workspace",
      labels: {},
      annotations: {},
      volumeName: "pvc-1",
      requested: "10Gi",
    },
  ]);
});

test("it is exported once: a model that is half-way is not what it was", async () => {
  const first = await exportResources(action, context());
  world.cluster.objects.notebooks = [];
  expect(await exportResources(action, context())).toEqual({ ...first, changed: false });
  expect(world.changes.filter((change) => change.startsWith("create"))).toEqual([
    `create secret ${hopNames().resources(0)}`,
  ]);
});

test("an export that was cut off before its first part is made anew", async () => {
  world.cluster.putSecret(model, hopNames().resources(1), { part: "half" });
  await exportResources(action, context());
  expect(Object.keys(world.cluster.secrets)).toEqual([`${model}/${hopNames().resources(0)}`]);
});

test("a list that cannot be had is no empty list", async () => {
  world.cluster.custom.listClusterCustomObject = () =>
    Promise.reject(new Error("notebooks: the cluster answered 403, forbidden"));
  expect(await refusal(exportResources(action, context()))).toMatch(/403, forbidden/);
  expect(world.cluster.secrets).toEqual({});
});

async function proven(result: object = {}) {
  const { digest } = await exportResources(action, context());
  world.cluster.putPod(model, "resources-backup-x", {
    labels: { "job-name": "resources-backup" },
    phase: "Succeeded",
    message: JSON.stringify({
      job: "resources-backup",
      mover: "resources",
      resumed: "fresh",
      objects: 9,
      bytes: 99,
      digest,
      differing: 0,
      missing: 0,
      extra: 0,
      changed: 0,
      ...result,
    }),
  });
  return {
    digest,
    outcome: () => proveResources(proof, context({ "export-resources": { kind: "export-resources", digest } })),
  };
}

test("a sample of each kind is applied on trial under a name of its own, and nothing changes", async () => {
  const { digest, outcome } = await proven();
  const before = [...world.changes];
  expect(await outcome()).toMatchObject({ changed: false, digest, tried: 4, untested: {} });
  expect(world.cluster.trials.map(({ kind, metadata }) => [kind ?? "Profile", metadata.name]).sort()).toEqual([
    ["Experiment", "ckf-upgrade-restore-test"],
    ["Notebook", "ckf-upgrade-restore-test"],
    ["Notebook", "ckf-upgrade-restore-test"],
    ["Profile", "ckf-upgrade-restore-test"],
  ]);
  expect(world.changes).toEqual(before);
});

test("an object that the cluster would not take back is named", async () => {
  const { outcome } = await proven();
  world.cluster.trialRefusals.notebooks = "the cluster answered 422, spec.template is required";
  expect(await refusal(outcome())).toMatch(
    /^The cluster would not take Notebook admin\/\w back from the backup: .*spec.template is required\. What cannot be restored is not backed up\./,
  );
});

test("a webhook that takes part in no trial is told, and proves nothing", async () => {
  const { outcome } = await proven();
  world.cluster.trialRefusals.notebooks = "the cluster answered 400, admission webhook does not support dry run";
  expect(await outcome()).toMatchObject({
    tried: 2,
    untested: { "notebooks.kubeflow.org": expect.stringContaining("does not support dry run") },
  });
});

test("a backup of another export proves nothing, nor do Secrets that changed since", async () => {
  const other = await proven({ digest: "f".repeat(64) });
  expect(await refusal(other.outcome())).toMatch(
    /^Job "resources-backup" proved the digest f+, the export has [0-9a-f]+\./,
  );
  const { outcome } = await proven();
  delete world.cluster.secrets[`${model}/${hopNames().resources(0)}`];
  expect(await refusal(outcome())).toMatch(/^The Secrets with the exported resources were changed or are gone/);
});

describe("once it is proven", () => {
  const clear = (digest: unknown) =>
    deleteExport({ kind: "delete-export", proven: "prove-resources" }, context({ "prove-resources": { digest } }));

  beforeEach(() => {
    // Two parts: a Secret is left over when the deletion is cut off.
    const noise = (from: number): string => Array.from({ length: 4_000 }, (_, at) => Math.sin(from + at)).join();
    world.cluster.putKind(
      "notebooks.kubeflow.org",
      "Notebook",
      Array.from({ length: 30 }, (_, index) => ({
        name: `n${index}`,
        namespace: "admin",
        annotations: { noise: noise(index * 4_000) },
      })),
    );
  });

  test("the export's Secrets are deleted, and nothing else is", async () => {
    world.cluster.putSecret(model, "somebody's", { key: "x" });
    const { digest, outcome } = await proven();
    await outcome();
    const parts = Object.keys(world.cluster.secrets).length - 1;
    expect(parts).toBeGreaterThan(1);
    expect(await clear(digest)).toEqual({ changed: true, deleted: parts });
    expect(Object.keys(world.cluster.secrets)).toEqual([`${model}/somebody's`]);
    expect(await clear(digest)).toEqual({ changed: false, deleted: 0 });
  });

  test("every step can run again without them, also when their deletion was cut off", async () => {
    const { digest, outcome } = await proven();
    const first = await exportResources(action, context());
    const told = await outcome();
    const original = world.cluster.core.deleteNamespacedSecret;
    world.cluster.core.deleteNamespacedSecret = (order) =>
      order.name === hopNames().resources(1)
        ? Promise.reject(new KubeError("the cluster cannot be reached"))
        : original(order);
    expect(await refusal(clear(digest))).toMatch(/cannot be reached/);
    world.cluster.core.deleteNamespacedSecret = original;
    expect(Object.keys(world.cluster.secrets)).toContain(`${model}/${hopNames().resources(1)}`);
    expect(Object.keys(world.cluster.secrets)).not.toContain(`${model}/${hopNames().resources(0)}`);

    world.cluster.objects["notebooks.kubeflow.org"] = [];
    const before = { changes: world.changes.length, trials: world.cluster.trials.length };
    expect(await exportResources(action, context())).toEqual({ ...first, changed: false });
    expect(await outcome()).toEqual(told);
    expect({ changes: world.changes.length, trials: world.cluster.trials.length }).toEqual(before);
    expect(await clear(digest)).toMatchObject({ changed: true });
    expect(world.cluster.secrets).toEqual({});
  });

  test("they stay while the export is not proven, or another one was", async () => {
    const { digest, outcome } = await proven();
    expect(await refusal(clear(digest))).toMatch(
      /^ConfigMap "ckf-upgrade-exported" does not say that the export [0-9a-f]{64} was proven\. Its Secrets may be all there is of it, so nothing was deleted\./,
    );
    await outcome();
    expect(await refusal(clear("f".repeat(64)))).toMatch(/nothing was deleted/);
    expect(await refusal(clear(undefined))).toMatch(/nothing was deleted/);
    expect(Object.keys(world.cluster.secrets)).toContain(`${model}/${hopNames().resources(0)}`);
  });
});
