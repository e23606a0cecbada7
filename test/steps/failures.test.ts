import { type World, model, newWorld } from "../support/fake-model";
import { noteFailure, readFailures } from "../../steps/failures";

const where = `${model}/ckf-upgrade-failures`;
let world: World;
beforeEach(() => {
  world = newWorld();
});

test("steps that fail at once each leave what they said; the last word of one counts", async () => {
  expect(await readFailures({ model })).toEqual({});
  await Promise.all([
    noteFailure({ model }, "refresh-a", "refresh", new Error("one")),
    noteFailure({ model }, "refresh-b", "refresh", new Error("two\nlines")),
  ]);
  await noteFailure({ model }, "refresh-a", "refresh", new Error("three"));
  expect(await readFailures({ model })).toEqual({
    "refresh-a": { at: expect.stringMatching(/^20/), message: "three" },
    "refresh-b": { at: expect.any(String), message: "two\nlines" },
  });
});

test("a long message is cut, and a refusal before anything changes leaves nothing", async () => {
  await noteFailure({ model }, "preflight", "preflight", new Error("notebooks run"));
  await noteFailure({ model }, "accept-irreversible", "accept-irreversible", new Error("schema-kfp-api"));
  expect(world.cluster.configMaps).toEqual({});
  await noteFailure({ model }, "prove-objects", "prove-objects", new Error("x".repeat(10_000)));
  expect((await readFailures({ model }))["prove-objects"].message).toHaveLength(3000);
});

test("a cluster that refuses the note does not hide the step's own error", async () => {
  world.cluster.core.patchNamespacedConfigMap = () => Promise.reject(new Error("forbidden"));
  await expect(noteFailure({ model }, "refresh-a", "refresh", new Error("one"))).resolves.toBeUndefined();
  expect(world.cluster.configMaps).toEqual({});
});

test("what somebody wrote there by hand is no failure", async () => {
  world.cluster.configMaps[where] = { a: "{", b: '{"at": 1}', c: '{"at": "now", "message": "m"}' };
  expect(await readFailures({ model })).toEqual({ c: { at: "now", message: "m" } });
});
