import { atRest, settled } from "../../juju/settled";
import type { AppStatus, UnitStatus } from "../../juju/status";

const unit = (workload = "active", agent = "idle", message = ""): UnitStatus => ({
  workload: { current: workload, message },
  agent: { current: agent, message: "" },
});
const app = (change: Partial<AppStatus> = {}): AppStatus => ({
  charmName: "minio",
  channel: "ckf-1.7/stable",
  revision: 186,
  scale: 1,
  life: "alive",
  status: { current: "active", message: "" },
  related: {},
  units: { "minio/0": unit() },
  ...change,
});
const target = { channel: "ckf-1.7/stable", revision: 186 };
const missing = "Missing istio-ingressgateway-workload service, deferring this event";
const awaiting = { status: "waiting", message: missing };

it("holds at channel and revision with every unit active and idle", () => {
  expect(settled(app(), target).ok).toBe(true);
});

it.each<[string, Partial<AppStatus>, RegExp]>([
  ["another revision", { revision: 99 }, /at ckf-1.7\/stable revision 99/],
  ["another channel with the same revision", { channel: "latest/edge" }, /at latest\/edge/],
  [
    "a unit that still runs the old charm",
    { units: { "minio/0": { ...unit(), upgradingFrom: "ch:minio-99" } } },
    /still runs ch:minio-99/,
  ],
  ["a busy agent", { units: { "minio/0": unit("active", "executing") } }, /agent of minio\/0 is executing/],
  ["a waiting workload", { units: { "minio/0": unit("waiting", "idle", "for x") } }, /waiting: for x/],
  ["an unknown workload (F4)", { units: { "minio/0": unit("unknown") } }, /unknown/],
  ["fewer units than asked for", { units: {} }, /0 of 1 units/],
  ["more units than asked for", { scale: 0 }, /1 of 0 units/],
  [
    "an operator that is being replaced",
    { status: { current: "waiting", message: "waiting for container" } },
    /waiting for container/,
  ],
])("waits on with %s", (_, change, why) => {
  const judgement = settled(app(change), target);
  expect(judgement).toMatchObject({ ok: false, why: expect.stringMatching(why) as string });
  expect(judgement.failed).toBeUndefined();
});

it.each<[string, AppStatus | undefined, RegExp]>([
  [
    "a unit in error",
    app({ units: { "minio/0": unit(), "minio/1": unit("error", "idle", 'hook failed: "upgrade-charm"') } }),
    /minio\/1 is in error: hook failed/,
  ],
  ["a failed agent", app({ units: { "minio/0": unit("active", "failed") } }), /agent of minio\/0/],
  [
    "an application in error",
    app({ status: { current: "error", message: "k8s does not support updating storage" } }),
    /does not support updating storage/,
  ],
  ["a dying application", app({ life: "dying" }), /dying/],
  ["no application", undefined, /not in the model/],
])("gives up on %s", (_, application, failed) => {
  expect(settled(application, target).failed).toMatch(failed);
});

it("takes a charm that sets no status for settled, once its agents are idle", () => {
  const silent = (agent: string): AppStatus =>
    app({ status: { current: "unknown", message: "" }, units: { "minio/0": unit("unknown", agent) } });
  expect([settled(silent("idle"), target).ok, settled(silent("executing"), target).ok]).toEqual([true, false]);
});

it("waits on while juju cannot read it", () => {
  expect(settled(app({ statusError: "boom" }), target)).toEqual({ ok: false, why: "juju could not read it: boom" });
});

it("holds at 0 units once they are gone", () => {
  expect(settled(app({ scale: 0, units: {}, status: { current: "unknown", message: "" } }), target).ok).toBe(true);
});

it("lets one waiting message end a wait beside active, and no other (F10)", () => {
  const at = (workload: string, message: string): boolean =>
    settled(app({ units: { "minio/0": unit(workload, "idle", message) } }), { ...target, awaiting }).ok;
  expect([at("waiting", missing), at("active", ""), at("waiting", "else"), at("blocked", missing)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe("an application that is new, whose sidecar Juju shows as being installed until its unit was active once", () => {
  const installing = { current: "waiting", message: "installing agent" };
  const newApp = (one: UnitStatus): AppStatus => app({ status: installing, units: { "minio/0": one } });

  it("is at rest when its unit asks for a relation", () => {
    expect(atRest(newApp(unit("blocked", "idle", "Waiting for istio-pilot relation")), target).ok).toBe(true);
  });

  it.each([
    ["its unit is being installed itself", unit("waiting", "idle", "installing agent")],
    ["its container is on the way", unit("waiting", "idle", "waiting for container")],
    ["its agent is busy", unit("blocked", "executing", "Waiting for istio-pilot relation")],
    ["its unit has become active, which Juju takes note of in a moment", unit()],
  ])("is waited on while %s", (_, one) => {
    expect(atRest(newApp(one), target).ok).toBe(false);
  });
});
