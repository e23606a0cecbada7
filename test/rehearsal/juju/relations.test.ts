import { pinBundle } from "../../../rehearsal/juju";
import { World } from "./world";

const bundle = pinBundle(
  "applications:\n  minio: {charm: minio, channel: ckf-1.6/stable, scale: 1}\n  argo-controller: {charm: argo-controller, channel: 3.3/stable, scale: 1}\n  kfp-ui: {charm: kfp-ui, channel: 2.0/stable, scale: 1}\n  katib-db: {charm: charmed-osm-mariadb-k8s, channel: latest/stable, scale: 1}\n  other-db: {charm: charmed-osm-mariadb-k8s, channel: latest/stable, scale: 1}\n  katib-db-manager: {charm: katib-db-manager, channel: 0.14/stable, scale: 1}\nrelations:\n- [argo-controller, minio]\n- [katib-db-manager, katib-db]\n",
  "1.6",
);

async function deployed(face: "2.9" | "3.6" = "2.9"): Promise<World> {
  const world = new World({ face });
  await world.deployBundle(bundle);
  return world;
}

describe("relations", () => {
  it("are accepted silently for removal, shown until both sides left, then gone (juju.md b, remove-relation)", async () => {
    const world = await deployed();
    expect(await world.try("remove-relation argo-controller minio")).toEqual({ stdout: "", stderr: "", code: 0 });
    expect((await world.status()).applications.minio.relations).toEqual({ "object-storage": ["argo-controller"] });
    expect((await world.try("remove-relation argo-controller minio")).code).toBe(0);
    expect((await world.try("relate argo-controller minio")).stderr).toContain(
      "relation argo-controller:object-storage minio:object-storage is dying, but not yet removed (already exists)",
    );
    await world.settle();
    const { applications } = await world.status();
    expect([applications.minio.relations, applications["argo-controller"].relations]).toEqual([undefined, undefined]);
    expect(applications["argo-controller"]["application-status"]).toMatchObject({
      current: "blocked",
      message: "Waiting for object-storage relation data",
    });
    expect(await world.try("remove-relation argo-controller minio")).toMatchObject({
      stderr: 'ERROR relation matching "argo-controller minio" not found (not found)\n',
      code: 1,
    });
  });

  it("are refused when they exist, requirer named first whatever the order (juju.md b, relate)", async () => {
    const world = await deployed();
    const { stderr, code } = await world.try("relate minio:object-storage argo-controller:object-storage");
    expect(code).toBe(1);
    expect(stderr).toBe(
      `ERROR cannot add relation "argo-controller:object-storage minio:object-storage"\nrelation argo-controller:object-storage minio:object-storage (already exists): \n\nUse 'juju status --relations' to view the current relations.\n`,
    );
  });

  it("know unknown applications, ends that do not fit, and limits", async () => {
    const world = await deployed();
    expect((await world.try("relate foo minio")).stderr).toBe('ERROR application "foo" not found (not found)\n');
    expect((await world.try("relate katib-db minio")).stderr).toBe("ERROR no relations found\n");
    expect((await world.try("relate katib-db-manager other-db")).stderr).toContain(
      "establishing a new relation for katib-db-manager:mysql would exceed its maximum relation limit of 1 (quota limit exceeded)",
    );
    expect((await world.try("relate minio")).code).toBe(2);
  });

  it("have an endpoint only from the revision on that declares it", async () => {
    const world = await deployed();
    await world.juju("deploy mysql-k8s --channel 8.0/stable --trust");
    await world.settle();
    expect((await world.try("relate katib-db-manager:relational-db mysql-k8s:database")).stderr).toContain(
      'application "katib-db-manager" has no "relational-db" relation',
    );
    await world.juju("trust katib-db-manager --scope=cluster");
    await world.juju("refresh katib-db-manager --channel 0.15/stable");
    await world.settle();
    await world.juju("relate katib-db-manager:relational-db mysql-k8s:database");
    await world.settle();
    expect((await world.status()).applications["katib-db-manager"]["application-status"]).toMatchObject({
      current: "blocked",
      message: "Remove deprecated mysql relation to unblock.",
    });
  });

  it("keep dying while a unit of one side is in error", async () => {
    const world = await deployed();
    world.host.state.faults["hook-error"] = { application: "argo-controller", hook: "object-storage-relation-broken" };
    await world.juju("remove-relation argo-controller minio");
    await world.pass(10_000);
    expect((await world.status()).applications.minio.relations).toBeDefined();
    delete world.host.state.faults["hook-error"];
    await world.juju("resolved argo-controller/0");
    await world.settle();
    expect((await world.status()).applications.minio.relations).toBeUndefined();
  });

  it("have the shape and the verbs of 3.x on that face", async () => {
    const world = await deployed("3.6");
    expect((await world.status()).applications.minio.relations).toEqual({
      "object-storage": [{ "related-application": "argo-controller", interface: "object-storage", scope: "global" }],
    });
    expect(await world.try("add-relation kfp-ui minio")).toMatchObject({
      stderr: "ERROR unrecognized command: juju add-relation\n",
      code: 2,
    });
    expect((await world.try("integrate kfp-ui minio")).code).toBe(0);
    const old = await deployed();
    expect((await old.try("integrate kfp-ui minio")).code).toBe(2);
    expect((await old.try("add-relation kfp-ui minio")).code).toBe(0);
  });
});
