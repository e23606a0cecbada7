import { pinBundle } from "../../../rehearsal/juju";
import { releaseFile, World } from "./world";

const original = new World();
beforeAll(async () => {
  await original.deployBundle(pinBundle(releaseFile("1.6"), "1.6"));
  await original.cluster.apply({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "of-the-user", namespace: "admin" },
    data: {},
  });
});
const deployed = async (): Promise<World> => original.copy();

const profileRef = { apiVersion: "kubeflow.org/v1", kind: "Profile", name: "admin" };

async function strip(world: World): Promise<void> {
  const profile = await world.cluster.get(profileRef);
  if (profile === undefined) throw new Error("no profile");
  profile.metadata.labels = {};
  profile.metadata.annotations = {};
}

describe("kubeflow-dashboard and kubeflow-profiles", () => {
  it("labels the Profile of the 1.6 podspec as Juju's (2.1 step 6)", async () => {
    const world = await deployed();
    const profile = await world.cluster.get(profileRef);
    expect(Object.keys({ ...profile?.metadata.labels, ...profile?.metadata.annotations }).sort()).toEqual([
      "app.juju.is/created-by",
      "app.kubernetes.io/managed-by",
      "app.kubernetes.io/name",
      "controller.juju.is/id",
      "model.juju.is/id",
      "model.juju.is/name",
    ]);
  });

  it("loses the user's namespace when the dashboard is refreshed with the labels on (F5)", async () => {
    const world = await deployed();
    const uid = world.cluster.named("Namespace", "admin")?.metadata.uid;
    await world.juju("trust kubeflow-dashboard --scope=cluster");
    await world.juju("refresh kubeflow-dashboard --channel 1.7/stable");
    await world.settle();
    expect(world.cluster.named("Secret", "of-the-user")).toBeUndefined();
    expect(world.cluster.named("Namespace", "admin")?.metadata.uid).not.toBe(uid);
  });

  it("keeps it when the labels were taken off first (F5)", async () => {
    const world = await deployed();
    const uid = world.cluster.named("Namespace", "admin")?.metadata.uid;
    await strip(world);
    await world.juju("trust kubeflow-dashboard --scope=cluster");
    await world.juju("refresh kubeflow-dashboard --channel 1.7/stable");
    await world.settle();
    expect((await world.status()).applications["kubeflow-dashboard"]).toMatchObject({
      "charm-rev": 307,
      "application-status": { current: "active" },
    });
    expect(world.cluster.named("Namespace", "admin")?.metadata.uid).toBe(uid);
    expect(world.cluster.named("Secret", "of-the-user")).toBeDefined();
  });

  it("deletes every profile's namespace with kubeflow-profiles, for its CRD goes (section 0 item 9)", async () => {
    const world = await deployed();
    await strip(world);
    await world.juju("remove-application kubeflow-profiles");
    await world.settle();
    expect(world.cluster.named("CustomResourceDefinition", "profiles.kubeflow.org")).toBeUndefined();
    expect(world.cluster.named("Namespace", "admin")).toBeUndefined();
  });

  it("keeps Notebooks over a refresh of jupyter-controller and loses them with its removal (section 0 item 9)", async () => {
    const world = await deployed();
    await world.cluster.apply({
      apiVersion: "kubeflow.org/v1",
      kind: "Notebook",
      metadata: { name: "work", namespace: "admin" },
    });
    await world.juju("refresh jupyter-controller --channel 1.7/stable");
    await world.settle();
    expect(world.cluster.named("Notebook", "work")).toBeDefined();
    await world.juju("remove-application jupyter-controller");
    await world.settle();
    expect(world.cluster.named("Notebook", "work")).toBeUndefined();
  });

  it("waits for kubeflow-profiles where the relation is missing", async () => {
    const world = await deployed();
    await world.juju("remove-relation kubeflow-profiles kubeflow-dashboard");
    await world.settle();
    expect((await world.status()).applications["kubeflow-dashboard"]["application-status"]).toMatchObject({
      current: "waiting",
      message: "Waiting for kubeflow-profiles relation data",
    });
  });
});

