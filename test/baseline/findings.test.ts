import { type World, model, newWorld } from "../support/fake-model";
import { tellFindings } from "../../baseline/findings";
import { baseline16, hop, settings } from "../support/baseline";

let world: World;
beforeEach(() => {
  world = newWorld();
  world.putMinio();
  for (const name of Object.keys(baseline16().applications)) world.put(name);
});

async function told(
  changed: Partial<typeof settings> = {},
): Promise<{ warned: string[]; said: string[]; resumed: boolean }> {
  const [warned, said]: [string[], string[]] = [[], []];
  const resumed = await tellFindings(
    hop,
    baseline16(),
    { ...settings, ...changed },
    { warn: async (text) => void warned.push(text), info: async (text) => void said.push(text) },
  );
  return { warned, said, resumed };
}

test("a model that is ready is warned of nothing; what cannot be checked is said", async () => {
  const { warned, said } = await told();
  expect(warned).toEqual([]);
  expect(said).toEqual([
    "on-disk-format  minio not checked: no running Pod of minio mounts claim minio-data-0837847d-minio-0",
    "free-space      the backup not checked: the driver of StorageClass standard does not say what space it has, nor the kubelet how full the object store's volume is",
  ]);
});

test("every finding is a warning of its own, all at once, lined up", async () => {
  world.cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
  world.applications["kfp-ui"].status = { current: "waiting", message: "for kfp-api" };
  const { warned } = await told();
  expect(warned.map((text) => text.split("\n")[0])).toEqual([
    "applications-restless  kfp-ui is waiting: for kfp-api",
    "notebooks-running      Notebook alice/lab is running",
  ]);
  for (const line of warned.flatMap((text) => text.split("\n").slice(1))) expect(line).toMatch(/^ {23}\S/);
});

test("what is set to be ignored is said, and warned of no more", async () => {
  world.cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
  const { warned, said } = await told({ ignorePreflight: ["notebooks-running"] });
  expect(warned).toEqual([]);
  expect(said[0]).toBe("notebooks-running  Notebook alice/lab is running (ignored, as set)");
});

describe("in a later run", () => {
  beforeEach(() => {
    const { bundle, ...recorded } = baseline16();
    const applications = Object.fromEntries(
      Object.entries(recorded.applications).map(([name, one]) => [
        name,
        { ...one, charm: name, channel: "ckf-1.6/stable", revision: 99 },
      ]),
    );
    world.cluster.configMaps[`${model}/ckf-upgrade-baseline-1.6-1.7`] = {
      "baseline.json": JSON.stringify({ ...recorded, applications, relations: [] }),
      "bundle.yaml": bundle,
    };
    world.cluster.putSecret(model, "ckf-upgrade-minio-credentials", {});
    world.cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
  });

  test("of a model that no step has changed, users at work are warned of as in the first", async () => {
    const { warned, resumed } = await told();
    expect(warned).toEqual([expect.stringContaining("Notebook alice/lab is running")]);
    expect(resumed).toBe(false);
  });

  test("of a model that is half-way nothing is warned of", async () => {
    world.cluster.configMaps[`${model}/ckf-upgrade-begun`] = { first: "refresh" };
    world.applications["kfp-ui"].revision = 100;
    world.applications["kfp-ui"].status = { current: "waiting", message: "for kfp-api" };
    expect(await told()).toEqual({ warned: [], said: [], resumed: true });
  });
});
