import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning } from "../../../rehearsal/processes";
import { crash, eventually, makeProject, type Project } from "./engine";

jest.setTimeout(600_000);

const commands = (...lines: string[]): string => ['import { local } from "@pulumi/command";', ...lines].join("\n");

describe("the command stand-in under the real engine", () => {
  let project: Project;
  const left = (name: string): string => join(project.dir, name);
  const up = ["up", "--yes", "--skip-preview"];

  beforeAll(async () => {
    project = await makeProject();
  });
  afterAll(() => project.remove());

  test("a preview runs nothing and shows the output as unknown", async () => {
    project.program(
      commands(
        'const a = new local.Command("a", { create: "echo run >> $TEST_DIR/a; echo \\"hello $A\\"; echo note >&2", environment: { A: process.env.A ?? "1" }, logging: "stderr" });',
        'const b = new local.Command("b", { create: "cat", stdin: a.stdout, addPreviousOutputInEnv: false });',
        "export const printed = b.stdout;",
      ),
    );
    const { exitCode, output } = await project.pulumi(["preview"]);
    expect(output).toContain("[unknown]");
    expect(exitCode).toBe(0);
    expect(output).not.toContain("warning");
    expect(existsSync(left("a"))).toBe(false);
  });

  test("up runs the commands in order, hands the output on and logs what was asked for", async () => {
    const { exitCode, output } = await project.pulumi(up);
    expect(exitCode).toBe(0);
    expect(output).toMatch(/command:local:Command a .* note/);
    expect((await project.state()).b.outputs.stdout).toBe("hello 1");
  });

  test("up again changes nothing and runs nothing", async () => {
    const { exitCode, output } = await project.pulumi([...up, "--expect-no-changes"]);
    expect(output).toContain("3 unchanged");
    expect(exitCode).toBe(0);
    expect(readFileSync(left("a"), "utf8")).toBe("run\n");
  });

  test("a refresh sees nothing", async () => {
    const { exitCode } = await project.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    expect(exitCode).toBe(0);
  });

  test("a changed input runs create again, and what depends on its output too", async () => {
    const { exitCode, output } = await project.pulumi(up, { A: "2" });
    expect(exitCode).toBe(0);
    expect(output).toContain("2 updated");
    expect(readFileSync(left("a"), "utf8")).toBe("run\nrun\n");
    expect((await project.state()).b.outputs.stdout).toBe("hello 2");
  });

  test("a failure leaves no state, says what was printed, and the next up runs create again", async () => {
    project.program(
      commands(
        'new local.Command("flaky", { create: "echo try >> $TEST_DIR/flaky; echo broken >&2; test -e $TEST_DIR/fixed", interpreter: ["/bin/sh", "-ceu"] });',
      ),
    );
    const failed = await project.pulumi(up);
    expect(failed.exitCode).not.toBe(0);
    expect(failed.output).toMatch(/exit status 1: running "echo try >> \$TEST_DIR\/flaky;/);
    expect(failed.output).toContain("broken");
    expect(Object.keys(await project.state())).not.toContain("flaky");
    writeFileSync(left("fixed"), "");
    expect((await project.pulumi(up)).exitCode).toBe(0);
    expect(readFileSync(left("flaky"), "utf8")).toBe("try\ntry\n");
  });

  test("a secret input is not in the state; what the command prints of it is, as with the official plugin", async () => {
    project.program(
      [
        'import * as pulumi from "@pulumi/pulumi";',
        commands(
          'new local.Command("hides", { create: "cat", stdin: pulumi.secret("s3cr3t-w0rd"), logging: "none" });',
        ),
      ].join("\n"),
    );
    const { exitCode, output } = await project.pulumi(up);
    expect(exitCode).toBe(0);
    expect(output).not.toContain("s3cr3t-w0rd");
    const { inputs, outputs } = (await project.state()).hides;
    expect(JSON.stringify([inputs.stdin, outputs.stdin])).not.toContain("s3cr3t-w0rd");
    expect(outputs.stdout).toBe("s3cr3t-w0rd");
  });

  test("destroy runs the delete command with the recorded output", async () => {
    project.program(
      commands(
        'new local.Command("kept", { create: "echo made", delete: "echo deleted $PULUMI_COMMAND_STDOUT > $TEST_DIR/kept" });',
      ),
    );
    expect((await project.pulumi(up)).exitCode).toBe(0);
    expect((await project.pulumi(["destroy", "--yes", "--skip-preview"])).exitCode).toBe(0);
    expect(readFileSync(left("kept"), "utf8")).toBe("deleted made\n");
    expect(await project.state()).toEqual({});
  });

  test("when the engine is killed, the plugin and the command under way end too", async () => {
    project.program(
      commands(
        'new local.Command("long", { create: "echo $PPID $$ > $TEST_DIR/pids.part; mv $TEST_DIR/pids.part $TEST_DIR/pids; sleep 600; echo late > $TEST_DIR/late" });',
      ),
    );
    const engine = project.start();
    await eventually("the command runs", () => existsSync(left("pids")));
    const [plugin, command] = readFileSync(left("pids"), "utf8").trim().split(" ").map(Number);
    expect([isRunning(plugin), isRunning(command)]).toEqual([true, true]);
    await crash(engine);
    await eventually("plugin and command are gone", () => !isRunning(plugin) && !isRunning(command));
    expect(existsSync(left("late"))).toBe(false);
  });

  test("after that, `pulumi cancel` frees the stack and up runs the command that was interrupted", async () => {
    const locked = await project.pulumi(up);
    expect(locked.output).toContain("the stack is currently locked");
    expect((await project.pulumi(["cancel", "--yes"])).exitCode).toBe(0);
    project.program(commands('new local.Command("long", { create: "echo short" });'));
    const { exitCode, output } = await project.pulumi(up);
    expect(output).toContain("pending operations");
    expect(exitCode).toBe(0);
    expect((await project.state()).long.outputs.stdout).toBe("short");
  });
});
