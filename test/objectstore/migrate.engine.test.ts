import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { moverScript, type Mover } from "../../objectstore/jobs";
import { differingNames } from "../../objectstore/result";
import { compareInventories, describe as sentences } from "../../rehearsal/data/compare";
import { flipBit } from "../../rehearsal/data/corrupt";
import { takeInventory } from "../../rehearsal/data/inventory";
import { random } from "../../rehearsal/data/objects";
import { seedStore } from "../../rehearsal/data/seed";
import { startMinio } from "../support/minio";
import { Lab, phases, wrapped } from "../support/mover";
import { fillVolume, format, tree, write } from "../support/volume";
import { tools, toolsTimeout } from "../support/tools";

jest.setTimeout(120_000);

let lab: Lab;
beforeAll(async () => void (await tools()), toolsTimeout);
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

const migrate = (env: Record<string, string> = {}) => lab.run("migration", { env });
test("the destination becomes the source in every respect, and what a fresh MinIO had made there goes", async () => {
  fillVolume(lab.source);
  const { rclone } = await tools();
  await execa(
    rclone,
    ["rcat", "--metadata", "--metadata-set", "purpose=ünïcode value", join(lab.source, "modes/attributed")],
    { input: "with attributes" },
  );
  format(lab.destination, "fs", "99999999-0000-0000-0000-000000000000");
  write(lab.destination, ".minio.sys/config/config.json", "of the fresh MinIO");
  mkdirSync(join(lab.destination, "made-by-a-client-and-empty"));
  const { exitCode, log, result } = await migrate();
  expect(exitCode).toBe(0);
  expect(log).not.toContain("REPAIRING");
  expect(result()).toMatchObject({
    job: "minio-migration",
    mover: "migration",
    resumed: "fresh",
    format: "fs",
    differing: 0,
    repaired: 0,
    links: 2,
  });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
  expect(result().objects).toBe(Object.values(tree(lab.source)).filter((facts) => facts.startsWith("100")).length);
  const { stdout } = await execa(rclone, ["lsjson", "--metadata", join(lab.destination, "modes/attributed")]);
  expect(JSON.parse(stdout)[0].Metadata.purpose).toBe("ünïcode value");
});

