import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../kube/wait";
import { leaving } from "../../rehearsal/leave";
import { type Workspace, endRuns, pulumi, up } from "../../rehearsal/run";
import type { World } from "../../rehearsal/world";

jest.setTimeout(30_000);

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "ckf-leave-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A pulumi that writes its state again and again, in a process that it starts, and makes the folder for it where that is gone. */
const writer = `#!/bin/sh
echo started >>"$STARTS"
(while :; do mkdir -p "\${STATE%/*}"; echo $$ >"$STATE"; sleep 0.01; done) &
wait
`;

test("when a world is left its runs of pulumi end with all that they started, none begins any more, and its folder stays away", async () => {
  const folder = join(dir, "world");
  const state = join(folder, "state", "stack.json");
  mkdirSync(join(folder, "logs"), { recursive: true });
  mkdirSync(join(dir, "bin"));
  writeFileSync(join(dir, "bin/pulumi"), writer, { mode: 0o755 });
  const starts = join(dir, "starts");
  const workspace: Workspace = {
    project: dir,
    env: { PATH: `${join(dir, "bin")}:${process.env.PATH}`, STATE: state, STARTS: starts },
    stack: "s",
    model: "m",
    policyPack: "p",
    logs: join(folder, "logs"),
    output: join(folder, "output"),
  };
  const heard: string[] = [];
  void up(workspace).finally(() => heard.push("up"));
  await until("pulumi writes", 10, async () => ({ ok: existsSync(state), why: "it does not" }));
  endRuns();
  await leaving(Promise.resolve({ workspace, stop: async () => undefined } as unknown as World), folder)();
  void pulumi(workspace, ["cancel"]).finally(() => heard.push("cancel"));
  void up(workspace).finally(() => heard.push("up again"));
  await sleep(500);
  expect(existsSync(folder)).toBe(false);
  expect(heard).toEqual([]);
  expect(readFileSync(starts, "utf8")).toBe("started\n");
});

/** A process that ends its world by a file, and whose terminal is closed. */
async function watched(left: string, then = ""): Promise<ChildProcess> {
  const program = `
    const { leaveOnSignal } = require("./rehearsal/leave");
    const { setTimeout } = require("node:timers/promises");
    const stay = leaveOnSignal(async () => {
      await setTimeout(200);
      require("node:fs").writeFileSync(process.argv[1], "left");
    });
    ${then}
    console.log("ready");
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--eval", program, left], {
    cwd: resolve(__dirname, "../.."),
    stdio: ["ignore", "pipe", "pipe"],
  });
  await once(child.stdout, "data");
  child.stderr.destroy();
  return child;
}

test.each([
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s ends the world first, also where nobody reads any more what is said, and then the process",
  async (signal, code) => {
    const left = join(dir, "left");
    const child = await watched(left);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([code, null]);
    expect(existsSync(left)).toBe(true);
  },
);

test("a world that stays is not ended by a signal that comes later", async () => {
  const left = join(dir, "left");
  const child = await watched(left, `if (stay() !== true) throw new Error("no signal came");`);
  child.kill("SIGHUP");
  expect(await once(child, "exit")).toEqual([null, "SIGHUP"]);
  expect(existsSync(left)).toBe(false);
});

test("a world that a signal ends does not stay", async () => {
  const child = await watched(
    join(dir, "left"),
    `process.once("exit", () => require("node:fs").writeFileSync(process.argv[1] + ".stays", String(stay())));`,
  );
  child.kill("SIGTERM");
  await once(child, "exit");
  expect(readFileSync(join(dir, "left.stays"), "utf8")).toBe("false");
});
