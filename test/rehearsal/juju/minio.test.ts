import { pinBundle } from "../../../rehearsal/juju";
import { releaseFile, World } from "./world";

const decode = (data: Record<string, string> | undefined, key: string): string =>
  Buffer.from(data?.[key] ?? "", "base64").toString();

const original = new World();
beforeAll(() => original.deployBundle(pinBundle(releaseFile("1.6"), "1.6", { minio: 143 })));
const deployed = async (): Promise<World> => original.copy();

describe("minio (section 4)", () => {
  it("runs as a StatefulSet whose claim is <storage>-<uuid8>-minio-0 with the size declared (juju.md d)", async () => {
    const world = await deployed();
    const [claim] = world.cluster
      .all("PersistentVolumeClaim")
      .filter(({ metadata }) => metadata.name.startsWith("minio-data-"));
    expect(claim?.metadata.name).toMatch(/^minio-data-[0-9a-f]{8}-minio-0$/);
    expect(claim?.metadata.labels).toEqual({
      "storage.juju.is/name": "minio-data",
      "app.kubernetes.io/managed-by": "juju",
      "app.kubernetes.io/name": "minio",
    });
    expect(claim?.spec.resources.requests.storage).toBe("1024Mi");
    expect(world.cluster.named("StatefulSet", "minio")?.metadata.annotations).toMatchObject({
      "app.juju.is/uuid": expect.stringMatching(/^[0-9a-f]{8}$/),
    });
  });

  it("answers an empty secret-key although the charm generated one (section 0 item 6)", async () => {
    const world = await deployed();
    expect(await world.juju("config minio secret-key")).toBe("\n");
    expect(await world.juju("config minio access-key")).toBe("minio\n");
    expect(decode(world.cluster.named("Secret", "minio-secret")?.data, "MINIO_SECRET_KEY")).toMatch(/^[A-Z0-9]{30}$/);
  });

  it("is removed with its data left behind, and comes back with another claim and another key (F29)", async () => {
    const world = await deployed();
    const before = world.cluster.named("Secret", "minio-secret")?.data;
    const claims = world.cluster.all("PersistentVolumeClaim").map(({ metadata }) => metadata.name);
    const { stdout, stderr, code } = await world.try("remove-application minio");
    expect({ stdout, stderr, code }).toEqual({
      stdout: "",
      stderr: expect.stringMatching(/^removing application minio\n- will detach storage minio-data\/\d+\n$/),
      code: 0,
    });
    expect((await world.status()).applications.minio.life).toBe("dying");
    expect((await world.try("deploy minio --channel ckf-1.7/stable")).stderr).toContain(
      'ERROR cannot add application "minio": application already exists: ',
    );
    await world.settle();
    expect((await world.status()).applications.minio).toBeUndefined();
    expect(world.cluster.named("StatefulSet", "minio")).toBeUndefined();
    expect(world.cluster.all("PersistentVolumeClaim").map(({ metadata }) => metadata.name)).toEqual(claims);
    const storage = JSON.parse(await world.juju("storage --format json"));
    const detached = Object.entries(storage.storage as Record<string, { attachments?: object }>).find(([id]) =>
      id.startsWith("minio-data"),
    )?.[1];
    expect(detached).toMatchObject({ status: { current: "detached" } });
    expect(detached?.attachments).toBeUndefined();

    await world.juju("deploy minio --channel ckf-1.7/stable --storage minio-data=20G");
    await world.settle();
    const added = world.cluster.all("PersistentVolumeClaim").filter(({ metadata }) => !claims.includes(metadata.name));
    expect(added.map(({ spec }) => spec.resources.requests.storage)).toEqual(["20480Mi"]);
    expect(world.cluster.named("Secret", "minio-secret")?.data.MINIO_SECRET_KEY).not.toBe(before?.MINIO_SECRET_KEY);
  });

  it("at 0 units keeps its StatefulSet and its claim, and comes back on whatever volume the claim of that name has by then (juju.md d: claims are matched by labels and name)", async () => {
    const world = await deployed();
    const [claim] = world.cluster
      .all("PersistentVolumeClaim")
      .filter(({ metadata }) => metadata.name.startsWith("minio-data-"));
    const name = claim?.metadata.name ?? "";
    const instances = (): unknown[] =>
      Object.entries(
        JSON.parse(JSON.stringify(world.host.state.storage.filter((one) => one.claim === name))) as {
          id: string;
          unit?: string;
          volume?: string;
        }[],
      ).map(([, { id, unit, volume }]) => ({ id, unit, volume }));
    const [{ id }] = instances() as { id: string }[];
    await world.juju("scale-application minio 0");
    await world.settle();
    expect(world.cluster.named("StatefulSet", "minio")?.spec).toMatchObject({
      replicas: 0,
      volumeClaimTemplates: [{ metadata: { name: name.replace("-minio-0", "") } }],
    });
    expect(world.cluster.named("Pod", "minio-0")).toBeUndefined();
    expect(world.cluster.named("PersistentVolumeClaim", name)).toBeDefined();

    await world.cluster.delete({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "kubeflow", name });
    await world.settle();
    expect(world.cluster.named("PersistentVolumeClaim", name)).toBeUndefined();
    await world.cluster.apply({
      ...claim,
      metadata: { ...claim?.metadata, name },
      spec: { ...claim?.spec, volumeName: "pv-adopted" },
    } as NonNullable<typeof claim>);
    await world.cluster.apply({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "pv-adopted" },
      spec: { claimRef: { name, namespace: "kubeflow" }, persistentVolumeReclaimPolicy: "Retain" },
    });
    await world.juju("scale-application minio 1");
    await world.settle();
    expect(world.cluster.named("PersistentVolumeClaim", name)?.spec.volumeName).toBe("pv-adopted");
    expect(instances()).toEqual([
      { id, volume: expect.stringMatching(/^pv/) },
      { id: expect.not.stringMatching(id), unit: "minio/0", volume: "pv-adopted" },
    ]);
    expect((await world.status()).applications.minio["application-status"].current).toBe("active");
  });

  it("loses claim and volume when it comes back from 0 units on the same claim, a Retain policy notwithstanding (seen on 2.9.42 and 3.6.11)", async () => {
    const world = await deployed();
    const volume = world.cluster
      .all("PersistentVolume")
      .find(({ spec }) => spec.claimRef.name.startsWith("minio-data"))!;
    volume.spec.persistentVolumeReclaimPolicy = "Retain";
    await world.juju("scale-application minio 0");
    await world.settle();
    await world.juju("scale-application minio 1");
    await world.settle();
    expect(world.cluster.named("PersistentVolume", volume.metadata.name)).toBeUndefined();
  });

  it("keeps both when Juju forgot the detached instance before", async () => {
    const world = await deployed();
    const { metadata } = world.cluster
      .all("PersistentVolume")
      .find(({ spec }) => spec.claimRef.name.startsWith("minio-data"))!;
    await world.juju("scale-application minio 0");
    await world.settle();
    const [{ id }] = world.host.state.storage.filter((one) => one.name === "minio-data");
    await world.juju(`remove-storage --no-destroy ${id}`);
    await world.juju("scale-application minio 1");
    await world.settle();
    expect(world.cluster.named("PersistentVolume", metadata.name)).toBeDefined();
  });

  it("loses claim and volume with --destroy-storage, a Retain policy notwithstanding (juju.md d)", async () => {
    const world = await deployed();
    const volume = world.cluster
      .all("PersistentVolume")
      .find(({ spec }) => spec.claimRef.name.startsWith("minio-data"));
    if (volume !== undefined) volume.spec.persistentVolumeReclaimPolicy = "Retain";
    const { stderr } = await world.try("remove-application minio --destroy-storage");
    expect(stderr).toMatch(/- will remove storage minio-data\/\d+/);
    await world.settle();
    expect(world.cluster.named("PersistentVolume", volume?.metadata.name ?? "")).toBeUndefined();
    expect(
      world.cluster.all("PersistentVolumeClaim").filter(({ metadata }) => metadata.name.startsWith("minio-data")),
    ).toEqual([]);
    expect(world.host.state.storage.filter(({ name }) => name === "minio-data")).toEqual([]);
  });

  it("restarts when its charm is upgraded, though image and arguments stay (section 4; juju.md d: modified-version)", async () => {
    const stock = new World();
    await stock.deployBundle(pinBundle(releaseFile("1.6"), "1.6"));
    const pod = (): unknown =>
      stock.cluster.named("StatefulSet", "minio")?.spec.template.metadata.annotations["charm.juju.is/modified-version"];
    const before = pod();
    await stock.juju("refresh minio --channel ckf-1.7/stable");
    await stock.settle();
    expect(pod()).not.toBe(before);
  });

  it("restarts with the key that an operator sets, and tells related applications", async () => {
    const world = await deployed();
    const version = world.cluster.named("StatefulSet", "minio")?.metadata.annotations?.[
      "charm.juju.is/modified-version"
    ];
    world.files["key"] = "a-key-of-mine";
    await world.juju("config minio secret-key=@key");
    await world.settle();
    expect(await world.juju("config minio secret-key")).toBe("a-key-of-mine\n");
    expect(decode(world.cluster.named("Secret", "minio-secret")?.data, "MINIO_SECRET_KEY")).toBe("a-key-of-mine");
    expect(
      world.cluster.named("StatefulSet", "minio")?.metadata.annotations?.["charm.juju.is/modified-version"],
    ).not.toBe(version);
    expect(decode(world.cluster.named("Secret", "mlpipeline-minio-artifact")?.data, "secretkey")).toBe("a-key-of-mine");
  });

  it("leaves the users' secret stale until kfp-profile-controller is related again (section 0 item 6)", async () => {
    const world = await deployed();
    const old = decode(world.cluster.named("Secret", "mlpipeline-minio-artifact")?.data, "secretkey");
    await world.juju("remove-application minio");
    await world.settle();
    await world.juju("deploy minio --channel ckf-1.7/stable");
    await world.settle();
    expect(decode(world.cluster.named("Secret", "mlpipeline-minio-artifact")?.data, "secretkey")).toBe(old);
    await world.juju("relate kfp-profile-controller:object-storage minio:object-storage");
    await world.settle();
    const now = decode(world.cluster.named("Secret", "mlpipeline-minio-artifact")?.data, "secretkey");
    expect(now).not.toBe(old);
    expect(now).toBe(decode(world.cluster.named("Secret", "minio-secret")?.data, "MINIO_SECRET_KEY"));
  });
});
