import { type World, model, newWorld } from "../support/fake-model";
import { readLiveFacts } from "../../baseline/facts";
import { readOnClaim } from "../../kube/files";
import { KubeError } from "../../kube/client";
import { preflightQuestion } from "../../plan/preflight/question";
import { baseline16, hop, settings } from "../support/baseline";

const mockExec = jest.fn<Promise<string>, [string, string, string, string[]]>();
jest.mock("../../kube/exec", () => ({ execIn: (...given: [string, string, string, string[]]) => mockExec(...given) }));

const claim = "minio-data-0837847d-minio-0";
const question = preflightQuestion(hop, baseline16(), settings);
const read = (): Promise<string> => readOnClaim(model, "minio", claim, ".minio.sys/format.json");
const factsOf = async (): Promise<unknown> => (await readLiveFacts(model, question)).format;
let world: World;

beforeEach(() => {
  world = newWorld();
  world.putMinio();
  world.cluster.pods[`${model}/minio-0`].spec!.containers = [
    { name: "beside", volumeMounts: [{ name: "another", mountPath: "/data" }] },
    { name: "minio", volumeMounts: [{ name: "certs", mountPath: "/certs" }, { name: claim, mountPath: "/data" }] },
  ];
  mockExec.mockReset().mockResolvedValue('{"format":"fs"}');
});

test("a file is read by one command in the container that mounts the claim, where it mounts it", async () => {
  expect(await read()).toBe('{"format":"fs"}');
  expect(mockExec.mock.calls).toEqual([[model, "minio-0", "minio", ["cat", "/data/.minio.sys/format.json"]]]);
  expect(await factsOf()).toEqual({ text: '{"format":"fs"}' });
  expect(world.changes).toEqual([]);
});

test.each<[string, () => void]>([
  ["that does not run", () => void (world.cluster.pods[`${model}/minio-0`].status!.phase = "Pending")],
  ["that is going away", () => void (world.cluster.pods[`${model}/minio-0`].metadata!.deletionTimestamp = new Date(0))],
  ["of another claim", () => void (world.cluster.pods[`${model}/minio-0`].spec!.volumes![0].persistentVolumeClaim!.claimName = "another")],
  ["of another application", () => void (world.cluster.pods[`${model}/minio-0`].metadata!.labels = { "app.kubernetes.io/name": "mlflow-minio" })],
])("no command is run in a Pod %s, and the fact says that none was found", async (_name, spoil) => {
  spoil();
  const why = `no running Pod of minio mounts claim ${claim}`;
  await expect(read()).rejects.toThrow(why);
  expect(await factsOf()).toEqual({ why });
  expect(mockExec).not.toHaveBeenCalled();
});

test("a command that fails is a fact; a failure of this program is none", async () => {
  mockExec.mockRejectedValue(new KubeError("a command in Pod kubeflow/minio-0 failed: No such file or directory"));
  expect(await factsOf()).toEqual({ why: "a command in Pod kubeflow/minio-0 failed: No such file or directory" });
  mockExec.mockRejectedValue(new TypeError("a mistake"));
  await expect(factsOf()).rejects.toThrow("a mistake");
});
