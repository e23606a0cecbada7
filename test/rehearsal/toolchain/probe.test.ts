import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isStatic } from "../../../rehearsal/toolchain/elf";
import { findTool, readVersion, refuse, searchPath } from "../../../rehearsal/toolchain/probe";
import { type Tool, TOOLS } from "../../../rehearsal/toolchain/tools";

const probeOf = (name: string) => TOOLS.find((tool) => tool.name === name)!.probe!;

describe("reading a version", () => {
  test.each([
    ["pulumi", "v3.259.0\n", "3.259.0"],
    ["etcd", "etcd Version: 3.7.0\nGit SHA: Not provided\nGo Version: go1.26.8\n", "3.7.0"],
    ["kubelet", "Kubernetes v1.37.2\n", "1.37.2"],
    ["kubectl", "Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0\n", "1.32.4"],
    ["containerd", "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3\n", "1.6.20"],
    ["containerd", "containerd containerd.io 1.7.27 05044ec0a9a75232cad458027ca83437aae3f4da\n", "1.7.27"],
    ["runc", "runc version 1.1.5+ds1\ncommit: 1.1.5+ds1-1+deb12u1\nspec: 1.0.2-dev\n", "1.1.5"],
    ["nft", "nftables v1.0.6 (Lester Gooch #5)\n", "1.0.6"],
    ["ip", "ip utility, iproute2-6.1.0, libbpf 1.1.2\n", "6.1.0"],
    ["coredns", "CoreDNS-1.15.0\nlinux/amd64, go1.26.8, \n", "1.15.0"],
    ["minio", "minio version RELEASE.2024-06-13T22-53-53Z (commit-id=x)\n", "2024.6.13"],
    ["rclone", "rclone v1.60.1-DEV\n- os/version: debian 12 (64 bit)\n", "1.60.1"],
    ["mariadbd", "mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)\n", "10.11.14"],
    ["juju-2.9", "2.9.42-ubuntu-amd64\n", "2.9.42"],
    ["mongo-store", "db version v4.4.18\nBuild Info: {\n", "4.4.18"],
    ["busybox", "BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n", "1.35.0"],
  ])("%s", (name, output, version) => {
    expect(readVersion(output, probeOf(name))).toBe(version);
  });

  test("gives nothing where the tool says something else", () => {
    expect(readVersion("command not implemented", probeOf("etcd"))).toBeUndefined();
    expect(refuse(undefined, probeOf("etcd"))).toBe("prints no version that can be read");
  });

  test("the oldest rclone that is taken is the oldest that the movers run with; Debian's is older", () => {
    const oldest = Number(
      /rclone_minor:-99}" -ge (\d+) /.exec(readFileSync("objectstore/mover/common.sh", "utf8"))![1],
    );
    expect(refuse("1.60.1", probeOf("rclone"))).toMatch(/^version 1\.60\.1 is outside >=1\.76\.0/);
    expect(refuse(`1.${oldest - 1}.9`, probeOf("rclone"))).toMatch(/is outside/);
    expect(refuse(`1.${oldest}.0`, probeOf("rclone"))).toBeUndefined();
  });

  test.each(["10.5.23", "10.11.14", "11.8.9"])("MariaDB %s is taken, of Debian 12 and 13 among others", (version) => {
    for (const name of ["mariadbd", "mariadb", "mariadb-dump"]) expect(refuse(version, probeOf(name))).toBeUndefined();
  });

  test.each(["10.4.34", "12.0.1"])("MariaDB %s, never tried, is not", (version) => {
    expect(refuse(version, probeOf("mariadbd"))).toMatch(/is outside >=10\.5\.0 <12/);
  });
});

test.each(["2.9.41", "2.9.43", "3.6.11"])("a client %s on PATH is not taken for 2.9.42", (version) => {
  expect(refuse(version, probeOf("juju-2.9"))).toMatch(/is outside 2\.9\.42/);
});

test("the folders for administrators are searched too, each folder once, relative ones never", () => {
  expect(searchPath({ PATH: "/usr/bin:bin:/usr/sbin:/usr/bin" })).toEqual(["/usr/bin", "/usr/sbin", "/sbin"]);
});

