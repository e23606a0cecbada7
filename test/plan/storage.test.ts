import type { Obstacle } from "../../guide/preflight/finding";
import { renderObstacles } from "../../guide/preflight/render";
import { chooseStorage, sameBlock, chooseVolumes, chosenVolumes, unmovable } from "../../guide/storage/choose";
import type { Baseline, StorageChoice, StoragePath } from "../../plan/types";
import { baseline16, hop, settings } from "../support/baseline";

const [volume] = baseline16().volumes.minio;
/** Of a deployed charm that nobody knows. */
const choose = (
  declared: Record<string, number>,
  changed: Partial<typeof volume> = {},
  forced: StoragePath | "auto" = "auto",
) =>
  chooseStorage({
    application: "minio",
    deployed: { revision: 5000 },
    declared: Object.fromEntries(Object.entries(declared).map(([name, sizeMiB]) => [name, { sizeMiB }])),
    volumes: [{ ...volume, ...changed }],
    forced,
    copyLimitMiB: 100_000,
  })[0];

describe("what the deployed charm declares", () => {
  /** MinIO of a revision of the hop's hazards file, or of none of them, with a claim of some size. */
  const of = (
    revision: number,
    requestedMiB: number,
    changed: Partial<Baseline["applications"][string]> = {},
  ): StorageChoice => {
    const baseline = baseline16();
    Object.assign(baseline.applications.minio, { revision, ...changed });
    Object.assign(baseline.volumes.minio[0], { requestedMiB, capacityMiB: requestedMiB });
    return chooseVolumes(hop, baseline, settings)[0];
  };

  test.each([1024, 10240, 102_400])(
    "counts, not its claim: a stock charm with a claim of %d MiB is refreshed",
    (requestedMiB) => {
      const choice = of(99, requestedMiB, { channel: "ckf-1.6/stable" });
      expect(choice).toMatchObject({
        path: "refresh",
        reason: "deployed charm (revision 99) and target charm both declare 10240 MiB: no data moves",
      });
      expect(choice).not.toHaveProperty("sizeMiB");
    },
  );

  test.each([
    [1024, 10240],
    [10240, 10240],
    [20480, 20480],
  ])("counts, not its claim: one of early 2023 with a claim of %d MiB is copied to %d MiB", (requestedMiB, sizeMiB) => {
    for (const channel of ["latest/edge", "ckf-1.7/edge"]) {
      expect(of(143, requestedMiB, { channel })).toMatchObject({
        path: "copy",
        sizeMiB,
        reason:
          "deployed charm (revision 143) declares 1024 MiB, target charm 10240 MiB: Juju refuses such a refresh (F1)",
      });
    }
  });

  test("is inferred where the revision is not known, and the reason says so", () => {
    expect(of(5000, 10240)).toMatchObject({
      path: "refresh",
      reason:
        "what revision 5000 declares is not known, and inferred from its claim of 10240 MiB: the same as the target charm, so no data moves; " +
        "should Juju refuse the refresh all the same (F1), it changes nothing: set storagePath to copy then",
    });
    expect(of(5000, 102_400)).toMatchObject({
      path: "copy",
      sizeMiB: 102_400,
      reason:
        "what revision 5000 declares is not known, and inferred from its claim of 102400 MiB: not the 10240 MiB of the target charm, and then Juju would refuse the refresh (F1); " +
        "where both declare the same, set storagePath to refresh",
    });
  });

  test.each([
    ["a charm from a file, which has no channel", { channel: "" }],
    ["a charm of another name", { charm: "minio-fork" }],
  ])("is not known of %s, whatever its revision", (_name, changed) => {
    expect(of(143, 10240, changed).reason).not.toContain("deployed charm (revision 143)");
  });

  test("is known of a revision once, with a reason and a source", () => {
    const known = Object.values(hop.hazards.declared).flat();
    const revisions = known.flatMap((one) => one.revisions);
    expect(new Set(revisions).size).toBe(revisions.length);
    for (const { why, source } of known) expect([why.length > 10, source.includes("https://")]).toEqual([true, true]);
  });
});

