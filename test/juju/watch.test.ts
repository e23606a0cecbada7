import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getStatus } from "../../juju/read";
import { settled } from "../../juju/settled";
import { snapshot } from "../../juju/snapshot";
import { waitFor } from "../../juju/watch";
import { FakeJuju } from "../support/fake-juju";

jest.setTimeout(120_000);

const document = JSON.parse(readFileSync(join(__dirname, "fixtures", "status-2.9.json"), "utf8")) as {
  applications: { minio: Record<string, unknown> };
};
/** The model with minio at another revision, workload and agent. */
function status(revision: number, workload = "active", agent = "idle"): string {
  const { minio } = document.applications;
  const units = {
    "minio/0": { "workload-status": { current: workload, message: "why" }, "juju-status": { current: agent } },
  };
  return JSON.stringify({
    ...document,
    applications: { ...document.applications, minio: { ...minio, "charm-rev": revision, units } },
  });
}

let juju: FakeJuju;
beforeEach(() => (juju = new FakeJuju()));
afterEach(() => {
  juju.remove();
  delete process.env.CKF_TIMEOUT_SCALE;
});

const target = { channel: "ckf-1.7/stable", revision: 186 };
const wait = (timeoutSeconds = 60) =>
  waitFor("kubeflow", "minio settles", ({ applications }) => settled(applications.minio, target), { timeoutSeconds });

it("does not believe the first look, nor one that does not last", async () => {
  juju.answer([
    { args: "", stdout: status(186), times: 2 },
    { args: "", stdout: status(186, "active", "executing"), times: 1 },
    { args: "", stdout: status(186), times: 3 },
  ]);
  await wait();
  expect(juju.calls()).toHaveLength(6);
});

it("ends at once where waiting does not help, with the unit's own words", async () => {
  juju.answer([{ args: "", stdout: status(186, "error") }]);
  await expect(wait()).rejects.toThrow(/minio settles: minio\/0 is in error: why\. .*juju debug-log/);
  expect(juju.calls()).toHaveLength(3);
});

it("overcomes an error that passes", async () => {
  juju.answer([
    { args: "", stdout: status(186, "error"), times: 2 },
    { args: "", stdout: status(186) },
  ]);
  await wait();
});

it("is bounded, and says what was missing", async () => {
  process.env.CKF_TIMEOUT_SCALE = "0.5";
  juju.answer([{ args: "", stdout: status(99) }]);
  const patient = wait(1);
  process.env.CKF_TIMEOUT_SCALE = "1";
  await expect(patient).rejects.toThrow(/not reached in 0.5 s: it is at ckf-1.7\/stable revision 99, not/);
});

it("goes on where the date jumps, ahead or back", async () => {
  juju.answer([
    { args: "", stdout: status(99), times: 4 },
    { args: "", stdout: status(186) },
  ]);
  const real = Date.now.bind(Date);
  let looks = 0;
  const date = jest
    .spyOn(Date, "now")
    .mockImplementation(() => real() + (++looks < 6 ? 7_200_000 : looks < 12 ? 86_400_000 : -86_400_000));
  await wait().finally(() => date.mockRestore());
  expect(juju.calls().length).toBeGreaterThanOrEqual(7);
});

it("asks juju once for all who ask at the same time", async () => {
  let asked = 0;
  const ask = async (): Promise<string> => {
    asked += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return `answer ${asked}`;
  };
  const after = Date.now();
  const answers = await Promise.all(Array.from({ length: 12 }, () => snapshot("kubeflow", "status", after, ask)));
  expect(asked).toBe(1);
  expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(["answer 1"]));
});

it("never hands out an answer that was asked for before", async () => {
  juju.answer([
    { args: "", stdout: status(99), times: 1 },
    { args: "", stdout: status(186) },
  ]);
  expect((await getStatus("kubeflow")).applications.minio.revision).toBe(99);
  await new Promise((resolve) => setTimeout(resolve, 2));
  expect((await getStatus("kubeflow")).applications.minio.revision).toBe(186);
});

it("does not keep a failure for the others", async () => {
  await expect(snapshot("kubeflow", "status", Date.now(), () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect((await snapshot("kubeflow", "status", Date.now(), () => Promise.resolve("yes"))).text).toBe("yes");
});

it("tells what the facts know of a hook that failed, from a log that is asked for only then", async () => {
  juju.answer([
    { args: "^status", stdout: status(186, "error") },
    { args: "^debug-log", stdout: "unit-minio-0: ERROR 403 Forbidden: secret" },
  ]);
  const waiting = waitFor("kubeflow", "minio settles", ({ applications }) => settled(applications.minio, target), {
    timeoutSeconds: 60,
    application: "minio",
    target,
  });
  const message = await waiting.then(
    () => "",
    (error: Error) => error.message,
  );
  expect(message).toMatch(
    /minio\/0 is in error: why\. It does not get better by waiting\. .*\(F40\)\. `juju trust -m kubeflow minio --scope=cluster`, then `juju resolved -m kubeflow minio\/0`\. Look at .*once mended, run the upgrade again/,
  );
  expect(message).not.toContain("secret");
  expect(juju.calls().map(({ args: [verb] }) => verb)).toEqual(["status", "status", "status", "debug-log"]);
});

it("tells as much as before where juju does not show its log", async () => {
  juju.answer([
    { args: "^status", stdout: status(186, "error") },
    { args: "^debug-log", stderr: "ERROR permission denied", code: 1 },
  ]);
  await expect(
    waitFor("kubeflow", "minio settles", ({ applications }) => settled(applications.minio, target), {
      timeoutSeconds: 60,
      application: "minio",
      target,
    }),
  ).rejects.toThrow(/It does not get better by waiting\. Look at /);
});