describe("finding a tool", () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), "probe-"))));
  afterEach(() => rmSync(root, { recursive: true }));

  const script = (folder: string, name: string, text: string): string => {
    mkdirSync(join(root, folder), { recursive: true });
    const file = join(root, folder, name);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const tool = (change: Partial<Tool> = {}): Tool => ({
    name: "frob",
    parts: ["cluster"],
    version: "2.0.0",
    probe: { args: ["--version"], pattern: /frob (\S+)/, accept: ">=2" },
    source: { kind: "debian", package: "frob" },
    ...change,
  });
  const path = () => [join(root, "a"), join(root, "b")];

  test("nothing is found where there is nothing", async () => {
    expect(await findTool(tool(), { path: path() })).toBeUndefined();
  });

  test("a later one that will do is taken over an earlier one that will not", async () => {
    script("a", "frob", "echo frob 1.9.0");
    const good = script("b", "frob", "echo frob 2.1.0");
    expect(await findTool(tool(), { path: path() })).toEqual({ path: good, version: "2.1.0" });
  });

  test("one of several lines is looked for under its own name on PATH", async () => {
    const plain = script("a", "frob", "echo frob 2.9.42");
    script("b", "frob-2.9", "echo frob 2.9.42");
    expect(await findTool(tool({ name: "frob-2.9", onPath: "frob" }), { path: path() })).toEqual({
      path: plain,
      version: "2.9.42",
    });
  });

  test("one that is only built is not looked for", async () => {
    script("a", "frob", "echo frob 2.0.0");
    expect(await findTool(tool({ builtOnly: true }), { path: path() })).toBeUndefined();
  });

  test("where none will do, the first is reported with the reason", async () => {
    const first = script("a", "frob", "echo frob 1.9.0");
    script("b", "frob", "echo frob 1.8.0");
    expect(await findTool(tool(), { path: path() })).toEqual({
      path: first,
      version: "1.9.0",
      refused: "version 1.9.0 is outside >=2",
    });
  });

  test("a file that cannot be executed does not count", async () => {
    chmodSync(script("a", "frob", "echo frob 2.0.0"), 0o644);
    expect(await findTool(tool(), { path: path() })).toBeUndefined();
  });

  test("one that must be static is refused when it is not", async () => {
    script("a", "frob", "echo frob 2.0.0");
    expect((await findTool(tool({ static: true }), { path: path() }))?.refused).toMatch(/static/);
  });

  test("a companion is taken only from beside the tool it comes with", async () => {
    const companion = script("a", "frob", "");
    const other = { ...tool({ beside: "pulumi" }), probe: undefined };
    expect(await findTool(other, { path: path(), home: join(root, "a", "pulumi") })).toEqual({
      path: companion,
      version: "-",
    });
    expect((await findTool(other, { path: path(), home: join(root, "b", "pulumi") }))?.refused).toMatch(/not beside/);
    expect((await findTool(other, { path: path() }))?.refused).toMatch(/not beside/);
  });

  test("a folder counts only with everything in it", async () => {
    script("a", "bridge", "");
    script("b", "bridge", "");
    script("b", "loopback", "");
    const folder = { candidates: path(), files: ["bridge", "loopback"] };
    expect(await findTool(tool({ folder }), { path: [] })).toEqual({ path: join(root, "b"), version: "-" });
  });
});

test("an executable is static when it names no interpreter", async () => {
  expect(await isStatic(process.execPath)).toBe(false);
  expect(await isStatic(__filename)).toBe(false);
  const file = join(mkdtempSync(join(tmpdir(), "elf-")), "static");
  const header = Buffer.alloc(64 + 56);
  header.writeUInt32BE(0x7f454c46, 0);
  header.writeUInt8(2, 4);
  header.writeUInt8(1, 5);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64);
  writeFileSync(file, header);
  expect(await isStatic(file)).toBe(true);
  header.writeUInt32LE(3, 64);
  writeFileSync(file, header);
  expect(await isStatic(file)).toBe(false);
  rmSync(join(file, ".."), { recursive: true });
});
