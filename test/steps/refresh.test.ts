import { type World, context, model, newWorld, refusal } from "../support/fake-model";
import type { Relation } from "../../plan/types";
import { refresh } from "../../steps/refresh";

const order = {
  kind: "refresh",
  application: "istio-pilot",
  charm: "istio-pilot",
  channel: "1.16/stable",
  revision: 200,
} as const;
let world: World;
beforeEach(() => {
  world = newWorld();
});

test("does nothing to an application that is there already", async () => {
  world.put("istio-pilot", { channel: "1.16/stable", revision: 200 });
  expect(await refresh(order, context())).toEqual({
    changed: false,
    application: "istio-pilot",
    channel: "1.16/stable",
    revision: 200,
    images: [],
  });
  expect(world.changes).toEqual([]);
});

test("refreshes once, to the channel and the revision of the plan", async () => {
  world.put("istio-pilot", { channel: "1.11/stable", revision: 10 });
  expect((await refresh(order, context())).changed).toBe(true);
  expect(world.changes).toEqual(["refresh istio-pilot 1.16/stable 200"]);
});

test("refreshes where only the revision is another one", async () => {
  world.put("istio-pilot", { channel: "1.16/stable", revision: 199 });
  await refresh(order, context());
  expect(world.changes).toEqual(["refresh istio-pilot 1.16/stable 200"]);
});

test("leaves an application alone that is on a later rung", async () => {
  world.put("istio-pilot", { channel: "1.16/stable", revision: 200 });
  const found = await refresh(
    { ...order, channel: "1.12/stable", revision: 50, beyond: ["1.13/stable", "1.16/stable"] },
    context(),
  );
  expect(found).toEqual({ changed: false, application: "istio-pilot", channel: "1.16/stable", revision: 200 });
  expect(world.changes).toEqual([]);
});

test("refuses where the application is missing", async () => {
  const message = await refusal(refresh(order, context()));
  expect(message).toBe(
    'Application "istio-pilot" is not in model "kubeflow". It was removed since the baseline was taken. Deploy it again as the baseline\'s bundle has it, then run the upgrade again',
  );
  expect(world.changes).toEqual([]);
});

test("waits until no unit runs the old charm", async () => {
  const live = world.put("istio-pilot", { channel: "1.16/stable", revision: 200 });
  live.units["istio-pilot/0"].upgradingFrom = "ch:istio-pilot-10";
  world.later.push(() => delete live.units["istio-pilot/0"].upgradingFrom);
  await refresh(order, context());
  expect(world.later).toEqual([]);
});

test("does not end while the workload still rolls out", async () => {
  world.put("istio-pilot", { channel: "1.16/stable", revision: 200 });
  world.cluster.putSet(model, "istio-pilot", { ready: 0 });
  expect(await refusal(refresh(order, context()))).toBe(
    "the workload of istio-pilot rolls out: not reached: 0 of 1 pods of istio-pilot are new, 0 are ready",
  );
});

test("ends with the awaited status where active cannot be reached yet", async () => {
  const live = world.put("istio-pilot", { channel: "1.16/stable", revision: 200 });
  live.units["istio-pilot/0"].workload = { current: "waiting", message: "Execution handled, retrying" };
  world.cluster.putSet(model, "istio-pilot", { ready: 0 });
  const { changed } = await refresh(
    { ...order, awaiting: { status: "waiting", message: "Execution handled" } },
    context(),
  );
  expect(changed).toBe(false);
});

test("does not take another message for the awaited one", async () => {
  world.put("istio-pilot", { channel: "1.16/stable", revision: 200 }).units["istio-pilot/0"].workload = {
    current: "waiting",
    message: "Something else",
  };
  expect(
    await refusal(refresh({ ...order, awaiting: { status: "waiting", message: "Execution handled" } }, context())),
  ).toMatch("istio-pilot/0 is waiting: Something else");
});

