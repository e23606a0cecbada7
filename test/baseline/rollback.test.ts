import { type World, model, newWorld, refusal } from "../support/fake-model";
import { canonicalJson } from "../../components/canonical";
import type { Baseline } from "../../plan/types";
import { baseline16, hop } from "../support/baseline";
import { foundAfter } from "../support/found";

const mockDiscovered: { found?: Baseline } = {};
jest.mock("../../baseline/discover", () => ({ discoverBaseline: async () => mockDiscovered.found }));
const { obtainRollback, refuseAfterRollback } =
  jest.requireActual<typeof import("../../baseline/rollback")>("../../baseline/rollback");

const source = "pvc-1c0ffee0-2222-4333-8444-555566667777";
let world: World;

function record(name: string, { bundle, ...baseline }: Baseline): void {
  world.cluster.configMaps[`${model}/${name}`] = { "baseline.json": canonicalJson(baseline), "bundle.yaml": bundle };
}

beforeEach(() => {
  world = newWorld();
  mockDiscovered.found = {
    ...foundAfter(),
    definitions: ["inferenceservices.serving.kserve.io", "notebooks.kubeflow.org", "profiles.kubeflow.org"],
  };
  world.cluster.putBound(model, "minio-data-0837847d-minio-0", source);
});

describe("what a rollback is planned from", () => {
  test("is the recorded baseline and the model of now, with the definitions that there were before", async () => {
    record("ckf-upgrade-baseline-1.6-1.7", baseline16());
    const { baseline, found, volumesGone } = await obtainRollback(hop, model);
    expect(baseline).toEqual(baseline16());
    expect(found).toEqual({
      ...mockDiscovered.found,
      definitions: ["notebooks.kubeflow.org", "profiles.kubeflow.org"],
    });
    expect(volumesGone).toEqual([]);
  });

  test("once a run began, is what that run found, whatever the model is by now", async () => {
    record("ckf-upgrade-baseline-1.6-1.7", baseline16());
    record("ckf-upgrade-found-1.6-1.7", foundAfter());
    mockDiscovered.found = baseline16();
    expect((await obtainRollback(hop, model)).found).toEqual(foundAfter());
  });

  test("does not exist where no upgrade was recorded", async () => {
    expect(await refusal(obtainRollback(hop, model))).toBe(
      'setting "rollback" is true, but there is no ConfigMap kubeflow/ckf-upgrade-baseline-1.6-1.7: no upgrade of this program was recorded there, so there is nothing to go back to. Set rollback to false',
    );
  });

  test("names the volumes that finalize deleted", async () => {
    record("ckf-upgrade-baseline-1.6-1.7", baseline16());
    delete world.cluster.volumes[source];
    expect((await obtainRollback(hop, model)).volumesGone).toEqual(["minio/minio-data"]);
  });

  test.each([
    [
      "in the middle of its move is refused",
      { "charmed-kubeflow-upgrade/stopped-at": "2026-01-01T00:00:00Z" },
      /^the volume of "minio" \(pvc-1c0ffee0.*\) is in the middle of its move/,
    ],
    [
      "whose move ended is no hindrance",
      {
        "charmed-kubeflow-upgrade/stopped-at": "2026-01-01T00:00:00Z",
        "charmed-kubeflow-upgrade/serving-at": "2026-01-01T00:01:00Z",
      },
      undefined,
    ],
  ])("a volume %s", async (_name, annotations, message) => {
    record("ckf-upgrade-baseline-1.6-1.7", baseline16());
    world.cluster.volumes[source].metadata!.annotations = annotations;
    if (message) expect(await refusal(obtainRollback(hop, model))).toMatch(message);
    else expect((await obtainRollback(hop, model)).volumesGone).toEqual([]);
  });
});

describe("an upgrade", () => {
  test("goes on where nobody went back", async () => {
    await expect(refuseAfterRollback(hop, model)).resolves.toBeUndefined();
  });

  test("is refused while a rollback is under way", async () => {
    record("ckf-upgrade-found-1.6-1.7", foundAfter());
    expect(await refusal(refuseAfterRollback(hop, model))).toBe(
      'a rollback of model "kubeflow" was begun (ConfigMap ckf-upgrade-found-1.6-1.7) and is not through. Set rollback to true and run `pulumi up` until it is',
    );
  });

  test("is refused after one, with what has to go before the next", async () => {
    record("ckf-upgrade-found-1.6-1.7", foundAfter());
    world.cluster.configMaps[`${model}/ckf-upgrade-rolled-back-1.6-1.7`] = {};
    const message = await refusal(refuseAfterRollback(hop, model));
    expect(message).toMatch(/^model "kubeflow" was taken back to release 1\.6/);
    expect(message).toContain(
      "kubectl delete -n kubeflow configmap ckf-upgrade-baseline-1.6-1.7 ckf-upgrade-found-1.6-1.7 ckf-upgrade-rolled-back-1.6-1.7 ckf-upgrade-verified-1.6-1.7 ckf-upgrade-backup-proof ckf-upgrade-begun`",
    );
    expect(message).toContain("secret ckf-upgrade-minio-credentials");
  });
});
