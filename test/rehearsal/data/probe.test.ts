import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { DowntimeMeter, startProbe } from "../../../rehearsal/data/probe";

function measure(answers: boolean[]): ReturnType<DowntimeMeter["read"]> {
  const meter = new DowntimeMeter(0);
  answers.forEach((answered, index) => meter.record((index + 1) * 250, answered));
  return meter.read(answers.length * 250);
}

test("the longest window counts from the last answer to the next one", () => {
  expect(measure([true, false, false, true, true, false, true])).toEqual({ longestSeconds: 0.75, totalSeconds: 1.25, windows: 2, probes: 7 });
});

test("a service that always answers was never away, one that never came back is away until now", () => {
  expect(measure([true, true])).toMatchObject({ longestSeconds: 0, totalSeconds: 0, windows: 0 });
  expect(measure([true, false, false])).toMatchObject({ longestSeconds: 0.5, windows: 1 });
});

test("no sequence of answers gives a window longer than the sum, or a sum longer than the time", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (answers) => {
      const { longestSeconds, totalSeconds, windows } = measure(answers);
      expect(longestSeconds).toBeLessThanOrEqual(totalSeconds);
      expect(totalSeconds).toBeLessThanOrEqual(answers.length * 0.25);
      expect(windows === 0).toBe(answers.every(Boolean));
    }),
  );
});

test("a service that goes and comes back is seen to", async () => {
  let healthy = true;
  let asked = 0;
  const server = createServer((_, answer) => {
    asked++;
    answer.writeHead(healthy ? 200 : 503).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = startProbe(`http://127.0.0.1:${(server.address() as AddressInfo).port}/minio/health/live`, { intervalMs: 5 });
  const more = async (count: number): Promise<void> => {
    for (const start = asked; asked < start + count; ) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await more(3);
  healthy = false;
  await more(3);
  healthy = true;
  await more(3);
  const { windows, longestSeconds, probes } = await stop();
  server.close();
  expect(windows).toBe(1);
  expect(longestSeconds).toBeGreaterThan(0);
  expect(probes).toBeGreaterThanOrEqual(9);
});

test("a URL that cannot be looked up is no answer", async () => {
  const stop = startProbe(() => Promise.reject(new Error("no Service")), { intervalMs: 1 });
  expect(await stop()).toMatchObject({ windows: 1 });
});
