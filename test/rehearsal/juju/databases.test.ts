import { pinBundle } from "../../../rehearsal/juju";
import { releaseFile, World } from "./world";

interface Container {
  image: string;
  env: { name: string; value: string }[];
  volumeMounts: { name: string; mountPath: string }[];
}

function containerOf(world: World, application: string): Container & { values: Record<string, string> } {
  const [container] = world.cluster.named("StatefulSet", application)!.spec.template.spec.containers as Container[];
  return { ...container, values: Object.fromEntries(container.env.map(({ name, value }) => [name, value])) };
}

const original = new World();
beforeAll(() => original.deployBundle(pinBundle(releaseFile("1.6"), "1.6")));

describe("databases", () => {
  it("run MariaDB with the charm's options in the environment, and with their data on a claim", () => {
    for (const [application, database] of Object.entries({ "katib-db": "katib", "kfp-db": "mlpipeline" })) {
      const { image, values, volumeMounts } = containerOf(original, application);
      expect(image).toBe("mariadb:test");
      expect(values).toEqual({
        MARIADB_ROOT_PASSWORD: "osm4u",
        MARIADB_USER: "mano",
        MARIADB_PASSWORD: "manopw",
        MARIADB_DATABASE: database,
      });
      expect(volumeMounts).toEqual([
        { name: expect.stringMatching(/^database-[0-9a-f]{8}$/), mountPath: "/var/lib/mysql" },
      ]);
    }
  });

  it("a configured root password is the container's", async () => {
    const world = original.copy();
    await world.juju("config kfp-db root_password=another");
    await world.settle();
    expect(containerOf(world, "kfp-db").values.MARIADB_ROOT_PASSWORD).toBe("another");
    expect(containerOf(world, "katib-db").values.MARIADB_ROOT_PASSWORD).toBe("osm4u");
  });

  it("mysql-k8s lets serverconfig in from anywhere, with the password that its action tells, and root from inside only", async () => {
    const world = original.copy();
    await world.juju("deploy mysql-k8s kfp-db-mysql --channel 8.0/stable --trust");
    await world.settle();
    const answer = JSON.parse(
      await world.juju("run-action kfp-db-mysql/0 get-password username=serverconfig --wait --format json"),
    );
    const { values } = containerOf(world, "kfp-db-mysql");
    expect(values).toMatchObject({
      MARIADB_ROOT_HOST: "localhost",
      MARIADB_USER: "serverconfig",
      MARIADB_PASSWORD: answer["unit-kfp-db-mysql-0"].results.password,
    });
    expect(values.MARIADB_PASSWORD).not.toBe(values.MARIADB_ROOT_PASSWORD);
    expect(values).not.toHaveProperty("MARIADB_DATABASE");
  });
});
