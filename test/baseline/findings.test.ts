import { type World, model, newWorld } from "../support/fake-model";
import { tellFindings } from "../../baseline/findings";
import { baseline16, hop, settings } from "../support/baseline";

let world: World;
beforeEach(() => {
  world = newWorld();
  world.putMinio();
  for (const name of Object.keys(baseline16().applications)) world.put(name);
});

async function told(changed: Partial<typeof settings> = {}): Promise<{ warned: string[]; said: string[] }> {
  const [warned, said]: [string[], string[]] = [[], []];
  await tellFindings(hop, baseline16(), { ...settings, ...changed }, { warn: async (text) => void warned.push(text), info: async (text) => void said.push(text) });
  return { warned, said };
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
  expect(warned.map((text) => text.split("\n")[0])).toEqual(["applications-restless  kfp-ui is waiting: for kfp-api", "notebooks-running      Notebook alice/lab is running"]);
  for (const line of warned.flatMap((text) => text.split("\n").slice(1))) expect(line).toMatch(/^ {23}\S/);
});

test("what is set to be ignored is said, and warned of no more", async () => {
  world.cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
  const { warned, said } = await told({ ignorePreflight: ["notebooks-running"] });
  expect(warned).toEqual([]);
  expect(said[0]).toBe("notebooks-running  Notebook alice/lab is running (ignored, as set)");
});

test("in the middle of an upgrade a model that is half-way is warned of nothing", async () => {
  world.cluster.putSecret(model, "ckf-upgrade-minio-credentials", {});
  world.cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
  world.applications["kfp-ui"].status = { current: "waiting", message: "for kfp-api" };
  expect(await told()).toEqual({ warned: [], said: [] });
});
