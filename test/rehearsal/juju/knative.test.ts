import { World } from "./world";

const serving = {
  apiVersion: "operator.knative.dev/v1beta1",
  kind: "KnativeServing",
  name: "knative-serving",
  namespace: "knative-serving",
};

async function deployed(...more: string[]): Promise<World> {
  const world = new World();
  await world.juju("deploy knative-operator --channel 1.8/stable --trust");
  await world.settle();
  await world.juju(["deploy knative-serving --channel 1.8/stable --trust", ...more].join(" "));
  await world.settle();
  return world;
}

test("the operator rolls out the version that the charm asks for", async () => {
  const world = await deployed("--config namespace=knative-serving");
  expect(await world.cluster.get(serving)).toMatchObject({
    spec: { version: "1.8.0" },
    status: { version: "1.8.0", conditions: [{ type: "Ready", status: "True" }] },
  });
});

test("a minor at a time is followed, two at once are refused (F34)", async () => {
  const world = await deployed("--config namespace=knative-serving");
  await world.juju("config knative-serving version=1.9.2");
  await world.settle();
  expect(await world.cluster.get(serving)).toMatchObject({ status: { version: "1.9.2" } });
  await world.juju("config knative-serving version=1.12.4");
  await world.settle();
  expect(await world.cluster.get(serving)).toMatchObject({
    status: {
      version: "1.9.2",
      conditions: [{ status: "False", message: expect.stringContaining("across multiple MINOR versions") }],
    },
  });
});

test("without its namespace the charm is blocked and makes nothing", async () => {
  const world = await deployed();
  expect((await world.status()).applications["knative-serving"]["application-status"]).toMatchObject({
    current: "blocked",
    message: "Config item `namespace` must be set",
  });
  expect(await world.cluster.get({ ...serving, namespace: "" })).toBeUndefined();
  expect(world.cluster.all("KnativeServing")).toEqual([]);
});
