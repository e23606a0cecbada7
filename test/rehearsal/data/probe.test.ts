import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import type { InventoryObject } from "../../../rehearsal/data/inventory";
import { DowntimeMeter, serves, startProbe } from "../../../rehearsal/data/probe";

function measure(answers: boolean[]): ReturnType<DowntimeMeter["read"]> {
  const meter = new DowntimeMeter(0);
  answers.forEach((answered, index) => meter.record((index + 1) * 250, answered));
  return meter.read(answers.length * 250);
}

test("the longest window counts from the last answer to the next one", () => {
  expect(measure([true, false, false, true, true, false, true])).toEqual({
    longestSeconds: 0.75,
    totalSeconds: 1.25,
    windows: 2,
    probes: 7,
  });
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
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = startProbe(async (signal) => (await fetch(url, { signal })).ok, { intervalMs: 5 });
  const more = async (count: number): Promise<void> => {
    for (const start = asked; asked < start + count;) await new Promise((resolve) => setTimeout(resolve, 5));
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

test("a question that fails, or takes too long, has no answer", async () => {
  const stop = startProbe(() => Promise.reject(new Error("no Service")), { intervalMs: 1 });
  expect(await stop()).toMatchObject({ windows: 1 });
  const hung = startProbe(
    (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
    { intervalMs: 1, timeoutMs: 1 },
  );
  expect(await hung()).toMatchObject({ windows: 1 });
});

test("a store serves an object only where it has it, with the content that it had", async () => {
  const objects: Record<string, string> = { "/team-data/a%20b": "content" };
  const server = createServer(({ url = "" }, answer) => {
    const content = objects[new URL(url, "http://store").pathname];
    answer.writeHead(content === undefined ? 404 : 200).end(content);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const store = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accessKey: "a",
    secretKey: "s",
  };
  const object = {
    bucket: "team-data",
    key: "a b",
    sha256: createHash("sha256").update("content").digest("hex"),
  } as InventoryObject;
  const ask = (): Promise<boolean> => serves(store, object, AbortSignal.timeout(5_000));
  expect(await ask()).toBe(true);
  objects["/team-data/a%20b"] = "other content";
  expect(await ask()).toBe(false);
  delete objects["/team-data/a%20b"];
  await expect(ask()).rejects.toThrow();
  server.close();
});
