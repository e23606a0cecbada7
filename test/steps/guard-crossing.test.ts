import { type World, context, model, newWorld, refusal } from "../support/fake-model";
import { guardCrossing, operatorGone } from "../../steps/guard-crossing";
import { refresh } from "../../steps/refresh";

const application = "kubeflow-profiles";
const profiles = "profiles.kubeflow.org";
const superseded = { application, channel: "1.7/stable", revision: 307 };
const action = { kind: "guard-crossing", application, superseded } as const;
const marks = (of: string): Record<string, string> => ({
  "app.kubernetes.io/name": of,
  "app.kubernetes.io/managed-by": "juju",
  "model.juju.is/name": model,
});
const order = {
  kind: "refresh",
  application,
  charm: application,
  channel: "1.7/stable",
  revision: 307,
  crossing: true,
} as const;
let world: World;

/** What Juju 2.9 does when a podspec charm becomes a sidecar: it deletes by its labels, and with a definition its objects. */
function jujuCrosses(): void {
  const { cluster } = world;
  for (const [name, { metadata }] of Object.entries(cluster.kinds)) {
    if (metadata.labels?.["app.kubernetes.io/name"] !== application) continue;
    delete cluster.kinds[name];
    delete cluster.objects[name];
    if (name === profiles) cluster.profiles = {};
  }
  for (const [name, { metadata }] of Object.entries(cluster.profiles))
    if (metadata.labels?.["app.kubernetes.io/name"] === application) delete cluster.profiles[name];
  Object.assign(world.applications[application], { channel: "1.7/stable", revision: 307 });
}

beforeEach(() => {
  world = newWorld();
  world.put(application, { channel: "1.6/stable", revision: 123, units: 0 });
  world.cluster.putKind(profiles, "Profile", [], { scope: "Cluster" });
  world.cluster.putKind("notebooks.kubeflow.org", "Notebook");
  world.cluster.kinds[profiles].metadata.labels = marks(application);
  world.cluster.kinds["notebooks.kubeflow.org"].metadata.labels = marks("jupyter-controller");
  world.cluster.profiles = {
    admin: { metadata: { name: "admin", uid: "uid-admin", labels: { team: "a" } } },
    copied: { metadata: { name: "copied", uid: "uid-copied", labels: { ...marks(application), team: "b" } } },
  };
  world.effects.refresh = jujuCrosses;
});

test("takes the labels off the definition and off objects that people copied with them, and off nothing else", async () => {
  expect(await guardCrossing(action, context())).toEqual({
    changed: true,
    application,
    kept: { [`definition ${profiles}`]: `uid-${profiles}`, [`${profiles} copied`]: "uid-copied" },
  });
  expect(world.changes).toEqual([`strip definition ${profiles}`, "strip profile copied"]);
  expect(world.cluster.kinds[profiles].metadata.labels).toEqual({});
  expect(world.cluster.profiles.copied.metadata.labels).toEqual({ team: "b" });
  expect(world.cluster.kinds["notebooks.kubeflow.org"].metadata.labels).toEqual(marks("jupyter-controller"));
});

test.each([
  ["of models from before Juju 2.9", { "juju-app": application, "juju-model": model }],
  ["of what a charm's own hook made", { "app.juju.is/created-by": application }],
])("finds labels %s, in any namespace", async (_what, labels) => {
  world.cluster.objects["notebooks.kubeflow.org"] = [
    { metadata: { name: "n", namespace: "user", uid: "uid-n", labels } } as never,
  ];
  const { kept } = await guardCrossing(action, context());
  expect(kept).toHaveProperty(["notebooks.kubeflow.org user/n"], "uid-n");
});

test("leaves what another manager calls by that name, and another model's definition", async () => {
  world.cluster.kinds[profiles].metadata.labels = { ...marks(application), "model.juju.is/name": "other" };
  world.cluster.profiles.copied.metadata.labels = {
    "app.kubernetes.io/name": application,
    "app.kubernetes.io/managed-by": "Helm",
  };
  expect((await guardCrossing(action, context())).changed).toBe(false);
  expect(world.changes).toEqual([]);
});

