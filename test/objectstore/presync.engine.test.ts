import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import execa from "execa";
import { differingNames } from "../../objectstore/result";
import { flipBit } from "../../rehearsal/data/corrupt";
import { takeInventory } from "../../rehearsal/data/inventory";
import { seedStore } from "../../rehearsal/data/seed";
import { compareInventories, describe as sentences } from "../../rehearsal/data/compare";
import { startMinio } from "../support/minio";
import { Lab, phases, wrapped } from "../support/mover";
import { tools, toolsTimeout } from "../support/tools";
import { fillVolume, format, tree, write } from "../support/volume";

jest.setTimeout(180_000);

let lab: Lab;
beforeAll(async () => void (await tools()), toolsTimeout);
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

const presync = (env: Record<string, string> = {}) => lab.run("presync", { env });
const migrate = (env: Record<string, string> = {}) => lab.run("migration", { env });
const marker = (name: string) => join(lab.destination, ".ckf-upgrade-migration", name);
const proven = () => join(lab.destination, ".ckf-upgrade-migration.result");

/** A volume of plain names, as MinIO's own mostly are. */
function fillPlain(): void {
  format(lab.source);
  for (let index = 0; index < 40; index++)
    write(lab.source, `mlpipeline/artifacts/${index}/part.1`, Buffer.alloc(5_000, index));
  write(lab.source, "mlpipeline/zero", "");
  mkdirSync(join(lab.source, "empty-bucket/empty"), { recursive: true });
  chmodSync(join(lab.source, "mlpipeline/artifacts/3"), 0o2770);
}

/** Names that rclone was asked to hash in the stopped phase, as the log counts them. */
const read = (log: string): number => Number(/, (\d+) are read on both sides/.exec(log)![1]);

