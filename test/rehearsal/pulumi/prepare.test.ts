import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { executable, quote } from "../../../rehearsal/pulumi/files";
import { findEngine, policyPack, sideBySide } from "../../../rehearsal/pulumi/host";
import { installPlugins, launcher, requestedVersion } from "../../../rehearsal/pulumi/plugins";
import { preparePulumi } from "../../../rehearsal/pulumi/prepare";
import { GO_MODULES } from "../../../rehearsal/toolchain/modules";

const root = join(__dirname, "..", "..", "..");
const folder = (): string => realpathSync(mkdtempSync(join(tmpdir(), "prepare-")));
const versions = { command: requestedVersion(root, "command"), kubernetes: requestedVersion(root, "kubernetes") };

/** A toolchain whose `pulumi plugin install` does what is given, noting that it was asked. */
function toolchain(install: string, hostHelp = ""): { bin: string; asked: () => string[] } {
  const bin = folder();
  const note = join(bin, "asked");
  executable(bin, "pulumi", `#!/bin/sh\necho "$@" >> ${note}\n${install}\n`);
  executable(bin, "kubernetes-plugin", "built");
  executable(bin, "pulumi-language-nodejs", `#!/bin/sh\necho '${hostHelp}' >&2\nexit 2\n`);
  return { bin, asked: () => (existsSync(note) ? readFileSync(note, "utf8").trim().split("\n") : []) };
}

const pluginFile = (home: string, name: keyof typeof versions): string =>
  join(home, "plugins", `resource-${name}-v${versions[name]}`, `pulumi-resource-${name}`);

function official(home: string, name: keyof typeof versions): void {
  const file = pluginFile(home, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "\x7fELF");
  chmodSync(file, 0o755);
}

describe("plugins", () => {
  const install = async (home: string, bin: string, more: { env?: NodeJS.ProcessEnv; localOnly?: boolean } = {}) => {
    const lines: string[] = [];
    const env = {
      ...process.env,
      PULUMI_HOME: undefined,
      HOME: folder(),
      ...more.env,
      PATH: `${bin}:${process.env.PATH}`,
    };
    const plugins = await installPlugins({
      root,
      home,
      env,
      built: { path: join(bin, "kubernetes-plugin"), version: "4.20.0" },
      localOnly: more.localOnly ?? false,
      log: (line) => lines.push(line),
    });
    return {
      origins: plugins.map(({ name, version, origin }) => `${name} ${version} ${origin}`),
      log: lines.join("\n"),
    };
  };
  const officials = [`command ${versions.command} official`, `kubernetes ${versions.kubernetes} official`];
  const substitutes = [`command ${versions.command} stand-in`, "kubernetes 4.20.0 built"];

  test("those the SDKs ask for, of which the one that is built is the one that a site gets", () => {
    expect(versions).toEqual({ command: "1.2.1", kubernetes: GO_MODULES["pulumi-kubernetes"].version });
  });

  test("what can be downloaded is the official one", async () => {
    const { bin, asked } = toolchain("exit 0");
    const { origins, log } = await install(folder(), bin);
    expect(origins).toEqual(officials);
    expect(asked()).toEqual([
      `plugin install resource command ${versions.command}`,
      `plugin install resource kubernetes ${versions.kubernetes}`,
    ]);
    expect(log).toContain(`kubernetes ${versions.kubernetes}: the official one`);
  });

  test("where one download fails no other is tried, and what takes their place is laid out and named", async () => {
    const { bin, asked } = toolchain("echo 'error: no such host' >&2; exit 1");
    const home = folder();
    const { origins, log } = await install(home, bin);
    expect(origins).toEqual(substitutes);
    expect(asked()).toHaveLength(1);
    expect(log).toContain("not to be had here (error: no such host)");
    expect(log).toContain(`command ${versions.command}: the rehearsal's stand-in`);
    expect(log).toContain(
      `kubernetes 4.20.0: the official one, built from Go modules, in the place of ${versions.kubernetes}`,
    );
    expect(readFileSync(pluginFile(home, "kubernetes"), "utf8")).toBe("built");
    expect(statSync(pluginFile(home, "command")).mode & 0o111).toBe(0o111);
  });

  test("what the user's own Pulumi has is taken over", async () => {
    const { bin, asked } = toolchain("exit 1");
    const [home, own] = [folder(), folder()];
    official(own, "command");
    official(own, "kubernetes");
    expect((await install(home, bin, { env: { PULUMI_HOME: own } })).origins).toEqual(officials);
    expect(asked()).toEqual([]);
    expect(readFileSync(pluginFile(home, "command"), "latin1")).toBe("\x7fELF");
  });

  test("what took the place of official ones in the user's own Pulumi is not taken for official", async () => {
    const { bin } = toolchain("exit 1");
    const [home, own] = [folder(), folder()];
    await install(own, bin, { localOnly: true });
    expect((await install(home, bin, { env: { PULUMI_HOME: own } })).origins).toEqual(substitutes);
  });

  test("a home that has no official plugins stays with what it has, one that has official ones too", async () => {
    const { bin, asked } = toolchain("exit 0");
    const [local, downloaded] = [folder(), folder()];
    await install(local, bin, { localOnly: true });
    official(downloaded, "command");
    official(downloaded, "kubernetes");
    expect((await install(local, bin)).origins).toEqual(substitutes);
    expect((await install(downloaded, bin)).origins).toEqual(officials);
    expect(asked()).toEqual([]);
  });

  test("the launcher hands over the pid of who started it, and the name of the plugin", () => {
    const script = launcher("/a b'c", "command");
    expect(script).toContain(`'/a b'\\''c/rehearsal/plugins/launch.js' 'command' --engine-pid "$PPID" "$@"`);
    expect(script.split("\n")[2]).toMatch(/^exec /);
  });
});

