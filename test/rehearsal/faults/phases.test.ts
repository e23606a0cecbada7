import type { Kind } from "../../../rehearsal/faults/cell";
import { type State, astray, phasesOf } from "../../../rehearsal/faults/phases";

const was: State = {
  applications: {
    minio: { revision: 99 },
    "katib-db": { revision: 1 },
    "kfp-db": { revision: 2 },
    "kfp-api": { revision: 3 },
  },
  relations: [
    "katib-db-manager:mysql katib-db:mysql",
    "kfp-api:mysql kfp-db:mysql",
    "kfp-api:object-storage minio:object-storage",
  ],
  beside: ["pvc-minio", "pvc-katib"],
  unused: [],
};
const added = "istio-pilot:gateway-info kserve-controller:ingress-gateway";
const moved = ["katib-db-manager:relational-db katib-db-mysql:database", "kfp-api:relational-db kfp-db-mysql:database"];
const upgraded: State = {
  applications: {
    ...was.applications,
    minio: { revision: 186 },
    "kfp-api": { revision: 4 },
    "katib-db-mysql": { revision: 5 },
    "kfp-db-mysql": { revision: 5 },
    "kserve-controller": { revision: 6 },
  },
  relations: [added, ...moved, "kfp-api:object-storage minio:object-storage"],
  beside: [
    "ckf-upgrade-katib-db-root",
    "ckf-upgrade-kfp-db-root",
    "ckf-upgrade-minio-credentials",
    "pvc-copy",
    "pvc-katib",
    "pvc-minio",
  ],
  unused: ["pvc-minio"],
};
const finalized: State = {
  ...upgraded,
  applications: {
    minio: { revision: 186 },
    "kfp-api": { revision: 4 },
    "katib-db-mysql": { revision: 5 },
    "kfp-db-mysql": { revision: 5 },
    "kserve-controller": { revision: 6 },
  },
  beside: ["ckf-upgrade-minio-credentials", "pvc-copy", "pvc-katib"],
  unused: [],
};
const back: State = {
  ...upgraded,
  applications: {
    ...was.applications,
    minio: { revision: 186 },
    "katib-db-mysql": { revision: 5 },
    "kfp-db-mysql": { revision: 5 },
  },
  relations: was.relations,
};

/** What is astray after the last phase of a kind of world that began it as `found`. */
const after = (kind: Kind, found: State, now: State): ReturnType<typeof astray> =>
  astray(phasesOf(kind).at(-1)!.goal(was, found), now);
const right = { relations: [], others: [] };

test("an upgrade leaves the relations that were, and those of the release; databases that move take theirs along", () => {
  const kept = { ...upgraded, relations: [added, ...was.relations] };
  expect(after({}, was, kept)).toEqual(right);
  expect(after({ databases: "mysql" }, was, upgraded)).toEqual(right);
  expect(after({ databases: "mysql" }, was, kept).relations).toEqual([
    ...moved.map((one) => `${one} is missing`),
    "katib-db-manager:mysql katib-db:mysql is too many",
    "kfp-api:mysql kfp-db:mysql is too many",
  ]);
});

test("finalize takes what is unused and nothing else", () => {
  const kind: Kind = { databases: "mysql", then: "finalize" };
  expect(after(kind, upgraded, finalized)).toEqual(right);
  expect(after(kind, upgraded, upgraded).others).toEqual([
    "application katib-db is new",
    "application kfp-db is new",
    "ckf-upgrade-katib-db-root is too many",
    "ckf-upgrade-kfp-db-root is too many",
    "pvc-minio is too many",
    "pvc-minio is too many",
  ]);
  expect(after(kind, upgraded, { ...finalized, beside: ["ckf-upgrade-minio-credentials", "pvc-copy"] }).others).toEqual(
    ["pvc-katib is missing"],
  );
});

test("a rollback brings everything back but MinIO and the new servers, which stay with all volumes", () => {
  const kind: Kind = { databases: "mysql", then: "rollback" };
  expect(after(kind, upgraded, back)).toEqual(right);
  expect(
    after(kind, upgraded, {
      ...back,
      applications: { ...back.applications, "kfp-api": { revision: 4 } },
      relations: was.relations.slice(1),
      beside: upgraded.beside.slice(0, -1),
    }),
  ).toEqual({
    relations: ["katib-db-manager:mysql katib-db:mysql is missing"],
    others: ["revision of kfp-api is 4, was 3", "pvc-minio is missing"],
  });
});
