import { chooseStorage, chosenVolumes, refuseUnmovable } from "../../plan/storage";
import type { Baseline, StorageChoice, StoragePath } from "../../plan/types";
import { baseline16 } from "../support/baseline";

const [volume] = baseline16().volumes.minio;
const choose = (declared: Record<string, number>, changed: Partial<typeof volume> = {}, forced: StoragePath | "auto" = "auto") =>
  chooseStorage({ application: "minio", declared, volumes: [{ ...volume, ...changed }], forced, copyLimitMiB: 100_000 })[0];

test("an equal declaration is refreshed: no data moves", () => {
  expect(choose({ "minio-data": 10240 })).toMatchObject({ path: "refresh" });
  expect(choose({ "minio-data": 10240 })).not.toHaveProperty("sizeMiB");
});

test("a larger volume behind an equal request is still a refresh: Juju compares declarations, not disks", () => {
  expect(choose({ "minio-data": 10240 }, { capacityMiB: 20480 })).toMatchObject({ path: "refresh" });
});

test("another declaration is a copy into the larger of both sizes", () => {
  expect(choose({ "minio-data": 10240 }, { requestedMiB: 1024, capacityMiB: 1024 })).toMatchObject({ path: "copy", sizeMiB: 10240 });
  expect(choose({ "minio-data": 10240 }, { requestedMiB: 20480, capacityMiB: 20480 })).toMatchObject({ path: "copy", sizeMiB: 20480 });
});

test("a declaration nobody knows is a copy, and the reason says so", () => {
  expect(choose({})).toMatchObject({ path: "copy", reason: "the target charm's declaration of storage minio-data is not known" });
});

test.each(["refresh", "rebind", "copy"] as const)("the setting forces %s, and the reason says so", (forced) => {
  expect(choose({ "minio-data": 1 }, {}, forced)).toMatchObject({ path: forced, reason: expect.stringContaining("forced by the setting storagePath") });
});

describe("where a redeployment is needed", () => {
  const large = { requestedMiB: 100_001, capacityMiB: 100_001 };

  test("a volume of copyLimitMiB is copied, one MiB more is taken over itself, and the reason says what that costs", () => {
    expect(choose({ "minio-data": 10240 }, { requestedMiB: 100_000, capacityMiB: 100_000 })).toMatchObject({ path: "copy" });
    expect(choose({ "minio-data": 10240 }, large)).toMatchObject({
      path: "rebind",
      sizeMiB: 100_001,
      reason:
        "deployed with 100001 MiB, target charm declares 10240 MiB: Juju refuses such a refresh (F1); its 100001 MiB are more than copyLimitMiB, 100000 MiB, " +
        "so the volume itself is taken over; no untouched copy of it remains but the backup",
    });
  });

  test("a large volume that is smaller than the new declaration is copied: the new claim could never be bound to it", () => {
    expect(choose({ "minio-data": 200_000 }, large)).toMatchObject({ path: "copy", sizeMiB: 200_000, reason: expect.stringContaining("but the volume is smaller than that declaration") });
  });

  test("a large volume whose declaration is equal moves nowhere", () => {
    expect(choose({ "minio-data": 100_001 }, large)).toMatchObject({ path: "refresh" });
  });
});

describe("volumes of other applications", () => {
  const baseline = (): Baseline => {
    const made = baseline16();
    made.volumes["katib-db"] = [{ ...volume, storage: "database", claim: "database-11112222-katib-db-0", volume: "pvc-katib", requestedMiB: 1024, capacityMiB: 2048 }];
    return made;
  };
  const named = { application: "katib-db", storage: "database" };

  test.each([
    ["copy", 2048],
    ["rebind", 1024],
  ] as const)("are moved by %s with a size of the volume's own", (path, sizeMiB) => {
    expect(chosenVolumes([{ ...named, path }], baseline(), "minio")).toMatchObject([{ ...named, path, sizeMiB, reason: expect.stringMatching(/^forced by the setting volumes/) }]);
  });

  test("that the model does not have are refused, with those it has", () => {
    expect(() => chosenVolumes([{ ...named, storage: "data", path: "copy" }], baseline(), "minio")).toThrow(
      'setting "volumes" names katib-db/data, which the model does not have; it has katib-db/database, minio/minio-data',
    );
  });

  test("are not the object store's", () => {
    expect(() => chosenVolumes([{ application: "minio", storage: "minio-data", path: "copy" }], baseline(), "minio")).toThrow('its path is the setting "storagePath"');
  });
});

describe("what cannot be moved is refused by name before anything runs", () => {
  const refused = (path: "rebind" | "copy", changed: Partial<StorageChoice["source"]>, change: (baseline: Baseline) => void = () => undefined): (() => void) => {
    const baseline = baseline16();
    change(baseline);
    const source = { ...volume, ...changed };
    return () => refuseUnmovable([{ application: "minio", storage: "minio-data", path, reason: "", source, sizeMiB: 10240 }], baseline);
  };
  const name = volume.volume;

  test("nothing of a plain volume", () => {
    expect(refused("copy", {})).not.toThrow();
    expect(refused("rebind", {})).not.toThrow();
  });

  test.each([
    ["copy", { volumeMode: "Block" }, `storage minio/minio-data cannot come along by copy: volume ${name} has the mode Block, and only file systems are moved`],
    ["rebind", { volumeMode: "Block" }, `volume ${name} has the mode Block`],
    ["rebind", { reclaimPolicy: "Recycle" }, `volume ${name} has the reclaim policy Recycle, which wipes a volume that loses its claim`],
    ["copy", { accessModes: ["ReadWriteOncePod"] }, `volume ${name} is ReadWriteOncePod`],
    ["rebind", { capacityMiB: 10239 }, `volume ${name} has 10239 MiB and the new claim will ask for 10240 MiB, which never binds`],
  ] as const)("%s of %j", (path, changed, message) => {
    expect(refused(path, changed as Partial<StorageChoice["source"]>)).toThrow(message);
  });

  test("a ReadWriteOncePod volume may be bound again", () => {
    expect(refused("rebind", { accessModes: ["ReadWriteOncePod"] })).not.toThrow();
  });

  test("an application of two units, one of two volumes, and Juju 4, each told", () => {
    const change = (baseline: Baseline): void => {
      baseline.applications.minio.scale = 2;
      baseline.volumes.minio.push({ ...volume, storage: "logs" });
      baseline.model.jujuVersion = "4.0.1";
    };
    expect(refused("copy", {}, change)).toThrow(/another volume, for logs[^]*minio has 2 units[^]*Juju 4\.0\.1 does not give/);
  });
});
