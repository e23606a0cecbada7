import { Upgrade } from "../../components/upgrade";
import { makeRollback } from "../../guide/rollback/plan";
import { baseline16, hop, settings } from "../support/baseline";
import { foundAfter } from "../support/found";
import { type MadeResource, mockPulumi, settled } from "../support/mocks";

const facts = { hop, baseline: baseline16(), found: foundAfter() };
const plan = makeRollback(facts, { ...settings, rollback: true }, []);

async function make(found: typeof facts.found | undefined): Promise<MadeResource[]> {
  const made = mockPulumi();
  new Upgrade("1.6-to-1.7", { plan, baseline: facts.baseline, settings, ...(found && { found }) });
  await settled();
  return made;
}

const named = (made: MadeResource[], name: string): MadeResource =>
  made.find((resource) => resource.name === name && !resource.type.startsWith("ckf:"))!;

test("both recordings are ConfigMaps of their own, told apart by their names", async () => {
  const made = await make(facts.found);
  const maps = made
    .filter(({ type }) => type === "kubernetes:core/v1:ConfigMap")
    .map(({ inputs }) => [
      inputs.metadata.name,
      inputs.data["baseline.json"] && (JSON.parse(inputs.data["baseline.json"]) as { release: string }).release,
    ]);
  expect(maps).toEqual([
    ["ckf-upgrade-baseline-1.6-1.7", "1.6"],
    ["ckf-upgrade-found-1.6-1.7", "1.7"],
    ["ckf-upgrade-rolled-back-1.6-1.7", undefined],
  ]);
});

test("the guard and every removal are given the evidence of the proven backup", async () => {
  const made = await make(facts.found);
  for (const name of ["guard-definitions", "back-remove-kubeflow-profiles", "back-remove-kserve-controller"]) {
    expect(JSON.parse(named(made, name).inputs.stdin)).toMatchObject({ "prove-backup": { digest: "a".repeat(64) } });
  }
  expect(JSON.parse(named(made, "verify").inputs.environment.CKF_STEP)).toMatchObject({
    action: { expected: { baseline: "ckf-upgrade-found-1.6-1.7", release: "1.6" } },
  });
});

test("nothing is declared without the model that was found", () => {
  mockPulumi();
  expect(() => new Upgrade("1.6-to-1.7", { plan, baseline: facts.baseline, settings })).toThrow(
    'step "found" records a model, and none was handed over',
  );
});