describe("trust", () => {
  it("without it a refreshed charm fails its hook with 403, and trust with resolved heals it (F40)", async () => {
    const world = await deployed();
    await world.juju("refresh jupyter-ui --channel 1.7/stable");
    await world.pass(3000);
    const unit = (await world.status()).applications["jupyter-ui"].units["jupyter-ui/0"];
    expect(unit["workload-status"]).toMatchObject({ current: "error", message: 'hook failed: "upgrade-charm"' });
    expect(await world.juju("debug-log --replay --include jupyter-ui")).toContain("403 Forbidden");
    expect(await world.juju("debug-log --replay --include kfp-ui --include unit-jupyter-0")).toBe("");
    await world.juju("trust jupyter-ui --scope=cluster");
    await world.juju("resolved jupyter-ui/0");
    await world.settle();
    expect((await world.status()).applications["jupyter-ui"]["application-status"].current).toBe("active");
  });

  it("wants its scope named", async () => {
    const world = await deployed();
    expect(await world.try("trust jupyter-ui")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("ERROR 'juju trust' currently grants full access to the cluster itself."),
    });
    expect(await world.juju("config jupyter-ui trust")).toBe("false\n");
  });
});

describe("istio", () => {
  const gatewayGone = async (world: World): Promise<void> => {
    await world.juju("remove-application istio-ingressgateway");
    await world.settle();
  };
  const tag = (world: World): string =>
    world.cluster.named("Deployment", "istiod")?.spec.template.spec.containers[0].image;

  it("goes up one minor at a time without the gateway and waits for it in between (2.1 steps 2 to 4)", async () => {
    const world = await deployed();
    await gatewayGone(world);
    expect(world.cluster.named("Deployment", "istio-ingressgateway-workload")).toBeUndefined();
    for (const minor of [12, 13, 14, 15, 16]) {
      await world.juju(`refresh istio-pilot --channel 1.${minor}/stable`);
      await world.settle();
      expect(tag(world)).toMatch(new RegExp(`pilot-1\\.${minor}\\.`));
      expect((await world.status()).applications["istio-pilot"]["application-status"]).toMatchObject({
        current: "waiting",
        message: "Missing istio-ingressgateway-workload service, deferring this event",
      });
    }
    await world.juju("deploy istio-gateway istio-ingressgateway --channel 1.16/stable --trust --config kind=ingress");
    await world.juju("relate istio-pilot:istio-pilot istio-ingressgateway:istio-pilot");
    await world.settle();
    const { applications } = await world.status();
    expect(
      [applications["istio-pilot"], applications["istio-ingressgateway"]].map(
        (app) => app["application-status"].current,
      ),
    ).toEqual(["active", "active"]);
    expect(
      world.cluster.named("Deployment", "istio-ingressgateway-workload")?.spec.template.spec.containers[0].image,
    ).toBe("workload:proxyv2-1.16.2");
  });

  it("fails its hook when a minor is skipped, and stays old although resolve --no-retry makes it look well (F9, F30)", async () => {
    const world = await deployed();
    await gatewayGone(world);
    await world.juju("refresh istio-pilot --channel 1.14/stable");
    await world.pass(3000);
    expect((await world.status()).applications["istio-pilot"].units["istio-pilot/0"]["workload-status"]).toMatchObject({
      current: "error",
      message: 'hook failed: "upgrade-charm"',
    });
    expect(await world.juju("debug-log --replay")).toContain("more than one minor version ahead of control plane");
    await world.juju("resolve istio-pilot/0 --no-retry");
    await world.settle();
    expect(tag(world)).toBe("workload:pilot-1.11.5");
    expect((await world.status()).applications["istio-pilot"]["charm-rev"]).toBe(352);
  });

  it("hangs while the gateway's Deployment is there, and goes on when it is gone (F10)", async () => {
    const world = await deployed();
    await world.juju("refresh istio-pilot --channel 1.12/stable");
    await world.pass(20_000);
    expect((await world.status()).applications["istio-pilot"].units["istio-pilot/0"]["juju-status"]).toMatchObject({
      current: "executing",
      message: "running upgrade-charm hook",
    });
    expect(tag(world)).toBe("workload:pilot-1.11.5");
    await world.cluster.delete({
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: "kubeflow",
      name: "istio-ingressgateway-workload",
    });
    await world.settle();
    expect(tag(world)).toBe("workload:pilot-1.12.9");
  });

  it("may leave the gateway's workload behind (F11)", async () => {
    const world = await deployed();
    world.host.state.faults["gateway-workload-stays"] = {};
    await gatewayGone(world);
    expect((await world.status()).applications["istio-ingressgateway"]).toBeUndefined();
    expect(world.cluster.named("Deployment", "istio-ingressgateway-workload")).toBeDefined();
  });
});
