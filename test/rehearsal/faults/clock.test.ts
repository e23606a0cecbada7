import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import execa from "execa";

const clock = resolve(__dirname, "../../../rehearsal/faults/clock.js");
let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "clock-"))));
afterEach(() => rmSync(dir, { recursive: true }));

const dates =
  "console.log(JSON.stringify({ now: Date.now(), made: new Date().getTime(), given: new Date(5).getTime(), same: new Date() instanceof Date, file: require('fs').statSync('.').mtime instanceof Date }))";

/** What a process with the clock loaded says of its dates. */
async function under(
  env: Record<string, string>,
): Promise<{ now: number; made: number; given: number; same: boolean; file: boolean }> {
  return JSON.parse((await execa(process.execPath, ["--require", clock, "--eval", dates], { env })).stdout) as Awaited<
    ReturnType<typeof under>
  >;
}

test("dates are moved by what the file says, and nothing else about them is", async () => {
  const file = join(dir, "clock");
  writeFileSync(file, "-86400000");
  const before = Date.now() - 86_400_000;
  const { now, made, ...rest } = await under({ CKF_REHEARSAL_CLOCK: file });
  for (const moment of [now, made]) {
    expect(moment).toBeGreaterThanOrEqual(before);
    expect(moment).toBeLessThanOrEqual(Date.now() - 86_400_000);
  }
  expect(rest).toEqual({ given: 5, same: true, file: true });
});

test("without a file the date is the true one", async () => {
  const before = Date.now();
  for (const env of [{ CKF_REHEARSAL_CLOCK: join(dir, "absent") }, { CKF_REHEARSAL_CLOCK: "" }]) {
    const { now } = await under(env);
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  }
});
