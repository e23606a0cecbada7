import { type World, context, model, newWorld, refusal } from "../support/fake-model";
import type { Expected } from "../../plan/types";
import { verify } from "../../steps/verify";

const kept = "ckf-upgrade-minio-credentials";
const expected: Expected = {
  release: "1.7",
  applications: { minio: { charm: "minio", channel: "ckf-1.7/stable", revision: 200 }, "kfp-api": { charm: "kfp-api", channel: "2.0/stable", revision: 300 } },
  relations: [["kfp-api:object-storage", "minio:object-storage"]],
  profiles: { admin: { namespaceUid: "uid-admin", claims: { workspace: "uid-workspace" } } },
  credentials: { secret: kept },
};
const action = { kind: "verify", expected } as const;
let world: World;
beforeEach(() => {
  world = newWorld();
  world.put("minio", { channel: "ckf-1.7/stable", revision: 200 });
  world.put("kfp-api", { channel: "2.0/stable", revision: 300 });
  world.relations = [["kfp-api:object-storage", "minio:object-storage"]];
  world.cluster.namespaces.admin = { uid: "uid-admin", annotations: {} };
  world.cluster.profiles.admin = { metadata: { name: "admin" } };
  world.cluster.putBound("admin", "workspace", "pv-workspace");
  world.cluster.putSecret(model, kept, { accesskey: "minio", secretkey: "kept-value" });
  world.cluster.putSecret("admin", "mlpipeline-minio-artifact", { accesskey: "minio", secretkey: "kept-value" });
});

test("verifies a model that is as it must be, check by check", async () => {
  const found = await verify(action, context());
  expect(found).toMatchObject({ changed: false, verified: true, release: "1.7" });
  expect((found.checks as { name: string; ok: boolean }[]).map(({ name, ok }) => [name, ok])).toEqual([
    ["applications", true],
    ["relations", true],
    ["profiles", true],
    ["workloads", true],
    ["credentials", true],
  ]);
});

test("changes nothing", async () => {
  await verify(action, context());
  expect(world.changes).toEqual([]);
});

test("waits for an application that is not at rest yet", async () => {
  const unit = world.applications.minio.units["minio/0"];
  unit.agent.current = "executing";
  world.later.push(() => void (unit.agent.current = "idle"));
  expect((await verify(action, context())).verified).toBe(true);
});

test("checks no keys where none were kept", async () => {
  world.cluster.secrets = {};
  const found = await verify({ kind: "verify", expected: { ...expected, credentials: undefined } }, context());
  expect((found.checks as { name: string }[]).map(({ name }) => name)).not.toContain("credentials");
});

test.each<[string, (w: World) => void, string]>([
  ["an application that is missing", (w) => delete w.applications["kfp-api"], "  applications: kfp-api is not there"],
  ["another charm", (w) => void (w.applications.minio.charmName = "minio-k8s"), "  applications: minio runs charm minio-k8s instead of minio"],
  ["another revision", (w) => void (w.applications.minio.revision = 199), "  applications: minio: it is at ckf-1.7/stable revision 199"],
  ["a unit that is blocked", (w) => void (w.applications.minio.units["minio/0"].workload = { current: "blocked", message: "x" }), "  applications: minio: minio/0 is blocked: x"],
  ["a relation that is missing", (w) => void (w.relations = []), "  relations: kfp-api:object-storage minio:object-storage is missing"],
  ["a relation that nobody planned", (w) => void w.relations.push(["a:x", "b:x"]), "  relations: a:x b:x is new"],
  ["a profile that is gone", (w) => delete w.cluster.profiles.admin, "  profiles: profile admin is gone"],
  ["a namespace that was made again", (w) => void (w.cluster.namespaces.admin.uid = "uid-2"), "  profiles: namespace admin is another one than before"],
  ["a user's claim that is gone", (w) => delete w.cluster.claims["admin/workspace"], "  profiles: claim admin/workspace is gone"],
  ["a user's claim that was made again", (w) => void (w.cluster.claims["admin/workspace"].metadata!.uid = "uid-2"), "  profiles: claim admin/workspace is another one than before"],
  ["a workload that has not rolled out", (w) => w.cluster.putSet(model, "minio", { ready: 0 }), "  workloads: 0 of 1 pods of minio are new, 0 are ready"],
  ["a kept key that is gone", (w) => delete w.cluster.secrets[`${model}/${kept}`], `  credentials: there is no Secret ${kept} to compare with`],
])("does not verify with %s, and names it", async (_name, spoil, line) => {
  spoil(world);
  const message = await refusal(verify(action, context()));
  expect(message).toContain("1 of 5 checks failed:");
  expect(message).toContain(line);
});

test("tells all that failed at once", async () => {
  world.relations = [];
  delete world.applications["kfp-api"];
  world.cluster.namespaces.admin.uid = "uid-2";
  const heard = context();
  const message = await refusal(verify(action, heard));
  expect(message).toMatch(/3 of 5 checks failed:[^]*applications: .*\n {2}relations: .*\n {2}profiles: /);
  expect(heard.said.filter((line) => line.startsWith("FAILED"))).toHaveLength(3);
});

test.each(["accesskey", "secretkey"])("names the namespace whose %s is another one, and tells no value", async (key) => {
  world.cluster.putSecret("admin", "mlpipeline-minio-artifact", { accesskey: "minio", secretkey: "kept-value", [key]: "stale-value" });
  const heard = context();
  const message = await refusal(verify(action, heard));
  expect(message).toContain("namespace admin holds another key than the object store");
  expect(message + heard.said.join()).not.toMatch(/kept-value|stale-value/);
});
