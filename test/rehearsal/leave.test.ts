import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../kube/wait";
import { leaving } from "../../rehearsal/leave";
import { type Workspace, endRuns, pulumi, up } from "../../rehearsal/run";
import type { World } from "../../rehearsal/world";

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
  const workspace: Workspace = { project: dir, env: { PATH: `${join(dir, "bin")}:${process.env.PATH}`, STATE: state, STARTS: starts }, stack: "s", model: "m", policyPack: "p", logs: join(folder, "logs"), output: join(folder, "output") };
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
