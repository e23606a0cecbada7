import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import execa from "execa";
import { sharedFolder } from "../../juju/folder";
import type * as ModelName from "../../juju/model-name";
import type * as Write from "../../juju/write";
import { searchFiles } from "../../rehearsal/secrets/files";
import { madeSecret } from "../../rehearsal/secrets/planted";
import { FakeJuju } from "../support/fake-juju";

jest.setTimeout(120_000);

let juju: FakeJuju;
beforeEach(() => {
  juju = new FakeJuju();
  jest.resetModules();
});
afterEach(() => juju.remove());

// The client's line is asked for once per process: each test gets its own.
const write = () => Promise.resolve(jest.requireActual<typeof Write>("../../juju/write"));
const left = (): string[] => readdirSync(sharedFolder()).filter((name) => name.startsWith("options-"));
const lines = (): string[] => juju.calls().map(({ args }) => args.join(" "));

it("deploys with what an application had, and offers it again by its owner's name", async () => {
  juju.answer([{ args: "" }]);
  const { deploy, offer } = await write();
  const { nameModel } = jest.requireActual<typeof ModelName>("../../juju/model-name");
  nameModel("kubeflow", "uk8s:admin/kubeflow");
  await deploy("kubeflow", {
    application: "minio",
    charm: "minio",
    channel: "ckf-1.7/stable",
    revision: 186,
    trust: false,
    config: {},
    storage: { "minio-data": 10240 },
    pools: { "minio-data": "fast" },
    units: 3,
    constraints: "mem=2G arch=amd64",
    resources: { "oci-image": 12 },
  });
  await offer("kubeflow", "minio", ["object-storage"], "store");
  expect(lines()).toEqual([
    "deploy -m uk8s:admin/kubeflow minio minio --channel ckf-1.7/stable --revision 186 -n 3 --constraints mem=2G arch=amd64 --resource oci-image=12 --storage minio-data=fast,10240M",
    "offer -c uk8s admin/kubeflow.minio:object-storage store",
  ]);
});

it("says each change in juju's own words", async () => {
  juju.answer([{ args: "^version", stdout: "3.6.11-ubuntu-amd64\n" }, { args: "" }]);
  const { addRelation, deploy, refresh, removeRelation, scale, skipHook, trust, untrust } = await write();
  await refresh("kubeflow", "minio", "minio", "ckf-1.7/stable", 186);
  await refresh("kubeflow", "minio", "minio", "1.10/stable", 635, "ubuntu@24.04");
  await scale("kubeflow", "kfp-api", 0);
  await trust("kubeflow", "kfp-api");
  await untrust("kubeflow", "kfp-api");
  await skipHook("kubeflow", "kfp-api/0");
  await addRelation("kubeflow", ["a:x", "b:x"]);
  await removeRelation("kubeflow", ["a:x", "b:x"]);
  await deploy("kubeflow", {
    application: "istio-ingressgateway",
    charm: "istio-gateway",
    channel: "1.16/stable",
    revision: 5,
    trust: true,
    config: {},
    storage: {},
  });
  await deploy("kubeflow", {
    application: "minio",
    charm: "minio",
    channel: "ckf-1.7/stable",
    revision: 186,
    trust: false,
    config: {},
    storage: { "minio-data": 20480 },
  });
  expect(lines()).toEqual([
    "version",
    "refresh -m kubeflow minio --channel ckf-1.7/stable --revision 186",
    "refresh -m kubeflow minio --channel 1.10/stable --revision 635 --base ubuntu@24.04",
    "scale-application -m kubeflow kfp-api 0",
    "trust -m kubeflow kfp-api --scope=cluster",
    "trust -m kubeflow kfp-api --remove --scope=cluster",
    "resolved -m kubeflow kfp-api/0 --no-retry",
    "relate -m kubeflow a:x b:x",
    "remove-relation -m kubeflow a:x b:x",
    "deploy -m kubeflow istio-gateway istio-ingressgateway --channel 1.16/stable --revision 5 --trust",
    "deploy -m kubeflow minio minio --channel ckf-1.7/stable --revision 186 --storage minio-data=20480M",
  ]);
});

it("names the revision to Juju 2.9 in the charm's URL, because --revision gets the head of the channel there", async () => {
  juju.answer([{ args: "^version", stdout: "2.9.42-ubuntu-amd64\n" }, { args: "" }]);
  const { refresh } = await write();
  await refresh("kubeflow", "seldon-controller-manager", "seldon-core", "1.14/stable", 50);
  expect(lines()).toContain(
    "refresh -m kubeflow seldon-controller-manager --channel 1.14/stable --switch ch:seldon-core-50",
  );
});

it("takes a hook that does not fail any more, or whose unit is gone, for no failure, and any other refusal for one", async () => {
  juju.answer([
    { args: "kfp-api/0", stderr: 'ERROR unit "kfp-api/0" is not in an error state\n', code: 1 },
    { args: "kfp-api/1", stderr: 'ERROR unit "kfp-api/1" not found\n', code: 1 },
    { args: "kfp-api/2", stderr: "ERROR permission denied (unauthorized access)\n", code: 1 },
  ]);
  const { skipHook } = await write();
  expect(await skipHook("kubeflow", "kfp-api/0")).toBe(false);
  expect(await skipHook("kubeflow", "kfp-api/1")).toBe(false);
  await expect(skipHook("kubeflow", "kfp-api/2")).rejects.toThrow("permission denied");
});

