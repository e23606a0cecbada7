import { type World, model, newWorld, refusal } from "../support/fake-model";
import { obtainBaseline, refuseEarlyFinalize } from "../../baseline/index";
import { readBaseline } from "../../baseline/recorded";
import { canonicalJson } from "../../components/canonical";
import type { Baseline, Plan } from "../../plan/types";
import { baseline16, hop } from "../support/baseline";

const name = "ckf-upgrade-baseline-1.6-1.7";
let world: World;
beforeEach(() => {
  world = newWorld();
});

/** As the program records it. */
function record(baseline: Baseline): void {
  world.cluster.configMaps[`${model}/${name}`] = {
    "baseline.json": canonicalJson({ ...baseline, bundle: undefined }),
    "bundle.yaml": baseline.bundle,
  };
}

test("there is none before the first run", async () => {
  expect(await readBaseline(model, name)).toBeUndefined();
});

test("a recorded one is read back as it was", async () => {
  record(baseline16());
  expect(await readBaseline(model, name)).toEqual(baseline16());
});

test("one of an earlier version of this program, which looked at less, is read as it is", async () => {
  const { definitions, objects, ...earlier } = baseline16();
  expect([definitions, objects]).not.toContain(undefined);
  delete earlier.profiles.admin.volumes;
  record({ ...earlier, schema: 1 });
  expect(await readBaseline(model, name)).toEqual({ ...earlier, schema: 1 });
});

test.each<[string, (baseline: Baseline) => void, string]>([
  ["a field that is missing", (b) => delete (b as Partial<Baseline>).relations, "relations Invalid input"],
  [
    "a field inside that is missing",
    (b) => delete (b.applications.minio as { revision?: number }).revision,
    "applications.minio.revision Invalid input",
  ],
  [
    "a field of another type",
    (b) => void ((b.volumes.minio[0].capacityMiB as unknown) = "10Gi"),
    "volumes.minio.0.capacityMiB Invalid input",
  ],
  ["a field that nobody knows", (b) => void ((b as { extra?: number }).extra = 1), "Unrecognized key"],
  ["a later schema", (b) => void ((b.schema as number) = 3), "schema Invalid input"],
  ["another model", (b) => void (b.model.name = "other"), 'it is of model "other"'],
])("one with %s is refused by ConfigMap and field", async (_name, spoil, told) => {
  const baseline = baseline16();
  spoil(baseline);
  record(baseline);
  const message = await refusal(readBaseline(model, name));
  expect(message).toMatch(new RegExp(`^ConfigMap kubeflow/${name}: `));
  expect(message).toContain(told);
});

test.each([
  ["no JSON", { "baseline.json": "{", "bundle.yaml": "" }, '"baseline.json" is no JSON'],
  ["no baseline", { "bundle.yaml": "" }, '"baseline.json" is no JSON'],
  ["an empty one", { "baseline.json": "null", "bundle.yaml": "" }, "schema Invalid input"],
  ["no bundle", { "baseline.json": canonicalJson({ ...baseline16(), bundle: undefined }) }, "bundle Invalid input"],
])("a ConfigMap with %s is refused", async (_name, data, told) => {
  world.cluster.configMaps[`${model}/${name}`] = data as unknown as Record<string, string>;
  expect(await refusal(readBaseline(model, name))).toContain(`ConfigMap kubeflow/${name}: `);
  expect(await refusal(readBaseline(model, name))).toContain(told);
});

test("a recorded baseline is used, whatever the model looks like by now", async () => {
  record(baseline16());
  expect(await obtainBaseline(hop, model)).toEqual(baseline16());
});

test("a recorded baseline of another model than juju and the cluster mean is refused", async () => {
  record(baseline16());
  world.modelUuid = "another";
  expect(await refusal(obtainBaseline(hop, model))).toMatch(
    /^juju's model "kubeflow" has the id another, the cluster's namespace "kubeflow" that of model /,
  );
  world.cluster.namespaces[model].annotations["model.juju.is/id"] = "another";
  expect(await refusal(obtainBaseline(hop, model))).toMatch(
    /^ConfigMap kubeflow\/ckf-upgrade-baseline-1\.6-1\.7 is of model .*, juju's "kubeflow" is another: /,
  );
});

test("a broken record is never replaced by what the model is now", async () => {
  world.putMinio();
  world.cluster.configMaps[`${model}/${name}`] = { "baseline.json": "{" };
  expect(await refusal(obtainBaseline(hop, model))).toMatch("is no JSON");
});

test("the live model is the baseline where none is recorded", async () => {
  world.putMinio();
  expect((await obtainBaseline(hop, model)).applications).toHaveProperty("minio");
});

describe("finalize", () => {
  const plan: Plan = { from: "1.6", to: "1.7", model, storage: [], steps: [], notes: [] };

  test("is refused before an earlier run ended verified", async () => {
    expect(await refusal(refuseEarlyFinalize(plan))).toMatch(
      /^setting "finalize" is true, but there is no ConfigMap kubeflow\/ckf-upgrade-verified-1\.6-1\.7: /,
    );
  });

  test("is refused with the record of another hop", async () => {
    world.cluster.configMaps[`${model}/ckf-upgrade-verified-1.7-1.8`] = {};
    expect(await refusal(refuseEarlyFinalize(plan))).toMatch("finalize");
  });

  test("is let through once the hop was verified", async () => {
    world.cluster.configMaps[`${model}/ckf-upgrade-verified-1.6-1.7`] = { evidence: "{}" };
    await expect(refuseEarlyFinalize(plan)).resolves.toBeUndefined();
  });
});
