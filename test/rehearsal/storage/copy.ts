import {
  appendFileSync,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1Job } from "@kubernetes/client-node";
import { cluster as kube } from "../../../kube/client";
import { until } from "../../../kube/wait";
import { hopNames, jobSteps } from "../../../plan/names";
import { flipBit } from "../../../rehearsal/data/corrupt";
import { random } from "../../../rehearsal/data/objects";
import { runOnClaim } from "../../../rehearsal/data/pods";
import { fillVolume, format, tree, write } from "../../support/volume";
import { deploy, serving } from "./application";
import { type Lab, model } from "./lab";

const patience = 300;
export const sourceClaim = "minio-data-old-minio-0";
/** Plain files, whose time can be put back exactly. */
const bulk = 600;
/** Files of a volume that is copied slowly: 24 MB at 4 MB a second, however fast the machine is. */
const many = 4000;
const bulkScript = `
cd /claim; mkdir bulk; n=0
while [ $n -lt ${bulk} ]; do mkdir -p bulk/$((n % 20)); head -c $((n * 7919 % 80000 + 1)) /dev/urandom >bulk/$((n % 20))/$n; n=$((n + 1)); done
find bulk -exec touch -d '2021-03-04 05:06:07' {} +
echo attributed | rclone rcat --metadata --metadata-set purpose='of a user' --metadata-set mode=100640 modes/attributed`;

