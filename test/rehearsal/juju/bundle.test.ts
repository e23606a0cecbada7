import { parse } from "yaml";
import { pinBundle } from "../../../rehearsal/juju";
import { releaseFile, World } from "./world";

type StatusEntry = Record<"application-status", { current: string }>;

describe("the 1.6 bundle", () => {
  const world = new World();
  beforeAll(() => world.deployBundle(pinBundle(releaseFile("1.6"), "1.6")));

  it("settles with every one of its 31 applications active and idle", async () => {
    const { applications } = await world.status();
    expect(Object.keys(applications)).toHaveLength(31);
    const restless = Object.entries(applications as Record<string, StatusEntry>).filter(
      ([, app]) => app["application-status"].current !== "active",
    );
    expect(restless.map(([name, app]) => [name, app["application-status"]])).toEqual([]);
  });

  it("has the 22 relations of the bundle", () => {
    expect(world.host.state.relations).toHaveLength(22);
  });

  it("deploys kfp at its podspec revision although 2.0/stable has moved on (section 0 item 2)", async () => {
    const { applications } = await world.status();
    expect(applications["kfp-api"]).toMatchObject({
      "charm-rev": 241,
      "charm-channel": "2.0/stable",
      series: "kubernetes",
    });
  });

  it("exports itself with exact endpoints", async () => {
    const bundle = parse(await world.juju("export-bundle"));
    expect(bundle.bundle).toBe("kubernetes");
    expect(bundle.applications.minio).toEqual({
      charm: "minio",
      channel: "ckf-1.6/stable",
      revision: 99,
      scale: 1,
      constraints: "arch=amd64",
      storage: { "minio-data": "kubernetes,1,10240M" },
    });
    expect(bundle.relations).toContainEqual(["kfp-api:object-storage", "minio:object-storage"]);
  });

  it("makes the user's namespace for the dashboard's Profile, and MinIO's key in it", () => {
    expect(world.cluster.named("Namespace", "admin")?.metadata.ownerReferences?.[0]).toMatchObject({
      kind: "Profile",
      name: "admin",
    });
    const key = world.cluster.named("Secret", "minio-secret")?.data.MINIO_SECRET_KEY;
    expect(Buffer.from(key, "base64").toString()).toMatch(/^[A-Z0-9]{30}$/);
    expect(world.cluster.named("Secret", "mlpipeline-minio-artifact")?.data.secretkey).toBe(key);
  });

  it("continues after a kill", async () => {
    world.restart();
    await world.settle();
    expect((await world.status()).applications.minio["application-status"].current).toBe("active");
  });
});