test.each([
  ["another place", { sizeMiB: 10240, location: "/data" }, "10240 MiB at /data"],
  ["another type", { sizeMiB: 10240, type: "block" }, "10240 MiB of type block"],
])(
  "a declaration of the same size with %s is another one: Juju compares the whole block (F44)",
  (_name, known, told) => {
    const [choice] = chooseStorage({
      application: "minio",
      deployed: { revision: 507, declared: { "minio-data": known } },
      declared: { "minio-data": { sizeMiB: 10240 } },
      volumes: [volume],
      forced: "auto",
      copyLimitMiB: 100_000,
    });
    expect(choice).toMatchObject({ path: "copy" });
    expect(choice.reason).toContain(`declares ${told}, target charm 10240 MiB: Juju refuses`);
  },
);

test("a file system is what a block is that names no type", () => {
  expect(sameBlock({ sizeMiB: 1 }, { sizeMiB: 1, type: "filesystem" })).toBe(true);
  expect(sameBlock({ sizeMiB: 1 }, { sizeMiB: 2 })).toBe(false);
});

test("an equal declaration is refreshed: no data moves", () => {
  expect(choose({ "minio-data": 10240 })).toMatchObject({ path: "refresh" });
  expect(choose({ "minio-data": 10240 })).not.toHaveProperty("sizeMiB");
});

test("a larger volume behind an equal request is still a refresh: Juju compares declarations, not disks", () => {
  expect(choose({ "minio-data": 10240 }, { capacityMiB: 20480 })).toMatchObject({ path: "refresh" });
});

test("another declaration is a copy into the larger of both sizes", () => {
  expect(choose({ "minio-data": 10240 }, { requestedMiB: 1024, capacityMiB: 1024 })).toMatchObject({
    path: "copy",
    sizeMiB: 10240,
  });
  expect(choose({ "minio-data": 10240 }, { requestedMiB: 20480, capacityMiB: 20480 })).toMatchObject({
    path: "copy",
    sizeMiB: 20480,
  });
});

test("a declaration nobody knows is a copy, and the reason says so", () => {
  expect(choose({})).toMatchObject({
    path: "copy",
    reason: "the target charm's declaration of storage minio-data is not known",
  });
});

test.each(["refresh", "rebind", "copy"] as const)("the setting forces %s, and the reason says so", (forced) => {
  expect(choose({ "minio-data": 1 }, {}, forced)).toMatchObject({
    path: forced,
    reason: expect.stringContaining("forced by the setting storagePath"),
  });
});

describe("where a redeployment is needed", () => {
  const large = { requestedMiB: 100_001, capacityMiB: 100_001 };

  test("a volume of copyLimitMiB is copied, one MiB more is taken over itself, and the reason says what that costs", () => {
    expect(choose({ "minio-data": 10240 }, { requestedMiB: 100_000, capacityMiB: 100_000 })).toMatchObject({
      path: "copy",
    });
    expect(choose({ "minio-data": 10240 }, large)).toMatchObject({
      path: "rebind",
      sizeMiB: 100_001,
      reason:
        "what revision 5000 declares is not known, and inferred from its claim of 100001 MiB: not the 10240 MiB of the target charm, and then Juju would refuse the refresh (F1); " +
        "where both declare the same, set storagePath to refresh; its 100001 MiB are more than copyLimitMiB, 100000 MiB, " +
        "so the volume itself is taken over; no untouched copy of it remains but the backup",
    });
  });

  test("a large volume that is smaller than the new declaration is copied: the new claim could never be bound to it", () => {
    expect(choose({ "minio-data": 200_000 }, large)).toMatchObject({
      path: "copy",
      sizeMiB: 200_000,
      reason: expect.stringContaining("but the volume is smaller than that declaration"),
    });
  });

  test("a large volume whose declaration is equal moves nowhere", () => {
    expect(choose({ "minio-data": 100_001 }, large)).toMatchObject({ path: "refresh" });
  });
});

