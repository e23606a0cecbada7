import { type World, model, newWorld, refusal } from "../support/fake-model";
import { canonicalJson } from "../../components/canonical";
import type { Baseline } from "../../plan/types";
import { judgeStatus } from "../../status/judge";
import { renderStatus } from "../../status/render";
import { baseline16 } from "../support/baseline";
import { foundAfter } from "../support/found";

const mockConfig: Record<string, string> = {};
const mockState = { done: [] as string[], unready: {}, pending: {} as Record<string, string> };
const lock = { holder: "ann@here, process 4711, since noon", alive: false };
jest.mock("../../status/pulumi", () => ({
  exportStack: async () => mockState,
  readLocks: async () => [lock],
  readConfig: async () => {
    const { settings } = jest.requireActual<typeof import("../support/baseline")>("../support/baseline");
    const texts = Object.entries(settings).map(([name, value]) => [
      name,
      Array.isArray(value) && name !== "volumes" ? JSON.stringify(value) : String(value),
    ]);
    return { ...(Object.fromEntries(texts) as Record<string, string>), ...mockConfig };
  },
}));
// After the mocks of the model, which hold for what is loaded later.
const { readStatusFacts } = jest.requireActual<typeof import("../../status/read")>("../../status/read");

let world: World;
const put = (name: string, data: Record<string, string> = {}): void =>
  void (world.cluster.configMaps[`${model}/ckf-upgrade-${name}`] = data);
const record = (name: string, { bundle, ...baseline }: Baseline): void =>
  put(name, { "baseline.json": canonicalJson(baseline), "bundle.yaml": bundle });

beforeEach(() => {
  world = newWorld();
  for (const name of Object.keys(mockConfig)) delete mockConfig[name];
  Object.assign(mockState, { done: [], pending: {} });
  for (const [name, { charm, channel, revision }] of Object.entries(foundAfter().applications))
    world.put(name, { charmName: charm, channel, revision });
  world.cluster.putBound(model, "minio-data-0837847d-minio-0", "pvc-1c0ffee0-2222-4333-8444-555566667777");
  record("baseline-1.6-1.7", baseline16());
  put("verified-1.6-1.7");
  put("backup-proof", { digest: "d" });
});

/** After a run back was killed. */
function killed(): void {
  Object.assign(mockConfig, { rollback: "true", acceptIrreversible: '["schema-kfp-api","definition-owners"]' });
  record("found-1.6-1.7", foundAfter());
  Object.assign(mockState, { done: ["verify"], pending: { "back-refresh-minio": "creating" } });
  put("failures", { "back-deploy-istio-pilot": '{"at":"noon","message":"istio-pilot: not reached"}' });
}

test("an upgrade is told of as long as nobody asks for the way back", async () => {
  const facts = await readStatusFacts("staging");
  expect([facts.found, facts.recorded, facts.verified]).toEqual([undefined, true, true]);
  expect(judgeStatus(facts)).toMatchObject({ headline: "done and verified", exitCode: 0 });
  expect(world.changes).toEqual([]);
});

test.each(["true", "false"])(
  "a rollback that was killed is told of as one, with the setting rollback %s, and not as the upgrade that was verified before",
  async (rollback) => {
    killed();
    mockConfig.rollback = rollback;
    const facts = await readStatusFacts("staging");
    expect([facts.found, facts.recorded, facts.verified]).toEqual([foundAfter(), true, false]);
    const status = judgeStatus(facts);
    expect(status).toMatchObject({
      exitCode: 4,
      headline: "cut off in the middle of back-refresh-minio; stopped: back-deploy-istio-pilot failed",
      cutOff: ["back-refresh-minio"],
    });
    expect(JSON.stringify(status)).not.toContain("finalize");
    expect(world.changes).toEqual([]);
  },
);

test("a rollback that was recorded as through is through", async () => {
  killed();
  put("rolled-back-1.6-1.7");
  Object.assign(mockState, { pending: {} });
  expect(judgeStatus(await readStatusFacts("staging"))).toMatchObject({
    exitCode: 0,
    headline: "taken back to release 1.6, and verified",
  });
});

test("the way back from nothing, and an upgrade beside what a rollback left, are refused as up refuses them", async () => {
  killed();
  delete world.cluster.configMaps[`${model}/ckf-upgrade-baseline-1.6-1.7`];
  expect(await refusal(readStatusFacts("staging"))).toMatch(/there is nothing to go back to/);
  mockConfig.rollback = "false";
  expect(await refusal(readStatusFacts("staging"))).toMatch(/^a rollback of model "kubeflow" was begun/);
});

test("where a later release is asked for, the whole way is told with what people do between two hops", async () => {
  mockConfig.to = "1.9";
  delete world.cluster.configMaps[`${model}/ckf-upgrade-verified-1.6-1.7`];
  const facts = await readStatusFacts("staging");
  expect(facts.plan).toMatchObject({ from: "1.6", to: "1.7" });
  const text = renderStatus(facts, judgeStatus(facts));
  expect(text).toMatch(/^path {6}1\.6 > 1\.7 \(this run\) > \[.*\] > 1\.8 > .*1\.9$/m);
  expect(text).toContain("1.7 to 1.8: this version of the program does not make this hop");
  mockConfig.to = "1.7";
  expect((await readStatusFacts("staging")).path).toBeUndefined();
});
