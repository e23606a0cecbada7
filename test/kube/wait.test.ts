import { scaled, until } from "../../kube/wait";

const { env } = process;
beforeEach(() => {
  process.env = { ...env, CKF_POLL_MS: "1" };
  delete process.env.CKF_TIMEOUT_SCALE;
});
afterAll(() => {
  process.env = env;
});

test("asks until it is so, and not once more", async () => {
  const ask = jest
    .fn()
    .mockResolvedValueOnce({ ok: false, why: "not yet" })
    .mockResolvedValueOnce({ ok: false, why: "not yet" })
    .mockResolvedValue({ ok: true, why: "" });
  await until("it", 600, ask);
  expect(ask).toHaveBeenCalledTimes(3);
});

test("ends at its bound, saying what was waited for, how long, what is missing and what to do", async () => {
  process.env.CKF_TIMEOUT_SCALE = "0.001";
  await expect(until("the Pod is gone", 10, async () => ({ ok: false, why: "minio-0 is left" }))).rejects.toThrow(
    "the Pod is gone: not reached in 0.01 s: minio-0 is left. It may only be slow: run the upgrade again",
  );
});

test("a date that jumps ahead ends no wait", async () => {
  const ask = jest
    .fn()
    .mockResolvedValueOnce({ ok: false, why: "not yet" })
    .mockResolvedValueOnce({ ok: false, why: "not yet" })
    .mockResolvedValue({ ok: true, why: "" });
  let days = 0;
  const date = jest.spyOn(Date, "now").mockImplementation(() => ++days * 86_400_000);
  await until("it", 600, ask);
  date.mockRestore();
  expect(ask).toHaveBeenCalledTimes(3);
});

test("asks at least once, however short the bound", async () => {
  process.env.CKF_TIMEOUT_SCALE = "0.000001";
  await until("it", 1, async () => ({ ok: true, why: "" }));
});

test("passes on what the question itself fails with", async () => {
  await expect(until("it", 600, () => Promise.reject(new Error("cluster away")))).rejects.toThrow("cluster away");
});

test.each([
  ["2", 20],
  ["0.5", 5],
  ["0", 10],
  ["-3", 10],
  ["fast", 10],
  ["", 10],
])("with CKF_TIMEOUT_SCALE %j ten seconds are %d", (scale, seconds) => {
  process.env.CKF_TIMEOUT_SCALE = scale;
  expect(scaled(10)).toBe(seconds);
});

test("ten seconds are ten where nothing is set", () => {
  expect(scaled(10)).toBe(10);
});

test.each(["soon", "0", "-1", ""])("does not ask without a pause when CKF_POLL_MS is %j", async (poll) => {
  process.env.CKF_POLL_MS = poll;
  const timers = jest
    .spyOn(global, "setTimeout")
    .mockImplementation(((done: () => void) => void queueMicrotask(done)) as never);
  const ask = jest.fn().mockResolvedValueOnce({ ok: false, why: "" }).mockResolvedValue({ ok: true, why: "" });
  await until("it", 600, ask);
  const pauses = timers.mock.calls.map(([, pause]) => pause);
  timers.mockRestore();
  expect(pauses).toEqual([2000]);
});
