import type { ChildProcess } from "node:child_process";
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quoted, run, type Settings } from "../../../../rehearsal/plugins/command/run";

const none = { stdout: "", stderr: "" };

async function lines(
  command: string,
  settings: Settings = {},
  previous = none,
): Promise<{ stdout: string; stderr: string; logged: string[] }> {
  const logged: string[] = [];
  return { ...(await run(command, settings, previous, (line) => logged.push(line))), logged };
}

/** Rules from provider/pkg/provider/local/{base,commandOutputs}.go of github.com/pulumi/pulumi-command. */
describe("running a command", () => {
  test('"On Linux and macOS, defaults to: ["/bin/sh", "-c"]", with the command as last argument', async () => {
    expect((await lines("echo $0 $#")).stdout).toBe("/bin/sh 0");
  });

  test("an interpreter gets the command as one argument, whatever is in it", async () => {
    const json = '{"id":"a b","text":"\'$(x)`\\n"}';
    const { stdout } = await lines(json, {
      interpreter: [process.execPath, "-e", "process.stdout.write(JSON.stringify(process.argv.slice(1)))"],
    });
    expect(JSON.parse(stdout)).toEqual([json]);
  });

  test("one trailing newline is taken off each stream, not more", async () => {
    expect(await lines("printf 'a\\n\\n'; printf 'b\\n' >&2")).toMatchObject({ stdout: "a\n", stderr: "b" });
  });

  test("stdin is passed on, and a command that does not read it is not harmed", async () => {
    expect((await lines("cat", { stdin: "given" })).stdout).toBe("given");
    expect((await lines("true", { stdin: "x".repeat(1_000_000) })).stdout).toBe("");
  });

  test("the environment is the machine's, then the program's, then the previous output", async () => {
    process.env.CKF_TEST_RUN = "machine";
    try {
      const show = "echo $CKF_TEST_RUN/$PULUMI_COMMAND_STDOUT/$PULUMI_COMMAND_STDERR";
      expect((await lines(show)).stdout).toBe("machine//");
      expect(
        (await lines(show, { environment: { CKF_TEST_RUN: "program" } }, { stdout: "out", stderr: "err" })).stdout,
      ).toBe("program/out/err");
      expect((await lines(show, { addPreviousOutputInEnv: false }, { stdout: "out", stderr: "err" })).stdout).toBe(
        "machine//",
      );
    } finally {
      delete process.env.CKF_TEST_RUN;
    }
  });

  test("dir is where it runs; one that does not exist fails", async () => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), "run-")));
    expect((await lines("pwd", { dir })).stdout).toBe(dir);
    await expect(lines("pwd", { dir: join(dir, "none") })).rejects.toThrow(
      /^chdir .*none: no such file or directory: running "pwd":/,
    );
  });

  test.each([
    [undefined, ["out", "err"]],
    ["stdoutAndStderr", ["out", "err"]],
    ["stdout", ["out"]],
    ["stderr", ["err"]],
    ["none", []],
  ] as const)("logging %s passes on %j while the outputs are captured all the same", async (logging, expected) => {
    const { stdout, stderr, logged } = await lines("echo out; echo err >&2", { ...(logging && { logging }) });
    expect({ stdout, stderr }).toEqual({ stdout: "out", stderr: "err" });
    expect([...logged].sort()).toEqual([...expected].sort());
  });

  test("a line of 64 KiB is not read and hangs the command, as in the official plugin; one that is not logged does not", async () => {
    const long = (bytes: number): string => `head -c ${bytes} /dev/zero | tr '\\0' x; echo`;
    expect((await lines(long(64 * 1024 - 1))).logged[0]).toHaveLength(64 * 1024 - 1);
    expect((await lines(long(64 * 1024), { logging: "stderr" })).stdout).toHaveLength(64 * 1024);
    let ended = false;
    const printed: string[] = [];
    let exited: () => void;
    const exit = new Promise<void>((resolve) => (exited = resolve));
    void run(
      `echo first; ${long(64 * 1024)}; echo last`,
      {},
      { stdout: "", stderr: "" },
      (line) => printed.push(line),
      (child) => child.on("close", () => exited()),
    ).then(() => (ended = true));
    await exit;
    await new Promise((resolve) => setImmediate(resolve));
    expect({ ended, printed }).toEqual({ ended: false, printed: ["first"] });
  });

  test("lines are passed on while the command is running", async () => {
    const dir = mkdtempSync(join(tmpdir(), "run-"));
    // The command ends only once its first line was seen.
    const { writeFileSync } = await import("node:fs");
    const seen = run(`echo first; while [ ! -e ${dir}/seen ]; do sleep 0.05; done; echo last`, {}, none, () =>
      writeFileSync(join(dir, "seen"), ""),
    );
    expect((await seen).stdout).toBe("first\nlast");
  });

  test("a failure says status, command and everything printed, in order", async () => {
    await expect(lines("echo a; echo b >&2; exit 3")).rejects.toThrow(
      'exit status 3: running "echo a; echo b >&2; exit 3":\na\nb\n',
    );
  });

  test("a program that is not there is named", async () => {
    await expect(lines("x", { interpreter: ["no-such-program"] })).rejects.toThrow(
      'exec: "no-such-program": executable file not found in $PATH: running "x":',
    );
    await expect(lines("x", { interpreter: ["/no/such"] })).rejects.toThrow(
      'fork/exec /no/such: no such file or directory: running "x":',
    );
  });

  test("a command that is killed says so", async () => {
    let child: ChildProcess | undefined;
    const running = run(
      "echo ready; exec sleep 60",
      {},
      none,
      () => child?.kill("SIGKILL"),
      (started) => (child = started),
    );
    await expect(running).rejects.toThrow("signal: killed: running");
  });

  test("quotes as Go's %q", () => {
    expect(quoted('a "b"\\\n\t\x01é')).toBe('"a \\"b\\"\\\\\\n\\t\\x01é"');
  });
});