it.each([
  ["2.9.42-ubuntu-amd64", "remove-application -m kubeflow minio"],
  ["3.6.11-ubuntu-amd64", "remove-application -m kubeflow minio --no-prompt"],
])("removes with a client of %s, never by force and never with storage", async (version, line) => {
  juju.answer([{ args: "^version$", stdout: `${version}\n` }, { args: "" }]);
  await (await write()).removeApplication("kubeflow", "minio");
  expect(lines()).toEqual(["version", line]);
});

it.each([
  ["2.9.42-ubuntu-amd64", "remove-application -m kubeflow kserve-controller --force --no-wait"],
  ["3.6.11-ubuntu-amd64", "remove-application -m kubeflow kserve-controller --force --no-wait --no-prompt"],
])("takes away what is left of an application with a client of %s, never with storage", async (version, line) => {
  juju.answer([{ args: "^version$", stdout: `${version}\n` }, { args: "" }]);
  await (await write()).forceRemoval("kubeflow", "kserve-controller");
  expect(lines()).toEqual(["version", line]);
});

it("refuses to remove anything with a client it does not know", async () => {
  juju.answer([{ args: "^version$", stdout: "4.0.0\n" }, { args: "" }]);
  await expect((await write()).removeApplication("kubeflow", "minio")).rejects.toThrow("Only Juju 2.9 and 3.x");
  expect(lines()).toEqual(["version"]);
});

it("hands options over by standard input, and resets others with them", async () => {
  juju.answer([{ args: "" }]);
  const { configure, setConfigSecretly } = await write();
  await setConfigSecretly("kubeflow", "minio", {
    "access-key": "@/etc/passwd",
    "secret-key": "hunter2 \u2028\x85é😀\n",
  });
  await configure("kubeflow", "dex-auth", { "public-url": "http://a", port: 5556, secure: true }, [
    "static-username",
    "log-level",
  ]);
  await configure("kubeflow", "dex-auth", {}, ["port"]);
  expect(lines()).toEqual([
    "config -m kubeflow minio --file -",
    "config -m kubeflow dex-auth --file - --reset static-username,log-level",
    "config -m kubeflow dex-auth --reset port",
  ]);
  expect(juju.calls().map(({ stdin }) => stdin)).toEqual([
    '{"minio":{"access-key":"@/etc/passwd","secret-key":"hunter2 \\U00002028\\U00000085\\U000000e9\\U0001f600\\n"}}\n',
    '{"dex-auth":{"public-url":"http://a","port":"5556","secure":"true"}}\n',
    "",
  ]);
});

it("deploys with options from a private file that does not stay", async () => {
  juju.answer([
    { args: "deploy", stderr: "ERROR permission denied (unauthorized access)\n", code: 1 },
    { args: "", stdout: '{"applications":{}}' },
  ]);
  await expect(
    (await write()).deploy("kubeflow", {
      application: "gateway",
      charm: "istio-gateway",
      channel: "1.16/stable",
      revision: 5,
      trust: true,
      config: { kind: "@/etc/passwd", replicas: 2 },
      storage: {},
    }),
  ).rejects.toThrow("permission denied");
  const [call] = juju.calls();
  expect(call.args.join(" ")).toMatch(
    /^deploy -m kubeflow istio-gateway gateway --channel 1.16\/stable --revision 5 --trust --config \S+$/,
  );
  expect([call.file, call.mode]).toEqual(['{"gateway":{"kind":"@/etc/passwd","replicas":"2"}}\n', 0o600]);
  expect(left()).toEqual([]);
});

it("tells no secret when juju refuses", async () => {
  juju.answer([
    { args: "--file", stderr: "ERROR permission denied (unauthorized access) for hunter2\n", code: 1 },
    { args: "", stdout: '{"settings":{}}' },
  ]);
  const failure = await (
    await write()
  )
    .setConfigSecretly("kubeflow", "minio", { "secret-key": "hunter2" })
    .catch((error: Error) => error.message);
  expect(failure).toContain("permission denied");
  expect(failure).not.toContain("hunter2");
});

it("leaves no secret on the disk when it is killed while juju runs", async () => {
  juju.answer([{ args: "", hangs: true }]);
  const place = mkdtempSync(join(tmpdir(), "ckf-killed-"));
  const program = `import { setConfigSecretly } from ${JSON.stringify(join(process.cwd(), "juju/write"))};\nvoid setConfigSecretly("kubeflow", "minio", { "secret-key": process.env.KEY! });\n`;
  try {
    mkdirSync(join(place, "snap/juju/common"), { recursive: true });
    const child = execa(join(process.cwd(), "node_modules/.bin/tsx"), ["--eval", program], {
      env: { TMPDIR: place, HOME: place, KEY: "hunter2" },
      reject: false,
      detached: true,
    });
    while (juju.calls().length === 0) await sleep(20);
    process.kill(-child.pid!, "SIGKILL");
    await child;
    expect(juju.calls()[0].stdin).toContain("hunter2");
    expect(searchFiles([place], [madeSecret("minio", "minio", "secret-key", "hunter2")])).toMatchObject({ found: [] });
  } finally {
    rmSync(place, { recursive: true });
  }
});
