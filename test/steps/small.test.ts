import { type World, context, newWorld, refusal } from "../support/fake-model";
import { deploy } from "../../steps/deploy";
import { protectProfile } from "../../steps/protect-profile";
import { addRelation, removeRelation } from "../../steps/relations";
import { trust, untrust } from "../../steps/trust";
import type { Relation } from "../../plan/types";

let world: World;
beforeEach(() => {
  world = newWorld();
});

describe("trust", () => {
  const action = { kind: "trust", application: "katib-controller" } as const;

  test("trusts once", async () => {
    world.put("katib-controller");
    expect(await trust(action, context())).toEqual({ changed: true, application: "katib-controller" });
    expect(world.changes).toEqual(["trust katib-controller"]);
  });

  test("does nothing to an application that is trusted", async () => {
    world.put("katib-controller");
    world.config["katib-controller"].trust = true;
    expect((await trust(action, context())).changed).toBe(false);
    expect(world.changes).toEqual([]);
  });

  test("refuses to go on when trust does not read back", async () => {
    world.put("katib-controller");
    world.effects.trust = () => undefined;
    expect(await refusal(trust(action, context()))).toBe(
      '"katib-controller" is not trusted after `juju trust`. Its new charm would fail with 403. Try `juju trust katib-controller --scope=cluster` by hand',
    );
  });
});

describe("untrust", () => {
  const action = { kind: "untrust", application: "katib-controller" } as const;
  beforeEach(() => {
    world.put("katib-controller");
    world.config["katib-controller"].trust = true;
  });

  test("takes the access away once", async () => {
    expect(await untrust(action, context())).toEqual({ changed: true, application: "katib-controller" });
    expect(await untrust(action, context())).toEqual({ changed: false, application: "katib-controller" });
    expect(world.changes).toEqual(["untrust katib-controller"]);
  });

  test("refuses to go on when it does not read back", async () => {
    world.effects.untrust = () => undefined;
    expect(await refusal(untrust(action, context()))).toBe(
      '"katib-controller" is trusted after `juju trust --remove`. It was not trusted when it was recorded. Try `juju trust katib-controller --remove --scope=cluster` by hand',
    );
  });
});

describe("relations", () => {
  const relation: Relation = ["kfp-api:object-storage", "minio:object-storage"];

  test("are removed once", async () => {
    world.relations = [relation, ["argo-controller:object-storage", "minio:object-storage"]];
    expect(await removeRelation({ kind: "remove-relation", relation }, context())).toEqual({ changed: true, relation });
    expect(world.changes).toEqual(["unrelate kfp-api:object-storage minio:object-storage"]);
    expect(world.relations).toEqual([["argo-controller:object-storage", "minio:object-storage"]]);
  });

  test("that are gone are not removed", async () => {
    expect((await removeRelation({ kind: "remove-relation", relation }, context())).changed).toBe(false);
    expect(world.changes).toEqual([]);
  });

  test("that a later step restored are not removed again", async () => {
    world.relations = [relation];
    world.put("minio", { channel: "ckf-1.7/stable", revision: 200 });
    const superseded = { application: "minio", channel: "ckf-1.7/stable", revision: 200 };
    expect(await removeRelation({ kind: "remove-relation", relation, superseded }, context())).toEqual({
      changed: false,
      relation,
      superseded: true,
    });
    expect(world.changes).toEqual([]);
  });

  test("are waited for while they are dying", async () => {
    world.relations = [relation];
    world.effects.unrelate = () => undefined;
    world.later.push(() => void (world.relations = []));
    expect((await removeRelation({ kind: "remove-relation", relation }, context())).changed).toBe(true);
  });

  test("that do not go are no success", async () => {
    world.relations = [relation];
    world.effects.unrelate = () => undefined;
    expect(await refusal(removeRelation({ kind: "remove-relation", relation }, context()))).toBe(
      "relation kfp-api:object-storage minio:object-storage is gone: not reached: it is still there",
    );
  });

  test("are added once", async () => {
    expect(await addRelation({ kind: "add-relation", relation }, context())).toEqual({ changed: true, relation });
    expect(world.changes).toEqual(["relate kfp-api:object-storage minio:object-storage"]);
  });

  test("that are there are not added", async () => {
    world.relations = [relation];
    expect((await addRelation({ kind: "add-relation", relation }, context())).changed).toBe(false);
    expect(world.changes).toEqual([]);
  });

  test("that do not read back are no success", async () => {
    world.effects.relate = () => undefined;
    expect(await refusal(addRelation({ kind: "add-relation", relation }, context()))).toMatch(
      "not reached: it is not there",
    );
  });
});