test("what a presync verified is not read again, what changed since then is copied, read and proven", async () => {
  fillPlain();
  const first = await presync();
  expect(first.exitCode).toBe(0);
  expect(phases(first.log)).toEqual(["copy, pass 1", "check, pass 1"]);
  expect(first.result()).toMatchObject({
    job: "minio-presync",
    mover: "presync",
    resumed: "fresh",
    format: "fs",
    objects: 42,
    copied: 42,
    differing: 0,
  });
  write(lab.source, "mlpipeline/artifacts/7/part.1", "written again");
  write(lab.source, "mlpipeline/new/deep/part.1", "new");
  rmSync(join(lab.source, "mlpipeline/artifacts/9"), { recursive: true });
  chmodSync(join(lab.source, "mlpipeline/artifacts/11/part.1"), 0o600);
  rmSync(join(lab.source, "mlpipeline/zero"));
  mkdirSync(join(lab.source, "mlpipeline/zero"));
  const { exitCode, log, result } = await migrate();
  expect(exitCode).toBe(0);
  expect(read(log)).toBe(3);
  expect(phases(log)).toEqual(["delta", "check"]);
  expect(log).not.toContain("REPAIRING");
  expect(result()).toMatchObject({ resumed: "partial", differing: 0, repaired: 0, objects: 41 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
  expect(existsSync(proven())).toBe(true);
  // MariaDB takes every folder of its volume for a database.
  expect(existsSync(marker(""))).toBe(false);
});

test("both ways to the same volume have the same digest", async () => {
  fillPlain();
  await presync();
  const { digest } = (await migrate()).result();
  rmSync(lab.destination, { recursive: true });
  mkdirSync(lab.destination);
  expect((await migrate()).result().digest).toBe(digest);
});

test("a volume of every odd name, links and modes arrives the same through both phases", async () => {
  fillVolume(lab.source);
  expect((await presync()).exitCode).toBe(0);
  write(lab.source, "mlpipeline/large", "changed");
  const { log, result } = await migrate();
  expect(log).not.toContain("REPAIRING");
  expect(result()).toMatchObject({ differing: 0, links: 2 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

test.each(["source", "destination"] as const)(
  "a byte that flips on the %s after the presync, with its time put back, is found by the ctime",
  async (side) => {
    fillPlain();
    // A time that Node can put back exactly.
    utimesSync(join(lab.source, "mlpipeline/artifacts/5/part.1"), 1_600_000_000, 1_600_000_000);
    await presync();
    await flipBit(join(lab[side], "mlpipeline/artifacts/5/part.1"));
    const { log, result } = await migrate();
    expect(log).toContain("REPAIRING changed: mlpipeline/artifacts/5/part.1\n");
    expect(result()).toMatchObject({ differing: 0, repaired: 1 });
    expect(tree(lab.destination)).toEqual(tree(lab.source));
  },
);

test("extended attributes that changed since then arrive, MinIO's own count among them", async () => {
  fillPlain();
  await presync();
  const { rclone } = await tools();
  const name = "mlpipeline/artifacts/5/part.1";
  const { mtime } = statSync(join(lab.source, name));
  await execa(
    rclone,
    [
      "rcat",
      "--metadata",
      "--metadata-set",
      "total_writes=7",
      "--metadata-set",
      `mtime=${mtime.toISOString()}`,
      join(lab.source, name),
    ],
    { input: Buffer.alloc(5_000, 5) },
  );
  const { log, result } = await migrate();
  expect(log).not.toContain("REPAIRING");
  expect(result()).toMatchObject({ differing: 0 });
  const { stdout } = await execa(rclone, ["lsjson", "--metadata", join(lab.destination, name)]);
  expect(JSON.parse(stdout)[0].Metadata.total_writes).toBe("7");
});

test("killed at any moment, a presync goes on and ends the same, and says nothing is verified that is not there", async () => {
  fillPlain();
  for (const size of [3, 20, 45])
    await lab.runUntil("presync", () => readdirSync(lab.destination, { recursive: true }).length > size);
  const { result } = await presync();
  expect(result()).toMatchObject({ resumed: "partial", objects: 42, differing: 0 });
  const verified = readFileSync(marker("verified"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split("\t")[0]);
  for (const name of verified)
    expect(readFileSync(join(lab.destination, name)).equals(readFileSync(join(lab.source, name)))).toBe(true);
  expect((await migrate()).result()).toMatchObject({ differing: 0 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

test("killed at any moment of the stopped phase it goes on without copying again what is right, and ends the same", async () => {
  fillPlain();
  await presync();
  for (let index = 0; index < 30; index++)
    write(lab.source, `mlpipeline/artifacts/${index}/part.1`, Buffer.alloc(6_000, index + 1));
  for (let index = 0; index < 200; index++)
    write(lab.source, `mlpipeline/later/${index}/part.1`, Buffer.alloc(2_000, index));
  const later = join(lab.destination, "mlpipeline/later");
  const copied = (): string[] =>
    existsSync(later) ? readdirSync(later).filter((name) => existsSync(join(later, name, "part.1"))) : [];
  const inodes = new Map<string, number>();
  for (const wanted of [1, 60, 150]) {
    expect(await lab.runUntil("migration", () => copied().length >= wanted)).toBe(true);
    expect(existsSync(proven())).toBe(false);
    for (const name of copied()) {
      const { ino, size } = statSync(join(later, name, "part.1"));
      if (size === 2_000 && inodes.has(name)) expect(ino).toBe(inodes.get(name));
      if (size === 2_000) inodes.set(name, ino);
    }
  }
  expect((await migrate()).result()).toMatchObject({ resumed: "partial", differing: 0 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

test("what became a link, what a folder got without a file in it, special bits, and the mode of the volume itself arrive in the stopped phase", async () => {
  fillPlain();
  write(lab.source, "mlpipeline/line\u2028separator", "1");
  await presync();
  const artifacts = join(lab.source, "mlpipeline/artifacts");
  rmSync(join(artifacts, "1/part.1"));
  symlinkSync("../2/part.1", join(artifacts, "1/part.1"));
  rmSync(join(artifacts, "4"), { recursive: true });
  symlinkSync("5", join(artifacts, "4"));
  chmodSync(write(lab.source, "mlpipeline/artifacts/6/part.1", "with rights of its own"), 0o4755);
  chmodSync(lab.source, 0o2775);
  expect((await migrate()).result()).toMatchObject({ differing: 0, links: 2 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

test("special bits of a changed file are no reason to compare the whole volume", async () => {
  fillPlain();
  await presync();
  chmodSync(write(lab.source, "mlpipeline/artifacts/6/part.1", "with rights of its own"), 0o4755);
  chmodSync(lab.source, 0o750);
  const { log, result } = await migrate();
  expect(log).not.toContain("REPAIRING");
  expect(read(log)).toBe(1);
  expect(result()).toMatchObject({ differing: 0, repaired: 0 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

test("attributes that a folder got after the presync arrive where any folder had some before", async () => {
  fillPlain();
  const { rclone } = await tools();
  const label = async (value: string) => {
    mkdirSync(join(lab.folder(value), "labelled"));
    await execa(rclone, [
      "copy",
      "--metadata",
      "--metadata-set",
      `purpose=${value}`,
      "--create-empty-src-dirs",
      lab.folder(value),
      join(lab.source, "mlpipeline"),
    ]);
    // Only its ctime tells.
    utimesSync(join(lab.source, "mlpipeline/labelled"), 1_600_000_000, 1_600_000_000);
  };
  await label("before");
  await presync();
  await label("after");
  expect((await migrate()).result()).toMatchObject({ differing: 0 });
  const { stdout } = await execa(rclone, ["lsjson", "--metadata", "--dirs-only", join(lab.destination, "mlpipeline")]);
  expect(JSON.parse(stdout).find(({ Name }: { Name: string }) => Name === "labelled").Metadata.purpose).toBe("after");
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

test.each([
  ["once, is passed over once more", 1, 2],
  ["always, ends at the limit and leaves the rest to the stopped phase", 9, 5],
])("a file that is written to between its copy and its check %s", async (_how, times, passes) => {
  fillPlain();
  write(lab.source, "mlpipeline/busy");
  const count = write(lab.root, "count", "");
  const grow = `[ "$(wc -c <"${count}")" -ge ${times} ] || { printf . >>"${count}"; date +%N >>"${lab.source}/mlpipeline/busy"; }`;
  const PATH = await wrapped(lab, {
    rclone: `case "$1 $3" in "hashsum ${lab.source}") ${grow} ;; esac\nexec "$real" "$@"`,
  });
  expect((await presync({ PATH })).result()).toMatchObject({ passes });
  expect((await migrate()).result()).toMatchObject({ differing: 0 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

/** A PATH whose rclone does something to the source before each sync. */
const meddling = (command: string) =>
  wrapped(lab, { rclone: `case $1 in sync) ${command} ;; esac\nexec "$real" "$@"` });

test("files that grow and vanish while they are copied are no error, and the stopped phase has them", async () => {
  fillPlain();
  const log = join(lab.source, "mlpipeline/growing");
  appendFileSync(log, "0");
  const busy = `(for n in 1 2 3 4 5 6 7 8 9; do echo $n >>"${log}"; rm -f "${lab.source}/mlpipeline/artifacts/$n/part.1"; done) &`;
  expect((await presync({ PATH: await meddling(busy) })).exitCode).toBe(0);
  expect((await migrate()).result()).toMatchObject({ differing: 0 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

test("a file of the source that cannot be read is named, in both phases, and nothing calls the copy complete", async () => {
  fillPlain();
  const broken = write(lab.source, "mlpipeline/broken", "");
  // Loopback has no speed: the kernel says that the file has 4096 bytes and gives none of them.
  await execa("mount", ["--bind", "/sys/class/net/lo/speed", broken]);
  try {
    for (const run of [presync, migrate]) {
      const { exitCode, result } = await run();
      expect(exitCode).toBe(1);
      expect(result).toThrow("mlpipeline/broken");
      expect(existsSync(proven())).toBe(false);
    }
  } finally {
    await execa("umount", [broken]);
  }
});

test("a folder of the source that cannot be read any more is named, and nothing in it is taken for removed", async () => {
  fillPlain();
  await presync();
  const folder = join(lab.source, "mlpipeline/artifacts");
  const copied = tree(lab.destination);
  const process = execa("sleep", ["600"], { reject: false });
  // The kernel reads no folder of a process that has ended.
  await execa("mount", ["--bind", `/proc/${process.pid}/fdinfo`, folder]);
  try {
    process.kill();
    await process;
    const { exitCode, result } = await migrate();
    expect(exitCode).toBe(1);
    expect(result).toThrow(/cannot be read: .*mlpipeline\/artifacts/);
    expect(tree(lab.destination)).toEqual(copied);
    expect(existsSync(proven())).toBe(false);
  } finally {
    await execa("umount", [folder]);
  }
  expect((await migrate()).result()).toMatchObject({ differing: 0, missing: 0 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

test("too small a destination is refused before anything stops", async () => {
  fillPlain();
  write(lab.source, "mlpipeline/large", Buffer.alloc(5_000_000, "x"));
  await execa("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", lab.destination]);
  try {
    const { exitCode, result } = await presync();
    expect(exitCode).toBe(1);
    expect(result).toThrow(/holds \d+ KiB and the destination has room for \d+ KiB: nothing was copied/);
    expect(readdirSync(lab.destination)).toEqual([]);
  } finally {
    await execa("umount", [lab.destination]);
  }
});

test("a destination without room for a file's bytes is named as the cause, not the source, though rclone asks for them beforehand", async () => {
  fillPlain();
  write(lab.source, "mlpipeline/large", Buffer.alloc(3_000_000, "x"));
  const disk = lab.folder("disk");
  await execa("mount", ["-t", "tmpfs", "-o", "size=5m", "tmpfs", disk]);
  try {
    // By then the room was judged.
    const fill = `dd if=/dev/zero of="${join(disk, "of-others")}" bs=1000000 count=3 2>/dev/null`;
    const { exitCode, result } = await presync({ DEST_DIR: lab.folder("disk/volume"), PATH: await meddling(fill) });
    expect(exitCode).toBe(1);
    expect(result).toThrow(/no space is left on the volume that is written to/);
  } finally {
    await execa("umount", [disk]);
  }
});

test("data at the destination that is not of this copy is never removed", async () => {
  fillPlain();
  write(lab.destination, "theirs");
  expect((await presync()).result).toThrow(/holds data that is not from this copy/);
  expect(readdirSync(lab.destination)).toEqual(["theirs"]);
});

test("a proven copy is never filled again from a volume that may serve", async () => {
  fillPlain();
  await migrate();
  write(lab.source, "mlpipeline/late");
  const { exitCode, result } = await presync();
  expect(exitCode).toBe(1);
  expect(result).toThrow(/is complete and proven/);
  expect(existsSync(join(lab.destination, "mlpipeline/late"))).toBe(false);
});

test("a volume of no object store is known by its volume's name, and its socket is left out", async () => {
  write(lab.source, "mysql/ibdata1", Buffer.alloc(100_000, "i"));
  const server = createServer().listen(join(lab.source, "mysql.sock"));
  await once(server, "listening");
  server.unref();
  const env = { OBJECT_STORE: "false", SOURCE_VOLUME: "pvc-katib" };
  expect((await presync(env)).result()).toMatchObject({ format: "other", objects: 1 });
  expect((await migrate({ ...env, SOURCE_VOLUME: "pvc-other" })).result).toThrow(
    /copy of another volume \(id pvc-katib, this source has pvc-other\)/,
  );
  expect((await migrate(env)).result()).toMatchObject({ format: "other", objects: 1, differing: 0 });
  expect(readdirSync(lab.source).sort()).toEqual(["mysql", "mysql.sock"]);
  expect(existsSync(join(lab.destination, "mysql.sock"))).toBe(false);
});

test("a MinIO that is written to between the phases is served whole afterwards", async () => {
  const old = await startMinio();
  await seedStore(old.store, { objects: 0, largest: 100_000 });
  const env = { SOURCE_DIR: old.folder };
  expect((await presync(env)).exitCode).toBe(0);
  await seedStore(old.store, { objects: 0, largest: 90_000, seed: 2 }).catch(() => undefined);
  const before = await takeInventory(old.store);
  await old.stop();
  try {
    const moved = await migrate(env);
    expect(moved.result()).toMatchObject({ differing: 0, format: "xl-single" });
    expect(differingNames(moved.log)).toEqual([]);
    const started = await startMinio(lab.destination);
    try {
      expect(sentences(compareInventories(before, await takeInventory(started.store)))).toEqual([]);
    } finally {
      await started.stop();
    }
  } finally {
    old.remove();
  }
});
