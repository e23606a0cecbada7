import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StepLog } from "../../rehearsal/events";

const urn = (type: string, name: string): string => `urn:pulumi:s::p::${type}::${name}`;
const step = (
  event: string,
  name: string,
  { op = "create", type = "command:local:Command", create = "" } = {},
): string =>
  `${JSON.stringify({ [event]: { metadata: { op, type, urn: urn(type, name), new: { inputs: { create } } } } })}\n`;

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "events-"));
  file = join(dir, "events.json");
});
afterEach(() => rmSync(dir, { recursive: true }));

test("a step is running from its first event, and done or failed with its last", async () => {
  const log = new StepLog(file);
  appendFileSync(
    file,
    step("resourcePreEvent", "refresh-a", { create: '{"action":{"kind":"refresh"}}' }) +
      step("resourcePreEvent", "job", { type: "kubernetes:batch/v1:Job" }),
  );
  await log.read(1_000_000);
  expect(log.records.get("refresh-a")).toEqual({
    id: "refresh-a",
    kind: "refresh",
    startedAt: new Date(1_000_000).toISOString(),
    seconds: 0,
    status: "running",
  });
  appendFileSync(
    file,
    step("resOutputsEvent", "refresh-a") + step("resOpFailedEvent", "job", { type: "kubernetes:batch/v1:Job" }),
  );
  await log.read(1_002_340);
  expect(log.records.get("refresh-a")).toMatchObject({ seconds: 2.3, status: "done" });
  expect(log.records.get("job")).toMatchObject({ kind: "Job", status: "failed" });
});

test("a step carries what it told last", async () => {
  const log = new StepLog(file);
  const told = (name: string, message: string): string =>
    `${JSON.stringify({ diagnosticEvent: { urn: urn("command:local:Command", name), message: `${message}\n` } })}\n`;
  appendFileSync(
    file,
    told("a", "early") +
      step("resourcePreEvent", "a") +
      step("resourcePreEvent", "b") +
      told("a", "first") +
      told("a", "second") +
      `${JSON.stringify({ diagnosticEvent: { message: "of nobody\n" } })}\n`,
  );
  await log.read();
  expect([...log.records.values()].map(({ id, said }) => [id, said])).toEqual([
    ["a", "second"],
    ["b", undefined],
  ]);
});

test("a line that the engine has not finished is read with the rest of it", async () => {
  const log = new StepLog(file);
  const line = step("resourcePreEvent", "a");
  appendFileSync(file, line.slice(0, 30));
  await log.read();
  expect(log.records.size).toBe(0);
  appendFileSync(file, line.slice(30));
  await log.read();
  expect([...log.records.keys()]).toEqual(["a"]);
});

test("what was left as it is, components and the stack itself are no steps", async () => {
  const log = new StepLog(file);
  appendFileSync(
    file,
    step("resourcePreEvent", "same", { op: "same" }) +
      step("resourcePreEvent", "refresh", { type: "ckf:upgrade:Phase" }) +
      step("resourcePreEvent", "s", { type: "pulumi:pulumi:Stack" }),
  );
  await log.read();
  expect(log.records.size).toBe(0);
});

test("what a preview announces is no step that runs", async () => {
  const log = new StepLog(file);
  const announced = JSON.parse(step("resourcePreEvent", "a")) as { resourcePreEvent: object };
  appendFileSync(
    file,
    `${JSON.stringify({ resourcePreEvent: { ...announced.resourcePreEvent, planning: true } })}\n${step("resourcePreEvent", "b")}`,
  );
  await log.read();
  expect([...log.records.keys()]).toEqual(["b"]);
});

test("a log that starts anew, as after the preview, is read from its start and what it said before is forgotten", async () => {
  const log = new StepLog(file);
  appendFileSync(file, step("resourcePreEvent", "a") + step("resourcePreEvent", "b"));
  await log.read();
  writeFileSync(file, step("resourcePreEvent", "c"));
  await log.read();
  expect([...log.records.keys()]).toEqual(["c"]);
});

test("no log yet is no step yet", async () => {
  const log = new StepLog(file);
  await log.read();
  expect(log.records.size).toBe(0);
});

test("how far the whole is stays known until the program says more", async () => {
  const log = new StepLog(file);
  const diagnostic = (message: string): string => `${JSON.stringify({ diagnosticEvent: { message } })}\n`;
  appendFileSync(file, diagnostic("<{%reset%}>7 of 108 steps: Move data; about 9 min left<{%reset%}>\n"));
  await log.read();
  appendFileSync(file, diagnostic("refresh-a: waits"));
  await log.read();
  expect(log.progress).toBe("7 of 108 steps: Move data; about 9 min left");
});