describe("deploy", () => {
  const action = {
    kind: "deploy" as const,
    application: "minio",
    charm: "minio",
    channel: "ckf-1.7/stable",
    revision: 200,
    trust: false,
    config: {},
    storage: { "minio-data": 10240 },
  };

  test("deploys once", async () => {
    expect(await deploy(action, context())).toEqual({
      changed: true,
      application: "minio",
      channel: "ckf-1.7/stable",
      revision: 200,
    });
    expect(world.changes).toEqual(["deploy minio minio ckf-1.7/stable 200"]);
  });

  test("does nothing where it is deployed already", async () => {
    world.put("minio", { channel: "ckf-1.7/stable", revision: 200 });
    expect((await deploy(action, context())).changed).toBe(false);
    expect(world.changes).toEqual([]);
  });

  test.each([
    ["of another revision", { channel: "ckf-1.7/stable", revision: 199 }, "minio ckf-1.7/stable revision 199, alive"],
    ["of another channel", { channel: "ckf-1.6/stable", revision: 200 }, "minio ckf-1.6/stable revision 200, alive"],
    [
      "of another charm",
      { charmName: "minio-k8s", channel: "ckf-1.7/stable", revision: 200 },
      "minio-k8s ckf-1.7/stable revision 200, alive",
    ],
    [
      "that is dying",
      { channel: "ckf-1.7/stable", revision: 200, life: "dying" },
      "minio ckf-1.7/stable revision 200, dying",
    ],
  ])("refuses where there is one %s", async (_name, given, seen) => {
    world.put("minio", given);
    expect(await refusal(deploy(action, context()))).toBe(
      `Application "minio" is there as ${seen}. It is not the one to be deployed, and not gone. Wait until its removal is through, then run the upgrade again`,
    );
    expect(world.changes).toEqual([]);
  });

  test("ends with a unit that is blocked: its relations come later", async () => {
    world.put("minio", { channel: "ckf-1.7/stable", revision: 200 }).units["minio/0"].workload = {
      current: "blocked",
      message: "Please relate",
    };
    expect((await deploy(action, context())).changed).toBe(false);
  });

  test("does not end with an agent that is at work", async () => {
    world.put("minio", { channel: "ckf-1.7/stable", revision: 200 }).units["minio/0"].agent = {
      current: "executing",
      message: "install",
    };
    expect(await refusal(deploy(action, context()))).toBe(
      "minio settles: not reached: the agent of minio/0 is executing: install",
    );
  });
});

describe("protect-profile", () => {
  const action = { kind: "protect-profile", profile: "admin" } as const;
  const labels = {
    "app.juju.is/created-by": "kubeflow-dashboard",
    "app.kubernetes.io/managed-by": "juju",
    "app.kubernetes.io/name": "kubeflow-dashboard",
    "model.juju.is/name": "kubeflow",
  };
  const annotations = { "controller.juju.is/id": "1", "model.juju.is/id": "2" };

  test("takes Juju's marks off and leaves the others", async () => {
    world.cluster.profiles.admin = {
      metadata: { name: "admin", labels: { ...labels, team: "a" }, annotations: { ...annotations, owner: "b" } },
    };
    expect(await protectProfile(action, context())).toEqual({ changed: true, profile: "admin", present: true });
    expect(world.cluster.profiles.admin.metadata).toEqual({
      name: "admin",
      labels: { team: "a" },
      annotations: { owner: "b" },
    });
    expect(world.changes).toEqual(["strip profile admin"]);
  });

  test("does nothing to a profile without marks", async () => {
    world.cluster.profiles.admin = { metadata: { name: "admin" } };
    expect((await protectProfile(action, context())).changed).toBe(false);
    expect(world.changes).toEqual([]);
  });

  test("has nothing to do without the profile, and says so", async () => {
    expect(await protectProfile(action, context())).toEqual({ changed: false, profile: "admin", present: false });
    expect(world.changes).toEqual([]);
  });

  test.each(Object.keys({ ...labels, ...annotations }))("sees the mark %s alone", async (mark) => {
    world.cluster.profiles.admin = {
      metadata: { name: "admin", ...(mark in labels ? { labels: { [mark]: "x" } } : { annotations: { [mark]: "x" } }) },
    };
    expect((await protectProfile(action, context())).changed).toBe(true);
  });

  test("refuses to go on while marks are there afterwards, and names them", async () => {
    world.cluster.profiles.admin = {
      metadata: {
        name: "admin",
        labels: { "model.juju.is/name": "kubeflow" },
        annotations: { "model.juju.is/id": "2" },
      },
    };
    world.cluster.profilesAreRewritten = true;
    expect(await refusal(protectProfile(action, context()))).toBe(
      'Profile "admin" still carries model.juju.is/name, model.juju.is/id. A refresh of the dashboard could delete it with its namespace. ' +
        "Look at who writes it: `kubectl get profile admin -o yaml --show-managed-fields` and the model kubeflow",
    );
  });
});