describe("engine", () => {
  test("a language host that takes flags cannot start packs, one without can", async () => {
    const env = (bin: string): NodeJS.ProcessEnv => ({ PATH: `${bin}:${process.env.PATH}` });
    expect((await findEngine(env(toolchain("", "-nodeargs string").bin))).startsPacks).toBe(false);
    expect((await findEngine(env(toolchain("", "-tracing string").bin))).startsPacks).toBe(true);
  });

  test("what is missing is named", async () => {
    await expect(findEngine({ PATH: "/bin:/usr/bin" })).rejects.toThrow("pulumi is not on PATH");
  });

  test("pulumi and its language host are put side by side unless they are", () => {
    const [a, b, bin] = [folder(), folder(), join(folder(), "bin")];
    const files = {
      pulumi: executable(a, "pulumi", "p"),
      host: executable(b, "pulumi-language-nodejs", "h"),
      startsPacks: false,
    };
    sideBySide(files, bin);
    sideBySide(files, bin);
    expect([
      readFileSync(join(bin, "pulumi"), "utf8"),
      readFileSync(join(bin, "pulumi-language-nodejs"), "utf8"),
    ]).toEqual(["p", "h"]);
    const none = join(folder(), "bin");
    sideBySide({ ...files, host: executable(a, "pulumi-language-nodejs", "h") }, none);
    expect(existsSync(none)).toBe(false);
  });

  test("a pack is given as its folder, or as an executable that runs it from there", async () => {
    const engine = { pulumi: "", host: "", startsPacks: true };
    expect(policyPack(engine, root, "/pack", folder())).toBe("/pack");
    const [pack, fakeRoot] = [folder(), folder()];
    mkdirSync(join(fakeRoot, "node_modules", "@pulumi", "pulumi", "cmd"), { recursive: true });
    writeFileSync(
      join(fakeRoot, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack.js"),
      "console.log(JSON.stringify([process.cwd(), ...process.argv.slice(2)]))",
    );
    const wrapper = policyPack({ ...engine, startsPacks: false }, fakeRoot, pack, folder());
    expect(JSON.parse((await execa(wrapper, ["127.0.0.1:1"])).stdout)).toEqual([pack, "127.0.0.1:1", "."]);
  });
});

describe("preparePulumi", () => {
  test("keeps everything in its folder, gives the same passphrase again, and puts none of it where it shows", async () => {
    process.env.CKF_PLUGINS = "local";
    const { bin } = toolchain("exit 1", "-nodeargs string");
    const dir = folder();
    const first = await preparePulumi({ dir, toolchainBin: bin, log: () => undefined });
    const second = await preparePulumi({ dir, toolchainBin: bin, log: () => undefined });
    expect(second.env).toEqual(first.env);
    expect(first.env).toMatchObject({
      PULUMI_HOME: join(dir, "home"),
      PULUMI_BACKEND_URL: `file://${join(dir, "state")}`,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
    expect(first.env.PATH.split(":").slice(0, 2)).toEqual([join(dir, "bin"), bin]);
    expect(first.env.PULUMI_CONFIG_PASSPHRASE.length).toBeGreaterThanOrEqual(32);
    expect(statSync(join(dir, "passphrase")).mode & 0o777).toBe(0o600);
    expect(
      (await preparePulumi({ dir: folder(), toolchainBin: bin, log: () => undefined })).env.PULUMI_CONFIG_PASSPHRASE,
    ).not.toBe(first.env.PULUMI_CONFIG_PASSPHRASE);
    expect(first.policyPackArgument).toBe(join(dir, "bin", "policy-pack"));
  });

  test("a word for the shell stays one word", async () => {
    const word = `a 'b' "c" $(d) \\e`;
    expect((await execa("sh", ["-c", `printf %s ${quote(word)}`])).stdout).toBe(word);
  });
});
