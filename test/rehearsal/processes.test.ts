import { spawn } from "node:child_process";
import { once } from "node:events";
import { descendants, killTree } from "../../rehearsal/processes";

const alive = (id: number): boolean => {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
};

test("a process is killed with everything below it, also what runs in a group of its own", async () => {
  const parent = spawn("sh", ["-c", "setsid sh -c 'sleep 600 & echo $!; wait' & wait"], { stdio: ["ignore", "pipe", "ignore"] });
  const [chunk] = (await once(parent.stdout, "data")) as [Buffer];
  const grandchild = Number(chunk.toString());
  expect(descendants(parent.pid!)).toContain(grandchild);
  killTree(parent.pid!);
  await once(parent, "exit");
  for (let tries = 0; alive(grandchild) && tries < 100; tries++) await new Promise((done) => setTimeout(done, 20));
  expect(alive(grandchild)).toBe(false);
});
