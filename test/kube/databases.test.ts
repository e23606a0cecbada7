import { type World, model, newWorld } from "../support/fake-model";
import { databasePod, rootPassword } from "../../kube/databases";

const variables = ["MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"];
const digest = `rocks.canonical.com:443/mariadb/server@sha256:${"a".repeat(64)}`;
let world: World;

function put(env: object[], { imageID = digest, phase = "Running" } = {}): void {
  world.cluster.putPod(model, "kfp-db-0", { labels: { "app.kubernetes.io/name": "kfp-db" }, phase });
  const pod = world.cluster.pods[`${model}/kfp-db-0`];
  pod.spec = {
    containers: [{ name: "sidecar" }, { name: "kfp-db", image: "mariadb:10.3", env: env as { name: string }[] }],
    imagePullSecrets: [{ name: "kfp-db-secret" }],
  };
  pod.status!.containerStatuses = [{ name: "kfp-db", image: "", imageID, ready: true, restartCount: 0 }];
}

beforeEach(() => {
  world = newWorld();
});

test("the container with root's password is found, with its image by digest", async () => {
  put([{ name: "MYSQL_ROOT_PASSWORD", value: "root" }]);
  expect(await databasePod(model, "kfp-db", variables)).toEqual({
    pod: "kfp-db-0",
    container: "kfp-db",
    image: digest,
    pullSecrets: ["kfp-db-secret"],
    variable: "MYSQL_ROOT_PASSWORD",
  });
  expect(await rootPassword(model, "kfp-db", variables)).toBe("root");
});

test.each([
  ["of which a node knows no digest has its name", "sha256:0123", "mariadb:10.3"],
  ["whose runtime writes a scheme has none", `docker-pullable://${digest}`, digest],
])("an image %s", async (_, imageID, image) => {
  put([{ name: "MYSQL_ROOT_PASSWORD", value: "root" }], { imageID });
  expect((await databasePod(model, "kfp-db", variables))?.image).toBe(image);
});

test("a password that lies in a Secret is read there", async () => {
  put([{ name: "MARIADB_ROOT_PASSWORD", valueFrom: { secretKeyRef: { name: "of-the-charm", key: "root" } } }]);
  expect(await rootPassword(model, "kfp-db", variables)).toBeUndefined();
  world.cluster.putSecret(model, "of-the-charm", { root: "kept there" });
  expect(await rootPassword(model, "kfp-db", variables)).toBe("kept there");
});

test("a Pod that does not run, has no such variable, or is not there tells nothing", async () => {
  expect(await databasePod(model, "kfp-db", variables)).toBeUndefined();
  put([{ name: "MYSQL_ROOT_PASSWORD", value: "root" }], { phase: "Pending" });
  expect(await databasePod(model, "kfp-db", variables)).toBeUndefined();
  put([{ name: "MYSQL_PASSWORD", value: "user's" }]);
  expect([await databasePod(model, "kfp-db", variables), await rootPassword(model, "kfp-db", variables)]).toEqual([
    undefined,
    undefined,
  ]);
});
