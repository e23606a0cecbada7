import { type ChildProcess, spawn } from "node:child_process";
import { childrenOf, end, endAtOnce, hasEnded, identify, isAlive, signal } from "../../../rehearsal/cluster/processes";

const started: ChildProcess[] = [];
const run = (script: string): ChildProcess => {
  const child = spawn("/bin/sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  started.push(child);
  return child;
};
const says = (child: ChildProcess): Promise<void> => new Promise((done) => child.stdout!.once("data", () => done()));
afterAll(() => started.forEach((child) => child.kill("SIGKILL")));

test("a process is known by its id and start time", async () => {
  const child = run("echo up; exec sleep 60");
  await says(child);
  const id = identify(child.pid!)!;
  expect(isAlive(id)).toBe(true);
  expect(childrenOf(process.pid)).toContain(child.pid);
  expect(isAlive({ ...id, startTime: `${Number(id.startTime) + 1}` })).toBe(false);
});

test("a later process with the same id is left alone", async () => {
  const child = run("echo up; exec sleep 60");
  await says(child);
  const id = identify(child.pid!)!;
  const former = { pid: id.pid, startTime: "1" };
  signal(former, "SIGKILL");
  await end(former, 0);
  await endAtOnce(former);
  expect(isAlive(id)).toBe(true);
});

test("one that ignores TERM is ended all the same", async () => {
  const child = run("trap '' TERM; echo up; while :; do sleep 1; done");
  await says(child);
  const id = identify(child.pid!)!;
  await end(id, 200);
  expect(isAlive(id)).toBe(false);
});

test("waiting for one that stays says so", async () => {
  const child = run("echo up; exec sleep 60");
  await says(child);
  expect(await hasEnded(identify(child.pid!)!, 100)).toBe(false);
});

test("no process has the id 0", () => {
  expect(identify(0)).toBeUndefined();
});
