import { JujuError, askBeforeChanges, juju as run, mutate, read } from "../../juju/cli";
import { getBundle } from "../../juju/read";
import { FakeJuju } from "../support/fake-juju";

jest.setTimeout(120_000);

let juju: FakeJuju;
beforeEach(() => (juju = new FakeJuju()));
afterEach(() => juju.remove());

const lost = { stderr: "ERROR connection is shut down\n", code: 1 };

it("gives each argument as it is, names the model, and leaves no input and no colour", async () => {
  juju.answer([{ args: "", stdout: "data", stderr: "progress\n" }]);
  expect(await read("kubeflow", ["status", "--format", "json", "; rm -rf $HOME `x` *"])).toBe("data");
  expect(juju.calls()).toEqual([
    {
      args: ["status", "-m", "kubeflow", "--format", "json", "; rm -rf $HOME `x` *"],
      env: { NO_COLOR: "", JUJU_STATUS_ISO_TIME: "true" },
      stdin: "",
    },
  ]);
});

it("tries a read again after a failure that passes by itself", async () => {
  juju.answer([
    { args: "", ...lost, times: 1 },
    {
      args: "",
      stderr: "ERROR cannot acquire lock file to read controller uk8s: timeout acquiring mutex\n",
      code: 1,
      times: 1,
    },
    { args: "", stdout: "data" },
  ]);
  expect(await read(undefined, ["version"])).toBe("data");
  expect(juju.calls()).toHaveLength(3);
});

it.each([
  "status for application knative-serving: status data for a#knative-serving not found (not found)",
  'operator image metadata for application "seldon-controller-manager" not found (not found)',
  'missing leadership settings for application "kfp-api"',
  'agent binaries for unit "knative-eventing/0" not found (not found)',
])("exports the model again where something came or went meanwhile: %s", async (text) => {
  juju.answer([
    { args: "", stderr: `ERROR ${text}\n`, code: 1, times: 2 },
    { args: "", stdout: "applications: {}\n" },
  ]);
  expect(await getBundle("kubeflow")).toContain("applications: {}");
  expect(juju.calls()).toHaveLength(3);
});

it("does not export a model again that juju does not know", async () => {
  juju.answer([{ args: "", stderr: "ERROR model admin/kubeflow not found\n", code: 1 }]);
  await expect(getBundle("kubeflow")).rejects.toThrow(/model admin\/kubeflow not found/);
  expect(juju.calls()).toHaveLength(1);
});

it("does not try a refused read again", async () => {
  juju.answer([{ args: "", stderr: "ERROR permission denied (unauthorized access)\n", code: 1 }]);
  await expect(read("kubeflow", ["status"])).rejects.toThrow(
    /`juju status -m kubeflow`: permission denied.*juju grant/,
  );
  expect(juju.calls()).toHaveLength(1);
});

it("ends a command that gives no answer", async () => {
  juju.answer([{ args: "", hangs: true }]);
  await expect(run(undefined, ["refresh", "minio"], { timeoutSeconds: 0.5 })).rejects.toThrow(
    /`juju refresh minio`: no answer in 0.5 s/,
  );
});

it("says that juju is not installed", async () => {
  process.env.PATH = "/nowhere";
  await expect(read(undefined, ["version"])).rejects.toThrow("there is no command juju on PATH");
});

it.each([
  ["the connection broke", lost],
  ["juju was killed", { hangs: true }],
])("does not repeat a change that had its effect although %s", async (_, failure) => {
  juju.answer([{ args: "", ...failure }]);
  expect(await mutate("kubeflow", ["refresh", "minio"], () => Promise.resolve(true), { timeoutSeconds: 5 })).toBe(true);
  expect(juju.calls()).toHaveLength(1);
});

it("repeats a change only after it saw that it had no effect", async () => {
  juju.answer([{ args: "", ...lost, times: 1 }, { args: "" }]);
  let looked = 0;
  await mutate("kubeflow", ["refresh", "minio"], () => {
    looked += 1;
    return Promise.resolve(false);
  });
  expect([juju.calls().length, looked]).toEqual([2, 1]);
});