test("what a copy in one go tells of its progress is measured against the whole, and each phase once", async () => {
  format(lab.source);
  for (let index = 0; index < 30; index++) write(lab.source, `mlpipeline/${index}/part.1`, Buffer.alloc(10_000, index));
  chmodSync(join(lab.source, "mlpipeline/7"), 0o2770);
  chmodSync(join(lab.source, "mlpipeline/8/part.1"), 0o4755);
  const { log, result } = await migrate();
  expect(log).not.toContain("REPAIRING");
  expect(result()).toMatchObject({ differing: 0, repaired: 0, objects: 31 });
  expect(phases(log)).toEqual(["copy", "check"]);
  const told = log.split("\n").filter((line) => line.startsWith('PROGRESS {"phase":"check"'));
  for (const line of told)
    expect(JSON.parse(line.slice("PROGRESS ".length))).toMatchObject({ totalBytes: result().bytes });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

test("a completed copy is never made again, whatever happened to both volumes since", async () => {
  fillVolume(lab.source);
  const first = (await migrate()).result();
  write(lab.destination, "mlpipeline/zero", "rewritten by the new MinIO");
  write(lab.destination, "new-bucket/new", "made by the new MinIO");
  write(lab.source, "mlpipeline/late", "never to be copied");
  const before = tree(lab.destination);
  const { exitCode, result } = await migrate();
  expect(exitCode).toBe(0);
  expect(result()).toEqual({ ...first, copied: 0, resumed: "complete" });
  expect(tree(lab.destination)).toEqual(before);
});

test("killed at any moment it goes on, keeps what was right and ends the same", async () => {
  fillVolume(lab.source);
  for (let index = 0; index < 400; index++)
    write(lab.source, `mlpipeline/many/${index % 20}/${index}`, Buffer.alloc(2_000, index));
  const next = random(11);
  const inodes = new Map<string, bigint>();
  // On a busy machine a copy may end before the kill reaches it.
  const ended = () => existsSync(join(lab.destination, ".ckf-upgrade-migration.result"));
  const many = join(lab.destination, "mlpipeline/many");
  const copied = () => (existsSync(many) ? readdirSync(many, { recursive: true, encoding: "utf8" }) : []);
  let kills = 0;
  for (; kills < 6; kills++) {
    const wanted = Math.floor(next() * 60);
    await lab.runUntil("migration", () => copied().length > wanted + inodes.size);
    if (ended()) break;
    for (const name of copied()) {
      const { ino, size } = lstatSync(join(lab.destination, "mlpipeline/many", name), { bigint: true });
      const same = !name.endsWith(".partial") && size === 2_000n;
      if (same && inodes.has(name)) expect(ino).toBe(inodes.get(name));
      if (same) inodes.set(name, ino);
    }
  }
  expect(kills).toBeGreaterThan(0);
  const resumed = ended() ? "complete" : "partial";
  const { result } = await migrate();
  expect(result()).toMatchObject({ resumed, differing: 0 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
  for (const [name, ino] of inodes)
    expect(lstatSync(join(lab.destination, "mlpipeline/many", name), { bigint: true }).ino).toBe(ino);
});

/** A PATH whose rclone does its work and then flips a bit in one file of the destination, after each copy or after the first. */
function sabotaged(name: string, always: boolean): Promise<string> {
  const done = join(lab.root, "sabotaged");
  const file = join(lab.destination, name);
  const once = always ? "" : `[ -e "${done}" ] || `;
  const spoil = `printf X | dd of="${file}" bs=1 seek=1 conv=notrunc 2>/dev/null && touch -r "${join(lab.source, name)}" "${file}" && touch "${done}"`;
  return wrapped(lab, { rclone: `"$real" "$@" || exit $?\ncase $1 in sync|copy) ${once}{ ${spoil}; } ;; esac` });
}

test("one byte that differs after the copy is found, named and put right", async () => {
  fillVolume(lab.source);
  const { exitCode, log, result } = await migrate({ PATH: await sabotaged("mlpipeline/large", false) });
  expect(exitCode).toBe(0);
  expect(log).toContain("REPAIRING changed: mlpipeline/large\n");
  expect(result()).toMatchObject({ differing: 0, repaired: 1 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

test("one byte that stays wrong is reported, and nothing calls the copy complete", async () => {
  fillVolume(lab.source);
  const { exitCode, log, result } = await migrate({ PATH: await sabotaged("mlpipeline/large", true) });
  expect(exitCode).toBe(1);
  expect(result()).toMatchObject({ differing: 1, changed: 1, missing: 0, extra: 0 });
  expect(differingNames(log)).toEqual(["changed: mlpipeline/large"]);
  expect(existsSync(join(lab.destination, ".ckf-upgrade-migration.result"))).toBe(false);
  expect((await migrate()).result()).toMatchObject({ resumed: "partial", differing: 0, repaired: 1 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

/** The destination as an attempt leaves it that was killed before its proof. */
function unprove(): void {
  rmSync(join(lab.destination, ".ckf-upgrade-migration.result"));
  write(lab.destination, ".ckf-upgrade-migration/source", "11111111-2222-3333-4444-555555555555\n");
}

test("a byte that rotted in a part copied earlier, and a mode that was changed there, are put right", async () => {
  fillVolume(lab.source);
  await migrate();
  unprove();
  await flipBit(join(lab.destination, "mlpipeline/large"));
  chmodSync(join(lab.destination, "modes/shared"), 0o700);
  write(lab.destination, "mlpipeline/not in the source");
  const { log, result } = await migrate();
  expect(log).toContain("REPAIRING changed: mlpipeline/large\n");
  expect(result()).toMatchObject({ differing: 0, resumed: "partial" });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

describe("is refused, with nothing touched:", () => {
  const refused = async (reason: RegExp, env: Record<string, string> = {}) => {
    const before = tree(lab.destination);
    const { exitCode, result } = await migrate(env);
    expect(exitCode).toBe(1);
    expect(result).toThrow(reason);
    expect(tree(lab.destination)).toEqual(before);
  };
  beforeEach(() => {
    format(lab.source);
    write(lab.source, "mlpipeline/object");
  });

  test("a destination with data of somebody else", async () => {
    format(lab.destination);
    write(lab.destination, "mlpipeline/deep/theirs");
    await refused(/holds data that is not from this copy \(\.\/mlpipeline\/deep\/theirs/);
  });

  test("a destination with a part of a copy of another volume", async () => {
    await migrate();
    unprove();
    format(lab.source, "fs", "another-id");
    await refused(/part of a copy of another volume \(id 11111111.*another-id/);
  });

  test("files of a format that the new MinIO does not read (0.6)", async () => {
    format(lab.destination, "xl-single");
    await refused(/format "fs", the new MinIO formats with "xl-single"/);
  });

  test("a source that is no MinIO's", async () => {
    rmSync(join(lab.source, ".minio.sys"), { recursive: true });
    await refused(/no readable \.minio\.sys\/format\.json/);
  });

  test("a source of more than one drive", async () => {
    format(lab.source, "xl");
    await refused(/format "xl"; only a MinIO of one drive/);
  });

  test("a source with something that is no file", async () => {
    await execa("mkfifo", [join(lab.source, "mlpipeline/pipe")]);
    await refused(/neither file, folder nor link.*pipe/);
  });

  test.each(["", "no-digest"])("to copy without a proven backup (%j)", async (digest) => {
    await refused(/no digest of a proven backup/, { BACKUP_DIGEST: digest });
  });

  test.each([
    ["the cluster knows of no proven backup", "", /is not that of the backup that was proven \(none was\)/],
    ["another backup was proven", "1".repeat(64), /is not that of the backup that was proven \(1{64}\)/],
  ])("to copy with a made-up digest: %s", async (_why, proven, told) => {
    await refused(told, { BACKUP_DIGEST: "f".repeat(64), PROVEN_DIGEST: proven });
  });

  test("a destination that is too small", async () => {
    write(lab.source, "mlpipeline/large", Buffer.alloc(5_000_000, "x"));
    await execa("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", lab.destination]);
    try {
      await refused(/source volume holds \d+ KiB and the destination has room for \d+ KiB: nothing was copied/);
    } finally {
      await execa("umount", [lab.destination]);
    }
  });
});

test("what was not written to the disk is named, is not taken for copied afterwards, and comes right once it can be written", async () => {
  fillVolume(lab.source);
  const told = join(lab.root, "told");
  // The kernel tells of a failed write once, to the first who asks; the bytes can be read from memory all the same.
  const once = `case "$*" in *mlpipeline/large*) [ -e "${told}" ] || { touch "${told}"; echo "sync: error syncing mlpipeline/large: I/O error" >&2; false; } ;; esac && sync -d -- "$@"`;
  const script = moverScript("migration", "minio-migration").replace('sync -d -- "$@"', once);
  const { exitCode, result } = await lab.run("migration", { script });
  expect(exitCode).toBe(1);
  expect(result).toThrow(/could not be written to its disk \(.*mlpipeline\/large.*I\/O error/);
  expect(existsSync(join(lab.destination, ".ckf-upgrade-migration.result"))).toBe(false);
  expect(existsSync(join(lab.destination, "mlpipeline/large"))).toBe(false);
  expect((await lab.run("migration", { script })).result()).toMatchObject({ resumed: "partial", differing: 0 });
  expect(tree(lab.destination)).toEqual(tree(lab.source));
});

/** The text of a Job whose shell has a tool of the test's own. Applets of busybox are not looked up on PATH. */
const withTool = (mover: Mover, text: string): string => `${text}\n${moverScript(mover, `minio-${mover}`)}`;

test("an image whose sync tells nothing of a file is refused", async () => {
  format(lab.source);
  const { exitCode, result } = await lab.run("migration", {
    script: withTool("migration", "sync() { command sync; }"),
  });
  expect(exitCode).toBe(1);
  expect(result).toThrow(/cannot tell whether a file is on its disk: set moverImage/);
});

test("a source that somebody writes to while it is read proves nothing", async () => {
  fillVolume(lab.source);
  const late = join(lab.source, "mlpipeline/late");
  const { exitCode, result } = await migrate({
    PATH: await wrapped(lab, {
      rclone: `"$real" "$@" || exit $?\ncase "$1 $3" in "hashsum ${lab.destination}") echo late >>"${late}" ;; esac`,
    }),
  });
  expect(exitCode).toBe(1);
  expect(result).toThrow(
    /somebody writes to the source volume while it is copied \(.*mlpipeline.*\): the copy proves nothing/,
  );
  expect(existsSync(join(lab.destination, ".ckf-upgrade-migration.result"))).toBe(false);
});

test("a destination that keeps times in whole seconds is refused", async () => {
  fillVolume(lab.source);
  const coarse =
    'touch() { command touch "$@" && case $3 in */time) command touch -d "@$(stat -c %Y "$3")" "$3" ;; esac; }';
  const { exitCode, result } = await lab.run("presync", { script: withTool("presync", coarse) });
  expect(exitCode).toBe(1);
  expect(result).toThrow(/keeps the time .* as .*: times would not arrive the same/);
});

test("a volume that fills up on the way is named as the cause, and more room is enough to go on", async () => {
  fillVolume(lab.source);
  await execa("mount", ["-t", "tmpfs", "-o", "size=64m,nr_inodes=60", "tmpfs", lab.destination]);
  try {
    const { exitCode, result } = await migrate();
    expect(exitCode).toBe(1);
    expect(result).toThrow(/no space is left on the volume/);
    await execa("mount", ["-o", "remount,nr_inodes=10000", lab.destination]);
    expect((await migrate()).result()).toMatchObject({ resumed: "partial", differing: 0 });
    expect(tree(lab.destination)).toEqual(tree(lab.source));
  } finally {
    await execa("umount", [lab.destination]);
  }
});

test("a new MinIO serves the copy of an old one's volume as the old one did", async () => {
  const old = await startMinio();
  await seedStore(old.store, { objects: 0, largest: 300_000 });
  const before = await takeInventory(old.store);
  await old.stop();
  const fresh = await startMinio();
  await fresh.stop();
  try {
    const env = { SOURCE_DIR: old.folder, DEST_DIR: fresh.folder };
    const first = (await migrate(env)).result();
    expect(first).toMatchObject({ differing: 0, format: "xl-single" });
    const started = await startMinio(fresh.folder);
    try {
      expect(sentences(compareInventories(before, await takeInventory(started.store)))).toEqual([]);
      expect((await migrate(env)).result()).toEqual({ ...first, resumed: "complete", copied: 0 });
    } finally {
      await started.stop();
    }
  } finally {
    for (const server of [old, fresh]) server.remove();
  }
});

test("the lab leaves nothing mounted", () => {
  expect(readFileSync("/proc/mounts", "utf8")).not.toContain(join(tmpdir(), "mover-"));
});
