import { type World, model, newWorld, refusal } from "../support/fake-model";
import { obtainWay } from "../../baseline/hop";
import { obtainBaseline } from "../../baseline/index";
import { canonicalJson } from "../../components/canonical";
import type { Baseline } from "../../plan/types";
import { baseline16, baselineKatib, baselineUpgraded, hop, settings } from "../support/baseline";

let world: World;
const put = (name: string, data: Record<string, string> = {}): void =>
  void (world.cluster.configMaps[`${model}/ckf-upgrade-${name}`] = data);
const record = ({ bundle, ...baseline }: Baseline): void =>
  put("baseline-1.6-1.7", { "baseline.json": canonicalJson(baseline), "bundle.yaml": bundle });
const live = ({ applications }: Pick<Baseline, "applications">): void => {
  for (const [name, { charm, channel, revision }] of Object.entries(applications))
    world.put(name, { charmName: charm, channel, revision });
};
const hopOf = async (changed: Partial<typeof settings> = {}): Promise<string> => {
  const { source, target } = (await obtainWay({ ...settings, ...changed })).hop;
  return `${source.release}-${target.release}`;
};

beforeEach(() => {
  world = newWorld();
});

test("a model that no run has begun with is upgraded from the release that it runs", async () => {
  live(baseline16());
  expect(await hopOf()).toBe("1.6-1.7");
  expect(await hopOf({ to: "1.11" })).toBe("1.6-1.7");
});

test("a cluster of another model decides nothing: no hop is chosen by what was recorded there", async () => {
  live(baseline16());
  world.modelUuid = "another-id";
  expect(await refusal(hopOf())).toMatch(/juju and KUBECONFIG point to different places/);
});

test("a later release is reached one hop in each run, and the whole way is told", async () => {
  live(baseline16());
  const { path } = await obtainWay({ ...settings, to: "1.9" });
  expect(path?.line).toMatch(/^1\.6 > 1\.7 \(this run\) > .*1\.8 > .*1\.9$/);
  expect((await obtainWay(settings)).path).toBeUndefined();
});

test("a hop that was begun goes on, whatever the model looks like by now and however far the setting goes", async () => {
  record(baseline16());
  live(baselineUpgraded());
  expect(await hopOf({ to: "1.11" })).toBe("1.6-1.7");
});

test("a hop that is verified stays the one of this run as long as nothing later is asked for", async () => {
  record(baseline16());
  put("verified-1.6-1.7");
  expect(await hopOf()).toBe("1.6-1.7");
});

describe("once a hop is verified and a later release is asked for", () => {
  const old = baseline16().volumes.minio[0].volume;
  beforeEach(() => {
    record(baseline16());
    put("verified-1.6-1.7");
    live(baselineUpgraded());
    world.cluster.putBound(model, "minio-data-0837847d-minio-0", old);
    world.cluster.putSet(model, "minio", {
      templates: { "minio-data": "minio-data-0837847d" },
      containers: [{ name: "minio", image: "minio:1.6" }],
    });
  });

  test("the next hop begins", async () => {
    expect(await refusal(hopOf({ to: "1.8" }))).toMatch(/^the hop from 1\.7 to 1\.8 is not made by this version/);
  });

  test("a volume that it left is refused by name, finalized in this run where that is set, or accepted by name", async () => {
    world.cluster.putBound(model, "minio-data-new-minio-0", "pvc-new");
    world.cluster.putSet(model, "minio", {
      templates: { "minio-data": "minio-data-new" },
      containers: [{ name: "minio", image: "minio:1.7" }],
    });
    const told = await refusal(hopOf({ to: "1.8" }));
    expect(told).toContain("left-overs");
    expect(told).toContain(`of the hop from 1.6 to 1.7: its old volume ${old} is there still`);
    expect(told).toContain("left-overs/minio");
    expect(await hopOf({ to: "1.8", finalize: true })).toBe("1.6-1.7");
    expect(await refusal(hopOf({ to: "1.8", ignorePreflight: ["left-overs/minio"] }))).toMatch(/^the hop from 1\.7/);
    delete world.cluster.volumes[old];
    expect(await refusal(hopOf({ to: "1.8" }))).toMatch(/^the hop from 1\.7/);
  });

  test("a server that was moved from and runs still is one of them", async () => {
    record(baselineKatib());
    world.put("katib-db-mysql", { charmName: "mysql-k8s", channel: "8.0/stable" });
    world.put("katib-db", { charmName: "charmed-osm-mariadb-k8s" });
    expect(await refusal(hopOf({ to: "1.8" }))).toContain("the old server runs still, beside katib-db-mysql");
    // Once it is finalized, its volume is there still.
    delete world.applications["katib-db"];
    world.cluster.putBound(model, "database-1-katib-db-0", baselineKatib().volumes["katib-db"][0].volume);
    expect(await refusal(hopOf({ to: "1.8" }))).toMatch(/^the hop from 1\.7/);
  });

  test("a hop that was taken back since is no step on the way to the next", async () => {
    put("found-1.6-1.7", world.cluster.configMaps[`${model}/ckf-upgrade-baseline-1.6-1.7`]);
    expect(await hopOf({ to: "1.8" })).toBe("1.6-1.7");
    put("rolled-back-1.6-1.7");
    expect(await hopOf({ to: "1.8" })).toBe("1.6-1.7");
    expect(await hopOf({ to: "1.8", rollback: true })).toBe("1.6-1.7");
  });
});

