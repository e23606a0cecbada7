import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { descendants, isRunning, killTree } from "../../rehearsal/processes";

test("a process is killed with everything below it, also what runs in a group of its own", async () => {
  const parent = spawn("sh", ["-c", "setsid sh -c 'sleep 600 & echo $!; wait' & wait"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [chunk] = (await once(parent.stdout, "data")) as [Buffer];
  const grandchild = Number(chunk.toString());
  expect(descendants(parent.pid!)).toContain(grandchild);
  killTree(parent.pid!);
  await once(parent, "exit");
  for (let tries = 0; isRunning(grandchild) && tries < 100; tries++) await new Promise((done) => setTimeout(done, 20));
  expect(isRunning(grandchild)).toBe(false);
});

function commandOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

test("nothing that is started while the others are killed lives on", async () => {
  const mark = `6${process.pid}`;
  for (let round = 0; round < 10; round++) {
    const parent = spawn("bash", ["-c", `echo up; while :; do sleep ${mark} & done`], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(parent.stdout, "data");
    killTree(parent.pid!);
    await once(parent, "exit");
  }
  const running = () => readdirSync("/proc").filter((id) => /^\d+$/.test(id) && commandOf(id) === `sleep\0${mark}\0`);
  // What was killed may take a moment to go on a busy machine; what was missed sleeps on for longer than any wait here.
  for (let tries = 0; running().length > 0 && tries < 250; tries++) await new Promise((done) => setTimeout(done, 20));
  const left = running();
  left.forEach((id) => process.kill(Number(id)));
  expect(left).toEqual([]);
});
