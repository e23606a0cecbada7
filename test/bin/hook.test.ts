import { resolve } from "node:path";
import execa from "execa";
import { isRunning } from "../../rehearsal/processes";

const script = resolve(__dirname, "..", "..", "bin", "hook.js");
const run = (minutes: string, command: string): execa.ExecaChildProcess =>
  execa(process.execPath, [script, "hook-site", minutes, command], { reject: false });

test("a command that ends well leaves one line of evidence, and what it prints goes to the log", async () => {
  const { exitCode, stdout, stderr } = await run("1", "echo some words; echo others >&2");
  expect([exitCode, JSON.parse(stdout)]).toEqual([0, { hook: "hook-site", seconds: expect.any(Number) }]);
  expect(stderr).toBe("some words\nothers");
});

test.each([
  ["exit 7", "exit code 7"],
  ["kill -9 $$", "SIGKILL"],
])("%s ends the step, with how it ended and what to do", async (command, how) => {
  const { exitCode, stdout, stderr } = await run("1", command);
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(
    `hook-site: the site's command ended with ${how}. What waits for it was not begun. Mend it,`,
  );
});

test("what takes too long is ended with all that it started", async () => {
  // A child that a polite signal does not end.
  const { exitCode, stderr } = await run("0.005", "(trap '' TERM; sleep 300) & echo $!; wait");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("did not end within 0.005 minutes and was ended");
  const pid = Number(/^\d+$/m.exec(stderr)![0]);
  for (let tries = 0; isRunning(pid) && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isRunning(pid)).toBe(false);
});
