import { setTimeout as sleep } from "node:timers/promises";
import { overallProgress } from "../../components/overall";
import { progressLine } from "../../report/progress";
import { samplePlan } from "../support/reports";

const ids = samplePlan.steps.map(({ id }) => id);
const total = ids.length;

test("the line counts steps, names the phase under way and the time left, which shrinks", () => {
  const minutes = (line: string): number => Number(/about (\d+) min left/.exec(line)![1]);
  const first = progressLine(samplePlan, new Set());
  expect(first).toMatch(new RegExp(`^0 of ${total} steps: Check the model; about`));
  const later = progressLine(samplePlan, new Set(ids.slice(0, ids.indexOf("minio-migration"))));
  expect(later).toMatch(/steps: Move data; about/);
  expect(minutes(later)).toBeLessThan(minutes(first));
  expect(progressLine(samplePlan, new Set(ids))).toBe(`${total} of ${total} steps`);
});

test("of many steps that end at once one line is told, and the last one after a pause", async () => {
  const told: string[] = [];
  const ended = overallProgress(samplePlan, (line) => told.push(line), 20);
  for (const id of ids) ended(id);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^1 of /);
  while (told.length < 2) await sleep(5);
  await sleep(60);
  expect(told).toHaveLength(2);
  expect(told[1]).toBe(`${total} of ${total} steps`);
});
