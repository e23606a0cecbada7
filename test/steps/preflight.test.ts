import { type World, context, model, newWorld, refusal, uuid } from "../support/fake-model";
import { preflight } from "../../steps/preflight";

const action = { kind: "preflight" as const, applications: ["istio-pilot", "minio"] };
let world: World;
beforeEach(() => {
  world = newWorld();
  world.put("minio");
  world.put("istio-pilot");
});

test("goes on with a whole model at rest, and changes nothing", async () => {
  expect(await preflight(action, context())).toMatchObject({ changed: false, model: uuid, resumed: false });
  expect(world.changes).toEqual([]);
});

test("tells every finding at once", async () => {
  world.modelStatus = "suspended";
  world.cluster.namespaces[model].annotations["model.juju.is/id"] = "another-model";
  world.applications.minio.units["minio/0"].workload = { current: "error", message: "hook failed" };
  delete world.applications["istio-pilot"];
  world.put("newcomer", { life: "dying" });
  const message = await refusal(preflight(action, context()));
  for (const finding of [
    "  model kubeflow is suspended",
    `juju's model kubeflow has the id ${uuid}, the cluster's namespace kubeflow belongs to model another-model: JUJU_DATA and KUBECONFIG point to different places`,
    "  minio/0 is in error: hook failed",
    "  istio-pilot is gone since the baseline was taken",
    "  newcomer is dying",
    "  newcomer came since the baseline was taken",
  ]) {
    expect(message).toContain(finding);
  }
  expect(message).toContain("nothing was changed by this run");
  expect(world.changes).toEqual([]);
});

test("refuses a namespace that belongs to no model", async () => {
  delete world.cluster.namespaces[model];
  expect(await refusal(preflight(action, context()))).toContain("the cluster's namespace kubeflow belongs to none or is not there");
});

test.each([
  ["whose charm waits", (w: World) => void (w.applications.minio.status = { current: "waiting", message: "for storage" }), "minio is waiting: for storage"],
  ["in error", (w: World) => void (w.applications.minio.status = { current: "error", message: "image" }), "minio is in error: image"],
  ["whose agent is at work", (w: World) => void (w.applications.minio.units["minio/0"].agent = { current: "executing", message: "" }), "the agent of minio/0 is executing"],
  ["whose agent is lost", (w: World) => void (w.applications.minio.units["minio/0"].agent = { current: "lost", message: "no contact" }), "the agent of minio/0 is lost: no contact"],
  ["that is being upgraded", (w: World) => void (w.applications.minio.units["minio/0"].upgradingFrom = "ch:minio-99"), "minio/0 is being upgraded from ch:minio-99"],
])("refuses an application %s", async (_name, spoil, finding) => {
  spoil(world);
  expect(await refusal(preflight(action, context()))).toContain(finding);
});

describe("once the key was kept by an earlier run", () => {
  beforeEach(() => world.cluster.putSecret(model, "ckf-upgrade-minio-credentials", {}));

  test("goes on with a model that is half-way, and says so", async () => {
    delete world.applications.minio;
    world.applications["istio-pilot"].status = { current: "waiting", message: "" };
    const heard = context();
    expect(await preflight(action, heard)).toMatchObject({ resumed: true });
    expect(heard.said.join("\n")).toContain("half-way");
  });

  test("refuses what is broken all the same", async () => {
    world.applications.minio.units["minio/0"].workload = { current: "error", message: "hook failed" };
    expect(await refusal(preflight(action, context()))).toContain("minio/0 is in error: hook failed");
  });

  test("refuses another model's cluster all the same", async () => {
    world.modelUuid = "another";
    expect(await refusal(preflight(action, context()))).toContain("point to different places");
  });
});