test("a hop that is not offered is neither begun nor gone on with, nor is a model that is at its end touched", async () => {
  const at = (minor: string, kfp: string, katib: string): void => {
    world.put("istio-pilot", { charmName: "istio-pilot", channel: `${minor}/stable` });
    world.put("kfp-api", { charmName: "kfp-api", channel: `${kfp}/stable` });
    world.put("katib-ui", { charmName: "katib-ui", channel: `${katib}/stable` });
  };
  at("1.24", "2.5", "0.18");
  const refused = /^the hop from 1\.10 to 1\.11 is not made by this version of the program \(missing: .*\(F54\)/s;
  expect(await refusal(hopOf({ to: "1.11" }))).toMatch(refused);
  at("1.28", "2.15", "0.19");
  expect(await refusal(hopOf({ to: "1.11" }))).toMatch(refused);
  put("baseline-1.10-1.11");
  expect(await refusal(hopOf({ to: "1.11" }))).toMatch(refused);
});

test("a setting that lies behind the model is refused", async () => {
  for (const [name, { channel }] of Object.entries({
    "istio-pilot": { channel: "1.24/stable" },
    "kfp-api": { channel: "2.5/stable" },
    "katib-ui": { channel: "0.18/stable" },
  }))
    world.put(name, { charmName: name, channel });
  expect(await refusal(hopOf())).toMatch(/^the model runs Charmed Kubeflow 1\.10, and the setting "to" is 1\.7: /);
  put("baseline-1.7-1.8");
  expect(await refusal(hopOf())).toMatch(/^the hop from 1\.7 to 1\.8 was begun .*the setting "to" is 1\.7/);
});

describe("a controller that changed", () => {
  const recorded = (controller?: string): Baseline => {
    const baseline = baseline16();
    return { ...baseline, model: { ...baseline.model, ...(controller !== undefined && { controller }) } };
  };

  test("is refused within a hop, and told what to do", async () => {
    record(recorded("old"));
    world.controller = "new";
    expect(await refusal(obtainBaseline(hop, model))).toMatch(
      /^model "kubeflow" is at controller new, and this hop was begun at controller old .*never within one.*Migrate it back/,
    );
  });

  test("is fine once the hop is verified, and where one of both is not known", async () => {
    record(recorded("old"));
    world.controller = "new";
    put("verified-1.6-1.7");
    await expect(obtainBaseline(hop, model)).resolves.toBeDefined();
    delete world.cluster.configMaps[`${model}/ckf-upgrade-verified-1.6-1.7`];
    record(recorded());
    await expect(obtainBaseline(hop, model)).resolves.toBeDefined();
    record(recorded("old"));
    world.controller = undefined;
    await expect(obtainBaseline(hop, model)).resolves.toBeDefined();
  });
});
