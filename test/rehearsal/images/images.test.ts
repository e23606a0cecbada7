import { createHash } from "node:crypto";
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  chmodSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";
import { buildImages, buildPause } from "../../../rehearsal/images";
import type { Toolchain } from "../../../rehearsal/toolchain";

interface Member {
  header: Header;
  content: Buffer;
}

async function members(source: Readable): Promise<Map<string, Member>> {
  const found = new Map<string, Member>();
  const reader = source.pipe(extract());
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    found.set(entry.header.name, { header: entry.header, content: Buffer.concat(chunks) });
  }
  return found;
}

interface Archive {
  manifest: { Config: string; RepoTags: string[]; Layers: string[] }[];
  config: {
    architecture: string;
    os: string;
    config: { Entrypoint: string[]; Cmd: string[] | null };
    rootfs: { type: string; diff_ids: string[] };
  };
  layer: Buffer;
  files: Map<string, Member>;
}

async function openArchive(file: string): Promise<Archive> {
  const outer = await members(createReadStream(file));
  const manifest = JSON.parse(outer.get("manifest.json")!.content.toString()) as Archive["manifest"];
  const layer = outer.get(manifest[0].Layers[0])!.content;
  return {
    manifest,
    config: JSON.parse(outer.get(manifest[0].Config)!.content.toString()) as Archive["config"],
    layer,
    files: await members(Readable.from([layer])),
  };
}

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** A toolchain of scripts: what an image does with an executable does not depend on what it is. */
function fakeToolchain(root: string): Toolchain {
  const bin = join(root, "bin");
  mkdirSync(bin, { recursive: true });
  const tool = (name: string, text: string, version: string): Toolchain["tools"][number] => {
    const path = join(bin, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    utimesSync(path, 1000, 1000);
    return { name, path, version, origin: "built" };
  };
  const share = join(root, "share");
  mkdirSync(join(share, "english"), { recursive: true });
  const texts = [
    "english/errmsg.sys",
    "mysql_system_tables.sql",
    "mysql_performance_tables.sql",
    "mysql_system_tables_data.sql",
    "maria_add_gis_sp_bootstrap.sql",
    "mysql_test_db.sql",
  ];
  for (const name of texts) writeFileSync(join(share, name), name);
  const names = ["mariadbd", "mariadb", "mariadb-dump", "mariadb-install-db", "my_print_defaults", "resolveip"];
  const mariadb = [
    ...names.map((name) => tool(name, "true", "10.11.19")),
    { name: "mariadb-share", path: share, version: "-", origin: "package" as const },
  ];
  return {
    bin,
    tools: [
      tool("busybox", "printf '%s\\n' busybox sh awk sha256sum find sort", "1.35.0"),
      tool("minio", "true", "2026.2.12"),
      tool("rclone", "true", "1.76.0"),
      tool("kubectl", "true", "1.37.2"),
      ...mariadb,
    ],
  };
}

describe("images without a registry", () => {
  let root: string;
  let toolchain: Toolchain;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "images-"));
    toolchain = fakeToolchain(root);
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const build = (folder: string, workloadTags = ["minio-100", "base"]) =>
    buildImages({ toolchain, dir: join(root, folder), workloadTags });
  const archive = async (folder: string, name: string): Promise<Archive> => {
    const file = readdirSync(join(root, folder)).find((entry) => entry.startsWith(`${name}-`))!;
    return openArchive(join(root, folder, file));
  };

  test("an archive is one layer whose digests fit, as docker save writes it", async () => {
    const { tars } = await build("a");
    expect(tars.map((tar) => basename(tar).split("-")[0])).toEqual(["workload", "minio", "mover", "mariadb"]);
    for (const tar of tars) {
      const { manifest, config, layer } = await openArchive(tar);
      expect(manifest).toHaveLength(1);
      expect(manifest[0].Layers).toEqual([`${sha256(layer)}/layer.tar`]);
      expect(config.rootfs).toEqual({ type: "layers", diff_ids: [`sha256:${sha256(layer)}`] });
      expect(config.os).toBe("linux");
    }
  });

  test("one workload archive carries every tag, each once and in a fixed order", async () => {
    const { refs } = await build("a", ["b-2", "a-1", "b-2"]);
    const { manifest } = await archive("a", "workload");
    expect(manifest[0].RepoTags).toEqual([
      "localhost/ckf-rehearsal/workload:a-1",
      "localhost/ckf-rehearsal/workload:b-2",
    ]);
    expect(refs.workload("a-1")).toBe("localhost/ckf-rehearsal/workload:a-1");
  });

  test("the names say the versions of what is inside", async () => {
    const { refs } = await build("a");
    expect(refs.minio).toBe("localhost/ckf-rehearsal/minio:2026.2.12");
    expect(refs.mover).toBe("localhost/ckf-rehearsal/mover:1.76.0");
    expect((await archive("a", "minio")).manifest[0].RepoTags).toEqual([refs.minio]);
  });

  test("an image holds the shell, the applets, its program and a /tmp for everyone", async () => {
    await build("a");
    const { files } = await archive("a", "mover");
    expect(files.get("bin/sh")!.header).toMatchObject({ type: "symlink", linkname: "busybox" });
    for (const name of ["sha256sum", "find", "sort", "awk"])
      expect(files.get(`bin/${name}`)?.header.linkname).toBe("busybox");
    expect(files.get("bin/busybox")!.header.mode! & 0o111).toBe(0o111);
    expect(files.get("usr/bin/rclone")!.content).toEqual(readFileSync(join(toolchain.bin, "rclone")));
    expect(files.get("tmp/")!.header.mode).toBe(0o1777);
    expect(files.get("etc/passwd")!.content.toString()).toMatch(/^root:x:0:0:/);
  });

  test.each(["mysql", "mariadb"])(
    "a database server brings the libraries that it is linked with and its texts, called %s_... by its age, and starts as the official image does",
    async (prefix) => {
      const share = join(root, "share");
      for (const name of readdirSync(share))
        renameSync(join(share, name), join(share, name.replace(/^mysql_/, `${prefix}_`)));
      writeFileSync(join(toolchain.bin, "mariadbd"), readFileSync("/bin/sh"));
      const { refs } = await build("a");
      const { manifest, config, files } = await archive("a", "mariadb");
      expect(manifest[0].RepoTags).toEqual([refs.mariadb]);
      expect([...files.keys()].filter((name) => /libc\.so/.test(name))).toHaveLength(1);
      expect(files.get("usr/sbin/mariadbd")!.content.subarray(0, 4).toString("latin1")).toBe("\x7fELF");
      const content = (name: string): string | undefined => files.get(join(share, name).slice(1))?.content.toString();
      expect(content(`${prefix}_system_tables.sql`)).toBe("mysql_system_tables.sql");
      expect([
        content(`${prefix}_sys_schema.sql`),
        content("fill_help_tables.sql"),
        content("english/errmsg.sys"),
      ]).toEqual(["", "", "english/errmsg.sys"]);
      expect([...files.keys()].filter((name) => name.endsWith(".sql") && !name.includes(`/${prefix}_`)).sort()).toEqual(
        ["fill_help_tables.sql", "maria_add_gis_sp_bootstrap.sql"].map((name) => join(share, name).slice(1)),
      );
      expect(config.config.Entrypoint[2]).toContain("MARIADB_ROOT_PASSWORD");
    },
  );

  test("a workload ends when it is asked to", async () => {
    await build("a");
    const { config } = await archive("a", "workload");
    expect(config.config.Entrypoint.slice(0, 2)).toEqual(["/bin/sh", "-c"]);
    expect(config.config.Entrypoint[2]).toContain("trap 'exit 0' TERM");
  });

  test("equal input gives equal bytes, wherever and whenever", async () => {
    const first = await build("a");
    const second = await build("b");
    for (const [i, tar] of first.tars.entries())
      expect(sha256(readFileSync(second.tars[i]))).toBe(sha256(readFileSync(tar)));
  });

  test("what is there is not written again, what changed is", async () => {
    const { tars } = await build("a");
    for (const tar of tars) utimesSync(tar, 1, 1);
    const stamp = () => readdirSync(join(root, "a")).length;
    expect((await build("a")).tars).toEqual(tars);
    expect(stamp()).toBe(4);
    writeFileSync(join(toolchain.bin, "rclone"), "#!/bin/sh\nfalse # another\n");
    const changed = await build("a");
    expect(changed.tars.slice(0, 2)).toEqual(tars.slice(0, 2));
    expect(changed.tars[2]).not.toBe(tars[2]);
    expect(stamp()).toBe(5);
  });

  test("the pause image is a workload of its own name", async () => {
    const { manifest, config } = await openArchive(await buildPause({ toolchain, dir: join(root, "p") }));
    expect(manifest[0].RepoTags).toEqual(["localhost/ckf-rehearsal/pause:1", "localhost/ckf-rehearsal/workload:base"]);
    expect(config.config.Entrypoint[0]).toBe("/bin/sh");
  });

  test("a toolchain without the part says so", async () => {
    await expect(buildPause({ toolchain: { ...toolchain, tools: [] }, dir: join(root, "p") })).rejects.toThrow(
      /holds no busybox/,
    );
  });
});
