import { pinBundle } from "../../../rehearsal/juju";
import { releaseFile, World } from "./world";

const small = (minio: number): string =>
  pinBundle(
    "applications:\n  minio: {charm: minio, channel: ckf-1.6/stable, scale: 1}\n  argo-controller: {charm: argo-controller, channel: 3.3/stable, scale: 1}\nrelations:\n- [argo-controller, minio]\n",
    "1.6",
    { minio },
  );

describe("juju refresh", () => {
  it("is accepted at once and shows the old active/idle with upgrading-from first (juju.md f, gotcha 1)", async () => {
    const world = new World();
    await world.deployBundle(small(99));
    const { stderr, stdout, code } = await world.try("refresh minio --channel ckf-1.7/stable");
    expect({ stderr, stdout, code }).toEqual({
      stderr: 'Added charm-hub charm "minio", revision 186 in channel ckf-1.7/stable, to the model\n',
      stdout: "",
      code: 0,
    });
    await world.round(100);
    const unit = (await world.status()).applications.minio.units["minio/0"];
    expect(unit["upgrading-from"]).toBe("ch:amd64/kubernetes/minio-99");
    expect([unit["workload-status"].current, unit["juju-status"].current]).toEqual(["active", "idle"]);
    await world.pass(500);
    const running = (await world.status()).applications.minio.units["minio/0"];
    expect(running["upgrading-from"]).toBeUndefined();
    expect(running["juju-status"].current).toBe("executing");
    await world.settle();
    expect((await world.status()).applications.minio).toMatchObject({
      "charm-rev": 186,
      "charm-channel": "ckf-1.7/stable",
      "application-status": { current: "active" },
    });
  });

  it("keeps the claim of MinIO and its data, and the same key (section 0 item 7)", async () => {
    const world = new World();
    await world.deployBundle(small(99));
    const claims = world.cluster.all("PersistentVolumeClaim").map(({ metadata }) => metadata.uid);
    const key = world.cluster.named("Secret", "minio-secret")?.data;
    await world.juju("refresh minio --channel ckf-1.7/stable");
    await world.settle();
    expect(world.cluster.all("PersistentVolumeClaim").map(({ metadata }) => metadata.uid)).toEqual(claims);
    expect(world.cluster.named("Secret", "minio-secret")?.data).toEqual(key);
  });

  it("refuses a changed storage block after it said Added, and leaves the application as it was (F1)", async () => {
    const world = new World();
    await world.deployBundle(small(143));
    const { stderr, code } = await world.try("refresh minio --channel ckf-1.7/stable --storage minio-data=10G");
    expect(code).toBe(1);
    expect(stderr).toBe(
      'Added charm-hub charm "minio", revision 186 in channel ckf-1.7/stable, to the model\n' +
        "ERROR \nJuju on containers does not support updating storage on a statefulset.\nThe new charm's metadata contains updated storage declarations.\nYou'll need to deploy a new charm rather than upgrading if you need this change.\n not supported (not supported)\n",
    );
    expect(world.host.state.applications.minio).toMatchObject({ revision: 143, channel: "ckf-1.6/stable" });
  });

  it("refuses a changed deployment block first (F2)", async () => {
    const world = new World();
    await world.deployBundle(small(99));
    const { stderr, code } = await world.try("refresh argo-controller --channel 3.3.10/stable");
    expect(code).toBe(1);
    expect(stderr).toContain("Juju on containers does not support updating deployment info for services.");
  });

  it("follows the kfp channel trap: 2.0/stable is the 1.8-level sidecar (section 0 item 2)", async () => {
    const world = new World();
    await world.deployBundle(pinBundle(releaseFile("1.6"), "1.6"));
    await world.juju("refresh kfp-viz --channel 2.0/stable");
    expect(world.host.state.applications["kfp-viz"]?.revision).toBe(1235);
    expect((await world.try("refresh kfp-persistence --channel 2.0/stable")).stderr).toContain(
      "updating deployment info",
    );
  });

  it("asks for scale 0 from podspec to sidecar on 3.6, not on 2.9.42 (F3)", async () => {
    const bundle = pinBundle("applications:\n  katib-ui: {charm: katib-ui, channel: 0.14/stable, scale: 1}\n", "1.6");
    const old = new World();
    await old.deployBundle(bundle);
    expect((await old.try("refresh katib-ui --channel 0.15/stable")).code).toBe(0);

    const world = new World({ face: "3.6" });
    await world.deployBundle(bundle);
    const refused = await world.try("refresh katib-ui --channel 0.15/stable");
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain(
      "ERROR Upgrading from an older PodSpec style charm to a newer Sidecar charm requires that\nthe application be scaled down to 0 units.",
    );
    await world.juju("trust katib-ui --scope=cluster");
    await world.juju("scale-application katib-ui 0");
    await world.settle();
    expect((await world.status()).applications["katib-ui"].scale).toBeUndefined();
    await world.juju("refresh katib-ui --channel 0.15/stable");
    await world.settle();
    await world.juju("scale-application katib-ui 1");
    await world.settle();
    expect((await world.status()).applications["katib-ui"]).toMatchObject({
      "charm-rev": 267,
      "application-status": { current: "active" },
    });
    expect(world.cluster.named("Deployment", "katib-ui")).toBeUndefined();
    expect(world.cluster.named("StatefulSet", "katib-ui")).toBeDefined();
  });

  it("says already up-to-date with code 0, and still tracks another channel", async () => {
    const world = new World();
    await world.deployBundle(small(99));
    expect(await world.try("refresh argo-controller")).toEqual({
      stdout: "",
      stderr: 'charm "argo-controller": already up-to-date\n',
      code: 0,
    });
    await world.juju("refresh minio --switch ch:minio-99 --channel ckf-1.7/stable");
    expect(world.host.state.applications.minio).toMatchObject({ revision: 99, channel: "ckf-1.7/stable" });
  });

  it("takes the head of the channel for --revision, as 2.9 does, and the revision in the URL of --switch", async () => {
    const world = new World();
    await world.deployBundle(small(99));
    await world.juju("refresh minio --revision 99 --channel ckf-1.7/stable");
    expect(world.host.state.applications.minio.revision).toBe(186);
  });

  it("knows no such application, channel, risk or flag", async () => {
    const world = new World();
    await world.deployBundle(small(99));
    expect(await world.try("refresh foo")).toMatchObject({ stderr: 'ERROR application "foo" not found\n', code: 1 });
    expect((await world.try("refresh minio --channel 9.9/stable")).stderr).toMatch(
      /^ERROR selecting releases: charm or bundle not found for channel "9.9\/stable", platform "amd64\/ubuntu\/20.04"\navailable releases are:\n/,
    );
    expect((await world.try("refresh minio --channel ckf-1.7/nope")).stderr).toContain(
      'invalid risk in channel "ckf-1.7/nope"',
    );
    expect(await world.try("refresh minio --trust")).toMatchObject({
      stderr: "ERROR option provided but not defined: --trust\n",
      code: 2,
    });
    expect((await world.try("refresh minio --switch a --revision 3")).code).toBe(2);
  });

  it("leaves a podspec workload on the old image while a needed relation is missing", async () => {
    const world = new World();
    await world.deployBundle(pinBundle(releaseFile("1.6"), "1.6"));
    await world.juju("remove-relation kfp-ui:object-storage minio:object-storage");
    await world.settle();
    await world.juju("refresh kfp-ui --channel 2.0-alpha.7/stable");
    await world.settle();
    const image = (): string => world.cluster.named("Deployment", "kfp-ui")?.spec.template.spec.containers[0].image;
    expect((await world.status()).applications["kfp-ui"]["application-status"]).toMatchObject({
      current: "blocked",
      message: "Missing required relation for object-storage",
    });
    expect(image()).toBe("workload:kfp-ui-226");
    await world.juju("relate kfp-ui:object-storage minio:object-storage");
    await world.settle();
    expect(image()).toBe("workload:kfp-ui-504");
  });
});