describe.each([
  [
    "a unit that is there",
    () => world.put(application, { channel: "1.6/stable", revision: 123, units: 1 }),
    /^Kubeflow-profiles is at 1 units/,
  ],
  [
    "a Pod that still runs",
    () => world.cluster.putPod(model, "kubeflow-profiles-0", { labels: { "app.kubernetes.io/name": application } }),
    /with 1 Pods/,
  ],
] as [string, () => void, RegExp][])("with %s", (_what, put, says) => {
  test("nothing is done: its charm would put the labels on again", async () => {
    put();
    expect(await refusal(guardCrossing(action, context()))).toMatch(says);
    expect(await refusal(refresh(order, context()))).toMatch(says);
    expect(world.changes).toEqual([]);
  });
});

test("a Pod that was evicted is none that runs", async () => {
  world.cluster.putPod(model, "old", { labels: { "app.kubernetes.io/name": application }, phase: "Failed" });
  expect((await guardCrossing(action, context())).changed).toBe(true);
});

test.each([
  ["list", () => world.cluster.forbidden.push("notebooks"), /forbidden/],
  ["change", () => void (world.cluster.trialRefusals.profiles = "profiles: the cluster answered 403, no"), /403, no/],
])("where the cluster does not let it %s, the refresh does not happen", async (_verb, forbid, says) => {
  forbid();
  expect(await refusal(refresh(order, context()))).toMatch(says);
  expect(world.changes.filter((change) => change.startsWith("refresh"))).toEqual([]);
});

test("where somebody writes the labels again, the refresh does not happen", async () => {
  world.cluster.profilesAreRewritten = true;
  expect(await refusal(refresh(order, context()))).toMatch(/^Profiles\.kubeflow\.org copied carry Juju's marks again/);
  expect(world.changes.filter((change) => change.startsWith("refresh"))).toEqual([]);
});

test("a definition with a version that is not served is named before the crossing hangs on it", async () => {
  world.cluster.kinds["notebooks.kubeflow.org"].spec.versions.push({ name: "v1alpha1", served: false, storage: false });
  expect(await refusal(refresh(order, context()))).toMatch(
    /^Definition notebooks\.kubeflow\.org \(v1alpha1\) has a version that is not served/,
  );
  expect(world.changes.filter((change) => change.startsWith("refresh"))).toEqual([]);
});

test("labels that came back between guard and refresh are taken off in the moment of the refresh, and users' objects stay", async () => {
  const evidence = {
    "guard-crossing-kubeflow-profiles": { kind: "guard-crossing", ...(await guardCrossing(action, context())) },
  };
  world.cluster.kinds[profiles].metadata.labels = marks(application);
  expect((await refresh(order, context(evidence))).changed).toBe(true);
  expect(Object.keys(world.cluster.profiles)).toEqual(["admin", "copied"]);
  expect(world.cluster.kinds[profiles]).toBeDefined();
});

test("what is gone afterwards ends the refresh, and is only told by a later run", async () => {
  world.effects.refresh = () => {
    jujuCrosses();
    delete world.cluster.profiles.copied;
  };
  const evidence = {
    "guard-crossing-kubeflow-profiles": { kind: "guard-crossing", ...(await guardCrossing(action, context())) },
  };
  expect(await refusal(refresh(order, context(evidence)))).toMatch(
    /these are gone or others: profiles\.kubeflow\.org copied\./,
  );
  const later = context(evidence);
  expect((await refresh(order, later)).changed).toBe(false);
  expect(later.said.join()).toMatch(/profiles\.kubeflow\.org copied/);
});

test("the refresh waits until the operator is away, and says where to look when it hangs", async () => {
  world.cluster.putSet(model, `${application}-operator`, { containers: [{ name: "juju-operator", image: "x" }] });
  expect(await refusal(operatorGone(model, application))).toMatch(
    /StatefulSet kubeflow-profiles-operator is still there; `juju debug-log -m kubeflow --include-module juju\.worker\.caasapplicationprovisioner` tells why/,
  );
});

test("does nothing where the application is across", async () => {
  world.put(application, { channel: "1.7/stable", revision: 307 });
  expect(await guardCrossing(action, context())).toEqual({ changed: false, application, superseded: true });
});
