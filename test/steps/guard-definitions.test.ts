import { type World, backupEvidence, context, newWorld, refusal } from "../support/fake-model";
import { guardDefinitions, liftGuard, requireGuard } from "../../steps/guard-definitions";

const guard = "ckf-upgrade-keep-definitions";
const canary = "canaries.ckf-upgrade.invalid";
const profiles = "profiles.kubeflow.org";
const action = { kind: "guard-definitions", applications: ["kubeflow-profiles"] } as {
  kind: "guard-definitions";
  applications: string[];
};
let world: World;
beforeEach(() => {
  world = newWorld();
  for (const [name, owner] of [
    [profiles, "kubeflow-profiles"],
    ["notebooks.kubeflow.org", "jupyter-controller"],
  ]) {
    world.cluster.putKind(name, "Kind");
    world.cluster.kinds[name].metadata.labels = {
      "app.kubernetes.io/name": owner,
      "app.kubernetes.io/managed-by": "juju",
      other: "kept",
    };
    world.cluster.kinds[name].metadata.annotations = { "model.juju.is/id": "x" };
  }
});

test("lets the cluster refuse, proves that on a definition of its own, and takes the marks off those of the applications alone", async () => {
  expect(await guardDefinitions(action, context(backupEvidence))).toEqual({
    changed: true,
    guard,
    definitions: [profiles],
  });
  expect(world.changes).toEqual([`guard ${guard}`, `strip definition ${profiles}`]);
  expect(world.cluster.kinds[profiles].metadata).toEqual({
    name: profiles,
    uid: `uid-${profiles}`,
    labels: { other: "kept" },
    annotations: {},
  });
  expect(world.cluster.kinds["notebooks.kubeflow.org"].metadata.labels).toMatchObject({
    "app.kubernetes.io/name": "jupyter-controller",
  });
  expect(world.cluster.kinds[canary]).toBeDefined();
  await expect(requireGuard("removing")).resolves.toBeUndefined();
});

test("what it is tried on is no users' kind: an account that may not list its objects takes the marks off the others", async () => {
  world.cluster.forbidden.push("canaries");
  expect(await guardDefinitions(action, context(backupEvidence))).toMatchObject({ definitions: [profiles] });
});

test("may run again", async () => {
  await guardDefinitions(action, context(backupEvidence));
  expect(await guardDefinitions(action, context(backupEvidence))).toEqual({ changed: true, guard, definitions: [] });
});

test("nothing is done without the evidence of a proven backup", async () => {
  expect(await refusal(guardDefinitions(action, context()))).toMatch(/^No evidence of a proven backup/);
  expect(world.changes).toEqual([]);
});

test("an API server that does not know of the guard yet is asked again, on the definition of our own only", async () => {
  world.cluster.webhooksAreKnown = false;
  world.later.push(
    () => undefined,
    () => (world.cluster.webhooksAreKnown = true),
  );
  await guardDefinitions(action, context(backupEvidence));
  expect(world.changes).toEqual([
    `guard ${guard}`,
    `delete definition ${canary}`,
    `delete definition ${canary}`,
    `strip definition ${profiles}`,
  ]);
});

test("where the cluster never refuses, no mark is taken off and the wait is bounded", async () => {
  world.cluster.webhooksAreKnown = false;
  expect(await refusal(guardDefinitions(action, context(backupEvidence)))).toBe(
    `the cluster refuses to delete a definition (webhook ${guard}): not reached: definition ${canary}, on which it is tried, could be deleted`,
  );
  expect(world.changes.filter((change) => change.startsWith("strip"))).toEqual([]);
});

test("a guard that somebody took away is missed", async () => {
  await guardDefinitions(action, context(backupEvidence));
  world.cluster.webhooks = {};
  expect(await refusal(requireGuard("removing kubeflow-profiles"))).toMatch(
    /^The guard of the definitions does not stand: definition canaries\.ckf-upgrade\.invalid, on which it is tried, could be deleted\. Removing kubeflow-profiles would delete definitions/,
  );
});

test("another refusal than the guard's proves nothing", async () => {
  expect(await refusal(requireGuard("removing kubeflow-profiles"))).toMatch(
    /could not be asked to be deleted: .*404, not found/,
  );
});

test("is lifted with what it was tried on, once", async () => {
  await guardDefinitions(action, context(backupEvidence));
  expect(await liftGuard({ kind: "lift-guard" }, context())).toEqual({ changed: true, guard });
  expect(world.cluster.webhooks).toEqual({});
  expect(world.cluster.kinds[canary]).toBeUndefined();
  expect(world.cluster.kinds[profiles]).toBeDefined();
  expect((await liftGuard({ kind: "lift-guard" }, context())).changed).toBe(false);
});
