import { parseRelations, withoutSecrets } from "../../juju/bundle";
import { parseConfig } from "../../juju/config";
import { parseDisabledCommands } from "../../juju/disabled";
import { explain } from "../../juju/errors";
import { parseInfo } from "../../juju/info";
import { lineOf } from "../../juju/line";
import { parseStatus, settled } from "../../juju/status";
import { pinBundle } from "../../rehearsal/juju";
import { World } from "../rehearsal/juju/world";

const bundle = pinBundle(
  "applications:\n  minio: {charm: minio, channel: ckf-1.6/stable, scale: 1}\n  argo-controller: {charm: argo-controller, channel: 3.3/stable, scale: 1}\nrelations:\n- [argo-controller, minio]\n",
  "1.6",
  // A revision whose storage declaration differs from that of ckf-1.7 (F1).
  { minio: 143 },
);

async function deployed(face: "2.9" | "3.6"): Promise<World> {
  const world = new World({ face });
  await world.deployBundle(bundle);
  return world;
}

it.each([
  ["2.9", "2.9"],
  ["3.6", "3.x"],
] as const)("what is read here and what the stand-in says with its face of %s agree", async (face, line) => {
  const world = await deployed(face);
  const status = parseStatus(await world.juju("status --format json"));
  expect([status.line, lineOf("the client", await world.juju("version"))]).toEqual([line, line]);
  expect(status.model).toMatchObject({ name: "kubeflow", type: "caas", controller: "uk8s", status: "available" });
  const { minio } = status.applications;
  expect(settled(minio, { channel: "ckf-1.6/stable", revision: minio.revision })).toEqual({ ok: true, why: "" });
  expect(minio.related).toEqual({ "object-storage": ["argo-controller"] });
  expect(Object.values(status.storage ?? {})).toMatchObject([{ kind: "filesystem", units: ["minio/0"], volume: { sizeMiB: expect.any(Number) as number } }]);
  expect(parseRelations(withoutSecrets(await world.juju("export-bundle")))).toEqual([["argo-controller:object-storage", "minio:object-storage"]]);
  expect(parseConfig("minio", await world.juju("config minio --format json"))).toMatchObject({ settings: { "secret-key": { type: "string" } }, trust: false });
  expect(parseDisabledCommands(await world.juju("disabled-commands --format json"))).toEqual([]);
  world.host.state.faults.blocked = {};
  expect(parseDisabledCommands(await world.juju("disabled-commands --format json"))).toEqual([{ commands: "all", message: "" }]);
  expect(parseInfo("minio", await world.juju("info minio --format json"))).toMatchObject({ "ckf-1.7/stable": expect.any(Number) as number });
});

it.each([
  ["refresh minio --channel ckf-1.7/stable", "permanent", "F1"],
  ["refresh minio --channel nowhere/stable", "missing", "F24"],
  ["refresh nothing --channel ckf-1.7/stable", "missing", "no such application"],
  ["remove-relation minio:object-storage nothing:object-storage", "missing", "relation"],
  ["relate argo-controller:object-storage minio:object-storage", "permanent", "already"],
])("a refusal of the stand-in is understood: %s", async (command, kind, meaning) => {
  const { stderr, code } = await (await deployed("2.9")).try(command);
  expect(code).toBe(1);
  expect(explain(stderr)).toMatchObject({ kind, meaning: expect.stringContaining(meaning) as string });
});
