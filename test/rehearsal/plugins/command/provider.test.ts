import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandPlugin, diff } from "../../../../rehearsal/plugins/command/provider";
import type { Log } from "../../../../rehearsal/plugins/rpc/plugin";
import { UNKNOWN } from "../../../../rehearsal/plugins/rpc/values";

/** A secret on the wire, https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go */
const secret = (value: unknown): unknown => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const urn = "urn:pulumi:dev::project::ckf:phase$command:local:Command::refresh-minio";
const silent: Log = { status: () => undefined, flush: async () => undefined };
const call = { urn, preview: false };

const plugin = (log: Partial<Log> = {}): ReturnType<typeof commandPlugin> =>
  commandPlugin("1.2.1", { ...silent, ...log });

describe("check", () => {
  const check = (news: Record<string, unknown>): Promise<{ failures: unknown[] }> =>
    plugin().check({ urn, olds: {}, news });

  test("accepts what the documentation lists, and unknowns in a preview", async () => {
    const news = {
      create: UNKNOWN,
      interpreter: ["node", "bin/step.js"],
      stdin: secret("{}"),
      logging: "stderr",
      addPreviousOutputInEnv: false,
      environment: { A: "b" },
      triggers: [1],
    };
    expect((await check(news)).failures).toEqual([]);
  });

  test.each([
    ["assetPaths", ["*"], /stand-in .* returns no files/],
    ["archivePaths", ["*"], /stand-in .* returns no files/],
    ["logging", "all", /one of "stdout"/],
    ["create", 5, /must be a string/],
    ["interpreter", "bash", /must be a list of strings/],
    ["command", "x", /no such input/],
  ])("refuses %s: %j", async (property, value, reason) => {
    expect((await check({ [property]: value })).failures).toEqual([
      { property, reason: expect.stringMatching(reason) },
    ]);
  });

  test("another type of the package is refused by name", async () => {
    const remote = plugin().check({
      urn: "urn:pulumi:dev::project::command:remote:Command::x",
      olds: {},
      news: {},
    });
    await expect(remote).rejects.toThrow("command:remote:Command is not in the rehearsal's stand-in");
  });
});

/** "Update runs on ANY input change (text of create, env, stdin, dir)"; "`triggers` is tagged replaceOnChanges" (facts/pulumi.md 4). */
describe("diff", () => {
  test("nothing changed is no change", () => {
    expect(diff({ create: "a", environment: { A: "1" } }, { environment: { A: "1" }, create: "a" }).detailed).toEqual(
      {},
    );
  });

  test.each(["create", "stdin", "dir", "environment", "delete", "logging"])(
    "a change of %s is an update",
    (property) => {
      expect(diff({ create: "x", [property]: "a" }, { create: "x", [property]: "b" }).detailed).toEqual({
        [property]: { kind: "update", replace: false, inputDiff: true },
      });
    },
  );

  test("an unknown input is a change", () => {
    expect(Object.keys(diff({ stdin: "a" }, { stdin: UNKNOWN }).detailed)).toEqual(["stdin"]);
  });

  test("a change of triggers is a replacement", () => {
    expect(diff({ create: "x", triggers: [1] }, { create: "x", triggers: [2] }).detailed).toEqual({
      triggers: { kind: "update", replace: true, inputDiff: true },
    });
  });

  test("what a command printed is no input", () => {
    expect(diff({ create: "x", stdout: "old" }, { create: "x" }).detailed).toEqual({});
  });
});

describe("create and update", () => {
  test("a preview runs nothing and leaves the output unknown", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "command-")), "ran");
    const inputs = { create: `touch ${file}` };
    expect((await plugin().create({ ...call, inputs, preview: true })).state).toEqual({
      ...inputs,
      stdout: UNKNOWN,
      stderr: UNKNOWN,
    });
    const old = { ...inputs, stdout: "a", stderr: "" };
    expect((await plugin().update({ ...call, id: "x", state: old, inputs, preview: true })).state).toMatchObject({
      stdout: UNKNOWN,
    });
    expect(() => readFileSync(file)).toThrow("ENOENT");
  });

  test("create runs and keeps inputs and output; the id is the name with eight hex digits", async () => {
    const { id, state } = await plugin().create({ ...call, inputs: { create: "echo out" } });
    expect(id).toMatch(/^refresh-minio[0-9a-f]{8}$/);
    expect(state).toEqual({ create: "echo out", stdout: "out", stderr: "" });
  });

  test("a failing create rejects without any state", async () => {
    await expect(plugin().create({ ...call, inputs: { create: "exit 1" } })).rejects.toThrow("exit status 1");
  });

  test('"If an update command isn\'t provided, then create will also be run", with the previous output in its environment', async () => {
    const state = { create: "x", stdout: "before", stderr: "" };
    const update = async (inputs: Record<string, unknown>): Promise<unknown> =>
      (await plugin().update({ ...call, id: "x", state, inputs })).state.stdout;
    expect(await update({ create: "echo create $PULUMI_COMMAND_STDOUT" })).toBe("create before");
    expect(await update({ create: "echo create", update: "echo update $PULUMI_COMMAND_STDOUT" })).toBe("update before");
    expect(await update({ stdin: "y" })).toBe("before");
  });

  test("a secret is handed on, and what is printed is none, as in the official plugin", async () => {
    const { state } = await plugin().create({ ...call, inputs: { create: "cat", stdin: secret("hidden") } });
    expect(state).toMatchObject({ stdin: secret("hidden"), stdout: "hidden" });
  });

  test("printed lines go to the resource's status", async () => {
    const seen: string[] = [];
    await plugin({ status: (of, text) => seen.push(`${of} ${text}`) }).create({
      ...call,
      inputs: { create: "echo a; echo b >&2", logging: "stderr" },
    });
    expect(seen).toEqual([`${urn} b`]);
  });
});

describe("delete, read, run, cancel", () => {
  test("delete runs with the old state's settings and output", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "command-")), "deleted");
    const state = {
      delete: `echo $A $PULUMI_COMMAND_STDOUT > ${file}`,
      environment: { A: "old" },
      stdout: "made",
      stderr: "",
    };
    await plugin().delete({ id: "x", urn, state });
    expect(readFileSync(file, "utf8")).toBe("old made\n");
  });

  test("delete without a command does nothing", async () => {
    await expect(
      plugin().delete({ id: "x", urn, state: { create: "exit 1", stdout: "", stderr: "" } }),
    ).resolves.toBeUndefined();
  });

  test("a refresh hands back what is recorded: there is nothing to look at", async () => {
    const state = { create: "x", stdout: "o", stderr: "" };
    expect(await plugin().read({ id: "i", urn, state, inputs: { create: "x" } })).toEqual({
      id: "i",
      state,
      inputs: { create: "x" },
    });
  });

  test("local.run runs at once and returns inputs and output", async () => {
    expect(await plugin().invoke!("command:local:run", { command: "echo hi", dir: null })).toEqual({
      command: "echo hi",
      stdout: "hi",
      stderr: "",
    });
  });

  test("cancelling kills the command under way and lets no other start", async () => {
    const started = plugin({ status: () => started.cancel() });
    await expect(started.create({ ...call, inputs: { create: "echo go; exec sleep 60" } })).rejects.toThrow(
      "signal: killed",
    );
    await expect(started.create({ ...call, inputs: { create: "echo again" } })).rejects.toThrow("context canceled");
  });
});