describe("volumes of other applications", () => {
  const baseline = (): Baseline => {
    const made = baseline16();
    made.volumes["katib-db"] = [
      {
        ...volume,
        storage: "database",
        claim: "database-11112222-katib-db-0",
        volume: "pvc-katib",
        requestedMiB: 1024,
        capacityMiB: 2048,
      },
    ];
    return made;
  };
  const named = { application: "katib-db", storage: "database" };

  test.each([
    ["copy", 2048],
    ["rebind", 1024],
  ] as const)("are moved by %s with a size of the volume's own", (path, sizeMiB) => {
    expect(chosenVolumes([{ ...named, path }], baseline(), "minio", [])).toMatchObject([
      { ...named, path, sizeMiB, reason: expect.stringMatching(/^forced by the setting volumes/) },
    ]);
  });

  test("that the model does not have and the object store's are refused in one go, with those it has", () => {
    const obstacles: Obstacle[] = [];
    const wrong = [
      { ...named, storage: "data", path: "copy" as const },
      { application: "minio", storage: "minio-data", path: "copy" as const },
    ];
    expect(chosenVolumes(wrong, baseline(), "minio", obstacles)).toEqual([]);
    const text = renderObstacles(obstacles);
    expect(text).toContain(
      'setting "volumes" names katib-db/data, which the model does not have; it has katib-db/database, minio/minio-data',
    );
    expect(text).toContain('its path is the setting "storagePath"');
  });
});

describe("what cannot be moved is refused by name before anything runs", () => {
  const refused = (
    path: "rebind" | "copy",
    changed: Partial<StorageChoice["source"]>,
    change: (baseline: Baseline) => void = () => undefined,
  ): string => {
    const baseline = baseline16();
    change(baseline);
    const source = { ...volume, ...changed };
    const found = unmovable(
      [{ application: "minio", storage: "minio-data", path, reason: "", source, sizeMiB: 10240 }],
      hop,
      baseline,
    );
    return found.map((one) => `${one.subject} ${one.fact}`).join("\n");
  };
  const name = volume.volume;

  test("nothing of a plain volume", () => {
    expect(refused("copy", {})).toBe("");
    expect(refused("rebind", {})).toBe("");
  });

  test.each([
    [
      "copy",
      { volumeMode: "Block" },
      `storage minio/minio-data cannot come along by copy: volume ${name} has the mode Block, and only file systems are moved`,
    ],
    ["rebind", { volumeMode: "Block" }, `volume ${name} has the mode Block`],
    [
      "rebind",
      { reclaimPolicy: "Recycle" },
      `volume ${name} has the reclaim policy Recycle, which wipes a volume that loses its claim`,
    ],
    ["copy", { accessModes: ["ReadWriteOncePod"] }, `volume ${name} is ReadWriteOncePod`],
    [
      "rebind",
      { capacityMiB: 10239 },
      `volume ${name} has 10239 MiB and the new claim will ask for 10240 MiB, which never binds`,
    ],
  ] as const)("%s of %j", (path, changed, message) => {
    expect(refused(path, changed as Partial<StorageChoice["source"]>)).toContain(message);
  });

  test("a ReadWriteOncePod volume may be bound again", () => {
    expect(refused("rebind", { accessModes: ["ReadWriteOncePod"] })).toBe("");
  });

  test("an application of two units, one of two volumes, and Juju 4, each told", () => {
    const change = (baseline: Baseline): void => {
      baseline.applications.minio.scale = 2;
      baseline.volumes.minio.push({ ...volume, storage: "logs" });
      baseline.model.jujuVersion = "4.0.1";
    };
    expect(refused("copy", {}, change)).toMatch(
      /another volume, for logs[^]*minio has 2 units[^]*Juju 4\.0\.1 makes of a claim/,
    );
  });
});
