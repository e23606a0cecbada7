import { change, read, run } from "../../juju/cli";
import { JujuError } from "../../juju/errors";
import { FakeJuju } from "./fake-juju";

jest.setTimeout(120_000);

let juju: FakeJuju;
beforeEach(() => (juju = new FakeJuju()));
afterEach(() => juju.remove());

const lost = { stderr: "ERROR connection is shut down\n", code: 1 };

it("gives each argument as it is, names the model, and leaves no input and no colour", async () => {
  juju.answer([{ args: "", stdout: "data", stderr: "progress\n" }]);
  expect(await read("kubeflow", ["status", "--format", "json", "; rm -rf $HOME `x` *"])).toBe("data");
  expect(juju.calls()).toEqual([{ args: ["status", "-m", "kubeflow", "--format", "json", "; rm -rf $HOME `x` *"], env: { NO_COLOR: "", JUJU_STATUS_ISO_TIME: "true" }, stdin: "" }]);
});

it("tries a read again after a failure that passes by itself", async () => {
  juju.answer([{ args: "", ...lost, times: 1 }, { args: "", stderr: "ERROR cannot acquire lock file to read controller uk8s: timeout acquiring mutex\n", code: 1, times: 1 }, { args: "", stdout: "data" }]);
  expect(await read(undefined, ["version"])).toBe("data");
  expect(juju.calls()).toHaveLength(3);
});

it("does not try a refused read again", async () => {
  juju.answer([{ args: "", stderr: "ERROR permission denied (unauthorized access)\n", code: 1 }]);
  await expect(read("kubeflow", ["status"])).rejects.toThrow(/`juju status -m kubeflow`: permission denied.*juju grant/);
  expect(juju.calls()).toHaveLength(1);
});

it("ends a command that gives no answer", async () => {
  juju.answer([{ args: "", hangs: true }]);
  await expect(run(["refresh", "minio"], 0.5)).rejects.toThrow(/`juju refresh minio`: no answer in 0.5 s/);
});

it("says that juju is not installed", async () => {
  process.env.PATH = "/nowhere";
  await expect(read(undefined, ["version"])).rejects.toThrow("there is no command juju on PATH");
});

it("does not repeat a change that had its effect although the connection broke", async () => {
  juju.answer([{ args: "", ...lost }]);
  await change("kubeflow", ["refresh", "minio"], () => Promise.resolve(true));
  expect(juju.calls()).toHaveLength(1);
});

it("repeats a change only after it saw that it had no effect", async () => {
  juju.answer([{ args: "", ...lost, times: 1 }, { args: "" }]);
  let looked = 0;
  await change("kubeflow", ["refresh", "minio"], () => {
    looked += 1;
    return Promise.resolve(false);
  });
  expect([juju.calls().length, looked]).toEqual([2, 1]);
});

it("takes a refused change for done where its effect is there", async () => {
  juju.answer([{ args: "", stderr: 'ERROR cannot add relation "a b" (already exists): \n', code: 1 }]);
  await change("kubeflow", ["relate", "a", "b"], () => Promise.resolve(true));
  await expect(change("kubeflow", ["relate", "a", "b"], () => Promise.resolve(false))).rejects.toBeInstanceOf(JujuError);
});