it("takes nothing to change for done where the model shows it, and for a failure where it does not", async () => {
  juju.answer([{ args: "", stderr: 'ERROR cannot add relation "a b"\nrelation a b (already exists): \n', code: 1 }]);
  expect(await mutate("kubeflow", ["relate", "a", "b"], () => Promise.resolve(true))).toBe(false);
  await expect(mutate("kubeflow", ["relate", "a", "b"], () => Promise.resolve(false))).rejects.toBeInstanceOf(
    JujuError,
  );
  expect(juju.calls()).toHaveLength(2);
});

it("passes a refusal on without a look at the model", async () => {
  juju.answer([{ args: "", stderr: "ERROR permission denied (unauthorized access)\n", code: 1 }]);
  const look = jest.fn(() => Promise.resolve(true));
  await expect(mutate("kubeflow", ["refresh", "minio"], look)).rejects.toMatchObject({
    kind: "permanent",
    exitCode: 1,
    stderr: "ERROR permission denied (unauthorized access)\n",
  });
  expect(look).not.toHaveBeenCalled();
});

it("gives up on a change after four tries, on a read after five", async () => {
  juju.answer([{ args: "", ...lost }]);
  await expect(mutate("kubeflow", ["refresh", "minio"], () => Promise.resolve(false))).rejects.toMatchObject({
    kind: "transient",
  });
  expect(juju.calls()).toHaveLength(4);
  await expect(read("kubeflow", ["status"])).rejects.toMatchObject({ kind: "transient" });
  expect(juju.calls()).toHaveLength(9);
});

it("does not run a change again when the model cannot be looked at", async () => {
  juju.answer([{ args: "", ...lost }]);
  await expect(mutate("kubeflow", ["refresh", "minio"], () => Promise.reject(new Error("no status")))).rejects.toThrow(
    /connection is shut down.*could not be seen: no status/,
  );
  expect(juju.calls()).toHaveLength(1);
});

it("leaves an answer whole, and notes out of it", async () => {
  juju.answer([{ args: "", stdout: "a\n\n", stderr: "WARNING b\n" }]);
  expect(await run(undefined, ["version"])).toBe("a\n\n");
});

it.each([
  [{ JUJU_MODEL: "other:admin/x" }, "other"],
  [{ JUJU_MODEL: "x" }, undefined],
  [{ JUJU_MODEL: "a:x", JUJU_CONTROLLER: "b" }, "b"],
])("lets %j decide on the controller alone", async (env, controller) => {
  Object.assign(process.env, env);
  try {
    juju.answer([{ args: "" }]);
    await run("kubeflow", ["status"]);
    expect(juju.calls()[0].env).toEqual({
      NO_COLOR: "",
      JUJU_STATUS_ISO_TIME: "true",
      ...(controller && { JUJU_CONTROLLER: controller }),
    });
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
});

it("blots a secret out of all that a failure tells, also as Go quotes it", async () => {
  juju.answer([
    { args: "", stdout: 'hun"ter2', stderr: 'ERROR option "secret-key" expected int, got "hun\\"ter2"\n', code: 1 },
  ]);
  const failure = (await run("kubeflow", ["config", "minio", "--file", "-"], {
    input: "x",
    secrets: ['hun"ter2'],
  }).catch((error: unknown) => error)) as JujuError;
  expect(failure.message).toContain(
    '`juju config -m kubeflow minio --file -`: option "secret-key" expected int, got "***"',
  );
  expect([failure.message, failure.stdout, failure.stderr].join()).not.toMatch(/hun|ter2/);
});

it("hands input over, again with each try", async () => {
  juju.answer([{ args: "", ...lost, times: 1 }, { args: "" }]);
  await mutate("kubeflow", ["config"], () => Promise.resolve(false), { input: "a\nb" });
  expect(juju.calls().map(({ stdin }) => stdin)).toEqual(["a\nb", "a\nb"]);
});

it("asks before each change whether it may, and runs nothing where not", async () => {
  juju.answer([{ args: "" }]);
  askBeforeChanges(() => Promise.reject(new Error("the run is gone")));
  try {
    await expect(mutate("kubeflow", ["trust", "minio"], async () => false)).rejects.toThrow("the run is gone");
    expect(juju.calls()).toEqual([]);
  } finally {
    askBeforeChanges(() => Promise.resolve());
  }
});
