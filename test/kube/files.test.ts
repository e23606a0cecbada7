import { type World, model, newWorld } from "../support/fake-model";
import { readLiveFacts } from "../../baseline/facts";
import { readOnClaim } from "../../kube/files";
import { KubeError } from "../../kube/client";
import { preflightQuestion } from "../../guide/preflight/question";
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
    {
      name: "minio",
      volumeMounts: [
        { name: "certs", mountPath: "/certs" },
        { name: claim, mountPath: "/data" },
      ],
    },
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
  [
    "of another claim",
    () => void (world.cluster.pods[`${model}/minio-0`].spec!.volumes![0].persistentVolumeClaim!.claimName = "another"),
  ],
  [
    "of another application",
    () => void (world.cluster.pods[`${model}/minio-0`].metadata!.labels = { "app.kubernetes.io/name": "mlflow-minio" }),
  ],
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

describe("the disk of a volume that is a folder", () => {
  const spaceOf = async (): Promise<unknown> => {
    const { disk, usedMiB } = await readLiveFacts(model, question);
    return { disk, usedMiB };
  };
  /** As coreutils and busybox print it; the second has a name of a device that is as long as a path. */
  const [coreutils, busybox] = ["/dev/sda1", "/dev/mapper/ubuntu--vg-ubuntu--lv"].map(
    (device) =>
      `Filesystem           1024-blocks    Used Available Capacity Mounted on\n${device} 1031018168 1979980 976592388   1% /data\n`,
  );

  beforeEach(() => {
    world.cluster.claims[`${model}/${claim}`].spec!.storageClassName = "standard";
    world.cluster.provisioners.standard = { provisioner: "microk8s.io/hostpath" };
    mockExec.mockImplementation(
      async (...[, , , [program]]) => ({ df: busybox, timeout: "2049\t/data\n" })[program] ?? "{}",
    );
  });

  test.each([
    ["coreutils", coreutils],
    ["busybox", busybox],
  ])("is read there as %s tells it, without a shell, and so is what the volume holds", async (_name, df) => {
    mockExec.mockImplementation(async (...[, , , [program]]) => ({ df, timeout: "2049\t/data\n" })[program] ?? "{}");
    expect(await spaceOf()).toEqual({ disk: { storageClass: "standard", freeMiB: 953703 }, usedMiB: 3 });
    expect(
      mockExec.mock.calls
        .map(([, pod, container, command]) => [pod, container, ...command].join(" "))
        .filter((line) => /d[fu] /.test(line)),
    ).toEqual(["minio-0 minio df -P -k /data", "minio-0 minio timeout 60 du -s -k /data"]);
  });

  test.each([
    "rancher.io/local-path",
    "k8s.io/minikube-hostpath",
    "docker.io/hostpath",
    "openebs.io/local",
    "kubernetes.io/host-path",
  ])("is looked at with %s, too", async (provisioner) => {
    world.cluster.provisioners.standard = { provisioner };
    expect(await spaceOf()).toMatchObject({ disk: { freeMiB: 953703 } });
  });

  test.each([
    { provisioner: "ebs.csi.aws.com" },
    { provisioner: "openebs.io/local", config: '- name: StorageType\n  value: "device"\n' },
  ])("is not looked at where %j makes volumes of another kind", async (made) => {
    world.cluster.provisioners.standard = made;
    expect(await spaceOf()).toEqual({ disk: undefined, usedMiB: undefined });
  });

  test.each([
    [
      "df",
      async (): Promise<string> => Promise.reject(new KubeError("executable file not found")),
      "executable file not found",
    ],
    ["df", async (): Promise<string> => "no such thing", `df of claim ${claim} printed no free space`],
    ["timeout", async (): Promise<string> => "", `du of claim ${claim} printed no size`],
  ])("that %s does not tell has a reason instead", async (broken, answer, why) => {
    mockExec.mockImplementation(async (...[, , , [program]]) =>
      program === broken ? answer() : program === "df" ? coreutils : "7",
    );
    expect(await spaceOf()).toEqual({ disk: { storageClass: "standard", why }, usedMiB: undefined });
  });
});