describe("a relation that an earlier run took away, which only a later step restores", () => {
  const relation: Relation = ["kfp-api:object-storage", "minio:object-storage"];
  const api = {
    kind: "refresh",
    application: "kfp-api",
    charm: "kfp-api",
    channel: "2.0/stable",
    revision: 540,
  } as const;
  const putAsking = (): void => {
    world.put("kfp-api", { channel: "2.0/stable", revision: 540 }).units["kfp-api/0"].workload = {
      current: "blocked",
      message: "Missing required relation for object-storage",
    };
  };

  test("is not waited for", async () => {
    putAsking();
    world.relations = [["kfp-api:mysql", "kfp-db:mysql"]];
    expect((await refresh({ ...api, taken: [relation] }, context())).changed).toBe(false);
    expect(world.changes).toEqual([]);
  });

  test("counts as long as it is there, and so does a plan that takes none", async () => {
    putAsking();
    world.relations = [relation];
    expect(await refusal(refresh({ ...api, taken: [relation] }, context()))).toMatch(
      "kfp-api/0 is blocked: Missing required relation",
    );
    world.relations = [];
    expect(await refusal(refresh(api, context()))).toMatch("kfp-api/0 is blocked: Missing required relation");
  });

  test("excuses neither an error nor an old charm nor a workload that did not roll out", async () => {
    putAsking();
    world.cluster.putSet(model, "kfp-api", { ready: 0 });
    expect(await refusal(refresh({ ...api, taken: [relation] }, context()))).toMatch("0 of 1 pods of kfp-api are new");
    world.applications["kfp-api"].units["kfp-api/0"].upgradingFrom = "ch:kfp-api-100";
    expect(await refusal(refresh({ ...api, taken: [relation] }, context()))).toMatch(
      "kfp-api/0 still runs ch:kfp-api-100",
    );
    world.applications["kfp-api"].units["kfp-api/0"].workload = {
      current: "error",
      message: 'hook failed: "upgrade-charm"',
    };
    expect(await refusal(refresh({ ...api, taken: [relation] }, context()))).toMatch("kfp-api/0 is in error");
  });
});

test("ends with what failed when a unit is in error after the refresh", async () => {
  const live = world.put("istio-pilot", { channel: "1.11/stable", revision: 10 });
  world.effects.refresh = () => {
    Object.assign(live, { channel: "1.16/stable", revision: 200 });
    live.units["istio-pilot/0"].workload = { current: "error", message: 'hook failed: "upgrade-charm"' };
  };
  expect(await refusal(refresh(order, context()))).toBe(
    'istio-pilot settles at 1.16/stable revision 200: istio-pilot/0 is in error: hook failed: "upgrade-charm"',
  );
});

test("tells the workload's images as evidence, without the charm's own", async () => {
  world.put("istio-pilot", { channel: "1.16/stable", revision: 200 });
  world.cluster.putSet(model, "istio-pilot", {
    containers: [
      { name: "pilot", image: "pilot:1.16" },
      { name: "charm", image: "charm-base:22.04" },
    ],
  });
  expect((await refresh(order, context())).images).toEqual(["pilot:1.16"]);
});

test("does not take an application for upgraded that is on a later rung but dying", async () => {
  world.put("istio-pilot", { channel: "1.16/stable", revision: 200, life: "dying" });
  expect(
    await refusal(refresh({ ...order, channel: "1.12/stable", revision: 50, beyond: ["1.16/stable"] }, context())),
  ).toMatch("it is being removed (dying)");
});

describe("a hop that names the base of its revisions (F45)", () => {
  const based = { ...order, base: "ubuntu@24.04" };

  test("tells juju, and ends where the application is on it", async () => {
    world.put("istio-pilot", {
      channel: "1.11/stable",
      revision: 10,
      base: { name: "ubuntu", channel: "20.04/stable" },
    });
    world.effects.refresh = () =>
      void Object.assign(world.applications["istio-pilot"], {
        channel: "1.16/stable",
        revision: 200,
        base: { name: "ubuntu", channel: "24.04/stable" },
      });
    expect((await refresh(based, context())).changed).toBe(true);
    expect(world.changes).toEqual(["refresh istio-pilot 1.16/stable 200 ubuntu@24.04"]);
  });

  test.each([
    ["stayed on the old one", { name: "ubuntu", channel: "20.04/stable" }, "is on base ubuntu@20.04"],
    ["has none that juju tells", undefined, "is on base that juju does not tell"],
  ])("refuses where it %s", async (_name, base, told) => {
    world.put("istio-pilot", { channel: "1.16/stable", revision: 200, ...(base && { base }) });
    expect(await refusal(refresh(based, context()))).toContain(told);
  });
});
