import type { StepRecord } from "../../../rehearsal/events";
import { isNow, usualSeconds } from "../../../rehearsal/faults/moment";

const began = Date.parse("2026-01-01T00:00:00Z");
const after = (seconds: number): number => began + seconds * 1000;
const running: StepRecord = {
  id: "refresh-a",
  kind: "refresh",
  startedAt: new Date(began).toISOString(),
  seconds: 0,
  status: "running",
};
const done: StepRecord = { ...running, status: "done", seconds: 4 };
const is = (at: "start" | "middle" | "end", record: StepRecord, now: number, fraction = 0.5): boolean =>
  isNow({ step: "refresh-a", at }, [record], now, fraction);

test("a step is at its start once it runs, and not much later", () => {
  expect(is("start", running, after(0))).toBe(true);
  expect(is("start", running, after(2))).toBe(false);
  expect(is("start", done, after(4))).toBe(false);
});

test("it is in its middle once that part of its usual time is over, while it runs", () => {
  const usual = usualSeconds("refresh");
  expect(is("middle", running, after(0.4 * usual))).toBe(false);
  expect(is("middle", running, after(0.6 * usual))).toBe(true);
  expect(is("middle", done, after(0.6 * usual))).toBe(false);
});

test("it is at its end right after it was done, not when it failed or long ago", () => {
  expect(is("end", done, after(4.2))).toBe(true);
  expect(is("end", done, after(9))).toBe(false);
  expect(is("end", { ...done, status: "failed" }, after(4.2))).toBe(false);
  expect(is("end", running, after(4.2))).toBe(false);
});

test("a step that did not start is at no moment", () => {
  expect(isNow({ step: "refresh-b", at: "start" }, [running], after(0), 0.5)).toBe(false);
});
