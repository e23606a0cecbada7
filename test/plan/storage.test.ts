import { chooseStorage } from "../../plan/storage";
import { baseline16 } from "../support/baseline";

const [volume] = baseline16().volumes.minio;
const choose = (declared: Record<string, number>, changed: Partial<typeof volume> = {}, forced: "auto" | "refresh" | "copy" = "auto") =>
  chooseStorage({ application: "minio", declared, volumes: [{ ...volume, ...changed }], forced })[0];

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

test.each(["refresh", "copy"] as const)("the setting forces %s, and the reason says so", (forced) => {
  expect(choose({ "minio-data": 1 }, {}, forced)).toMatchObject({ path: forced, reason: "forced by the setting storagePath" });
});