/** Names that are not the same in both folders in every respect but extended attributes. */
export function differing(one: string, other: string): string[] {
  const [left, right] = [tree(one), tree(other)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((name) => left[name] !== right[name])
    .sort();
}

/** Extended attributes of the file that has some, as a Pod on that claim sees them. */
async function attributes(lab: Lab, claim: string): Promise<string> {
  const text = await runOnClaim(kube().core, {
    namespace: model,
    claim,
    image: lab.refs.mover,
    script: "rclone lsjson --metadata /claim/modes/attributed 2>/dev/null",
    writes: false,
  });
  return (JSON.parse(text) as { Metadata: Record<string, string> }[])[0].Metadata.purpose;
}

const empty = (folder: string): void =>
  readdirSync(folder).forEach((name) => rmSync(join(folder, name), { recursive: true }));
const marker = (folder: string, name: string): string => join(folder, ".ckf-upgrade-migration", name);
const proven = (folder: string): string => join(folder, ".ckf-upgrade-migration.result");

/** Deploys the application whose volume is copied, and fills that. */
export async function deploySource(lab: Lab): Promise<void> {
  await deploy(lab, "minio", "minio-data-old");
  fillVolume(await lab.folder(sourceClaim));
  await runOnClaim(kube().core, {
    namespace: model,
    claim: sourceClaim,
    image: lab.refs.mover,
    script: bulkScript,
    writes: true,
  });
}

/** Tests of both Jobs of a copy, whose source is the volume of an application that serves all the while. */
export function copyTests(of: () => Lab, seed: number): void {
  const next = random(seed);
  const any = <T>(list: T[]): T => list[Math.floor(next() * list.length)];
  const anyFile = (folder: string): string =>
    any(
      readdirSync(join(folder, "bulk"), { recursive: true, encoding: "utf8" })
        .filter((name) => name.includes("/"))
        .map((name) => `bulk/${name}`),
    );
  let lab: Lab;
  let source: string;
  let server: string;

  beforeAll(async () => {
    lab = of();
    source = await lab.folder(sourceClaim);
    server = await serving("minio");
  });
  afterEach(async () => {
    for (const { metadata } of (await kube().batch.listNamespacedJob({ namespace: model })).items)
      await lab.deleteJob(metadata!.name!);
    await until("the application serves as before", patience, async () => ({
      ok: (await serving("minio")) === server,
      why: "it was started again, or is not ready",
    }));
  });

  const copyTo = async (
    claim: string,
    from = sourceClaim,
  ): Promise<{ folder: string; presync: V1Job; migration: V1Job }> => ({
    folder: await lab.claim(claim),
    ...(await lab.copyJobs(from, claim)),
  });
  const proof = {
    kind: "prove-migration" as const,
    job: hopNames().job(jobSteps.migration("minio")),
    source: sourceClaim,
  };

  test("the copy is the source in every respect, and the step counts it as proven", async () => {
    const { folder, presync, migration } = await copyTo("whole");
    expect((await lab.run(presync)).result()).toMatchObject({ job: "minio-presync", resumed: "fresh", differing: 0 });
    expect((await lab.run(migration)).result()).toMatchObject({
      job: "minio-migration",
      resumed: "partial",
      differing: 0,
      repaired: 0,
      links: 2,
    });
    expect(differing(folder, source)).toEqual([]);
    expect(readdirSync(join(folder, "bulk"), { recursive: true })).toHaveLength(bulk + 20);
    expect(await attributes(lab, "whole")).toBe("of a user");
    const { exitCode, outcome } = await lab.step(proof);
    expect([exitCode, outcome.objects]).toEqual([
      0,
      Object.values(tree(source)).filter((facts) => facts.startsWith("100")).length,
    ]);
  });

  describe("with its Pod deleted at 10 random moments", () => {
    let large: string;
    beforeAll(async () => {
      large = await lab.claim("many");
      format(large);
      for (let index = 0; index < many; index++)
        write(large, `mlpipeline/${index % 40}/${index}`, Buffer.alloc(6000, index));
    });

    const slowly = async (claim: string): ReturnType<typeof copyTo> => {
      const copy = await copyTo(claim, "many");
      for (const job of [copy.presync, copy.migration])
        job.spec!.template.spec!.containers[0].env!.push({ name: "RCLONE_BWLIMIT", value: "4M" });
      return copy;
    };

    const namesIn = (folder: string): string[] =>
      existsSync(join(folder, "mlpipeline"))
        ? readdirSync(join(folder, "mlpipeline"), { recursive: true, encoding: "utf8" })
        : [];

    /** Inodes of the files that are there as the source has them. */
    const whole = (folder: string): Map<string, bigint> => {
      const found = new Map<string, bigint>();
      for (const name of namesIn(folder)) {
        const { ino, size, mtimeNs } = lstatSync(join(folder, "mlpipeline", name), { bigint: true });
        const its = lstatSync(join(large, "mlpipeline", name), { bigint: true, throwIfNoEntry: false });
        if (its?.isFile() && its.size === size && its.mtimeNs === mtimeNs) found.set(name, ino);
      }
      return found;
    };

    /** Whether a Job has done its work: there is its result, or all that it was to verify. */
    const done = (folder: string): boolean =>
      existsSync(proven(folder)) ||
      (existsSync(marker(folder, "verified")) &&
        readFileSync(marker(folder, "verified"), "utf8").split("\n").length > many);

    /** Deletes the Pod of a Job at a random moment of its copy or check, and the Job with it where that is asked for. @returns whether the Pod had not done its work by then */
    const kill = async (job: string, folder: string, alsoJob: boolean): Promise<boolean> => {
      const pod = await lab.podOf(job);
      const least = 1 + Math.floor(next() * many);
      await until(`${least} files and folders are at the destination`, patience, async () => {
        const there = namesIn(folder).length;
        return { ok: there >= least, why: `${there} are` };
      });
      await sleep(next() * 1500);
      await kube().core.deleteNamespacedPod({ namespace: model, name: pod, gracePeriodSeconds: 1 });
      const gone = until(`Pod ${pod} is gone`, patience, async () => ({
        ok: (await lab.podsOf(job)).every(({ name }) => name !== pod),
        why: "it is there",
      }));
      await Promise.all([gone, alsoJob && lab.deleteJob(job)]);
      return !done(folder);
    };

    test("it goes on each time, copies nothing again that was right, and ends the same", async () => {
      const { folder, presync, migration } = await slowly("killed");
      let right = new Map<string, bigint>();
      let kills = 0;
      for (let rounds = 0; kills < 10; rounds++) {
        expect(rounds).toBeLessThan(40);
        if (done(folder) || (right.size === many && next() < 0.5)) {
          empty(folder);
          right.clear();
        }
        const job = any([presync, migration]);
        const name = job.metadata!.name!;
        await lab.start(job);
        // A Job that stays makes another Pod, which would be there beside the next Job's.
        const killed = await kill(name, folder, true);
        const now = whole(folder);
        for (const [file, inode] of right) expect([file, now.get(file)]).toEqual([file, inode]);
        right = now;
        if (killed)
          process.stderr.write(`seed ${seed}, kill ${++kills}: ${name}, ${now.size} of ${many} files were whole\n`);
        if (existsSync(proven(folder))) {
          // It was quicker.
          expect(differing(folder, large)).toEqual([]);
          expect((await lab.run(migration)).result()).toMatchObject({ resumed: "complete", differing: 0 });
        }
      }
      expect((await lab.run(migration)).result()).toMatchObject({ resumed: "partial", differing: 0 });
      expect(differing(folder, large)).toEqual([]);
      const now = whole(folder);
      for (const [file, inode] of right) expect([file, now.get(file)]).toEqual([file, inode]);
    });

    test("the Job itself makes another Pod, which goes on", async () => {
      const { folder, presync, migration } = await slowly("again");
      for (let killed = false, rounds = 0; !killed; rounds++) {
        expect(rounds).toBeLessThan(20);
        // Where it was quicker: once more from nothing.
        empty(folder);
        await lab.start(presync);
        killed = await kill(presync.metadata!.name!, folder, false);
      }
      expect((await lab.ended(presync.metadata!.name!)).result()).toMatchObject({ differing: 0 });
      expect((await lab.run(migration)).result()).toMatchObject({ resumed: "partial", differing: 0 });
      expect(differing(folder, large)).toEqual([]);
    });
  });

  test("a node agent that is gone while the copy ends does not lose its result", async () => {
    const { folder, migration } = await copyTo("unwatched");
    const { kubelet } = lab.cluster.components;
    const name = migration.metadata!.name!;
    await lab.start(migration);
    const pod = await lab.podOf(name, true);
    await kubelet.kill();
    await until("the copy is complete", patience, async () => ({ ok: existsSync(proven(folder)), why: "it is not" }));
    expect((await lab.podsOf(name)).map(({ phase }) => phase)).toEqual(["Running"]);
    await kubelet.start();
    expect((await lab.ended(name)).result()).toMatchObject({ resumed: "fresh", differing: 0 });
    expect((await lab.podsOf(name)).map((one) => one.name)).toEqual([pod]);
    expect((await lab.step(proof)).exitCode).toBe(0);
  });

  test("too small a destination is refused while the application serves, and nothing is written", async () => {
    const { folder } = await lab.narrowClaim("small", 8);
    const { presync } = await lab.copyJobs(sourceClaim, "small");
    const { succeeded, result } = await lab.run(presync);
    expect(succeeded).toBe(false);
    expect(result).toThrow(
      /the source volume holds \d+ KiB and the destination has room for \d+ KiB: nothing was copied/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a destination that fills up on the way is named as the cause, and more room is enough to go on", async () => {
    const { folder, grow } = await lab.narrowClaim("filling", 64);
    const { presync, migration } = await lab.copyJobs(sourceClaim, "filling");
    // A file with holes takes no room where it is, and all of its size where it is copied to.
    const holes = join(source, "mlpipeline/holes");
    writeFileSync(holes, "");
    truncateSync(holes, 64 * 2 ** 20);
    try {
      const { succeeded, result } = await lab.run(presync);
      expect(succeeded).toBe(false);
      expect(result).toThrow(/no space is left on the volume that is written to/);
      await grow(256);
      expect((await lab.run(presync)).result()).toMatchObject({ resumed: "partial", differing: 0 });
      expect((await lab.run(migration)).result()).toMatchObject({ differing: 0 });
      expect(differing(folder, source)).toEqual([]);
    } finally {
      rmSync(holes);
    }
  });

  test("a file of the source that cannot be read is named, in both phases, and nothing calls the copy complete", async () => {
    const { folder, presync, migration } = await copyTo("unreadable");
    const broken = join(source, "mlpipeline/broken");
    writeFileSync(broken, "");
    // Loopback has no speed: the kernel says that the file has 4096 bytes and gives none of them.
    const inNode = join(await lab.folderInNode(sourceClaim), "mlpipeline/broken");
    await lab.mount("--bind", "/sys/class/net/lo/speed", inNode);
    try {
      for (const job of [presync, migration]) {
        const { succeeded, result } = await lab.run(job);
        expect(succeeded).toBe(false);
        expect(result).toThrow("mlpipeline/broken");
        expect(existsSync(proven(folder))).toBe(false);
        await lab.deleteJob(job.metadata!.name!);
      }
    } finally {
      await lab.unmount(inNode);
      rmSync(broken);
    }
    expect((await lab.run(migration)).result()).toMatchObject({ resumed: "partial", differing: 0 });
    expect(differing(folder, source)).toEqual([]);
  });

  test.each(["source", "destination"] as const)(
    "one byte anywhere that flips on the %s after the presync, with its time put back, is found and put right",
    async (side) => {
      const { folder, presync, migration } = await copyTo(`flipped-${side}`);
      await lab.run(presync);
      await flipBit(join(side === "source" ? source : folder, anyFile(source)), next());
      expect((await lab.run(migration)).result()).toMatchObject({ resumed: "partial", differing: 0, repaired: 1 });
      expect(differing(folder, source)).toEqual([]);
    },
  );

  test("one byte that stays wrong is named by the step, and nothing calls the copy complete", async () => {
    const { folder, presync, migration } = await copyTo("rotten");
    await lab.run(presync);
    const name = anyFile(source);
    const content = readFileSync(join(source, name));
    const at = Math.floor(next() * content.length);
    let over = false;
    const ended = lab.run(migration).finally(() => (over = true));
    while (!over) {
      await spoil(join(folder, name), at, content[at] ^ 1);
      await sleep(5);
    }
    expect((await ended).result()).toMatchObject({ differing: 1, changed: 1, missing: 0, extra: 0 });
    expect(existsSync(proven(folder))).toBe(false);
    const { exitCode, said } = await lab.step(proof);
    expect(exitCode).toBe(1);
    expect(said).toMatch(new RegExp(`found 1 of \\d+ that differ:\\n  changed: ${name}\\n`));
    expect((await lab.run(migration)).result()).toMatchObject({ differing: 0, repaired: 1 });
    expect(differing(folder, source)).toEqual([]);
  });

  test("what is at the destination is removed only when the destination was ours", async () => {
    const { folder, presync, migration } = await copyTo("extra");
    write(folder, "theirs/deep/file");
    const foreign = await lab.run(presync);
    expect(foreign.succeeded).toBe(false);
    expect(foreign.result).toThrow(/holds data that is not from this copy \(\.\/theirs\/deep\/file/);
    expect(Object.keys(tree(folder)).sort()).toEqual(["", "theirs", "theirs/deep", "theirs/deep/file"]);
    rmSync(join(folder, "theirs"), { recursive: true });
    await lab.run(presync);
    write(folder, "theirs/deep/file");
    appendFileSync(join(folder, "mlpipeline/zero"), "of nobody");
    expect((await lab.run(migration)).result()).toMatchObject({ differing: 0 });
    expect(differing(folder, source)).toEqual([]);
  });
}

/** Writes one byte and puts the time back to that of the plain files; a file that is not there is not there yet. */
async function spoil(file: string, at: number, byte: number): Promise<void> {
  const handle = await open(file, "r+").catch(() => undefined);
  if (!handle) return;
  await handle.write(Buffer.from([byte]), 0, 1, at);
  await handle.utimes(new Date("2021-03-04T05:06:07Z"), new Date("2021-03-04T05:06:07Z"));
  await handle.close();
}
