import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import execa from "execa";
import { startMinio } from "../test/support/minio";
import { tools } from "../test/support/tools";
import { benchObjects, onePercent } from "./objects";
import { machine, report, type Round, type Set } from "./report";
import { run, runMover, type Run } from "./run";
import { change, fill } from "./store";

const sync = (): Promise<unknown> => execa("sync");

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - started) / 1e9;
}

/** Tools that copy and then check, each into a folder of its own that is empty before. */
async function others(volume: string, folder: (name: string) => string): Promise<Record<string, () => Promise<Run>>> {
  const { moverPath, rclone } = await tools();
  const shell = (script: string): Promise<Run> => run("/bin/sh", ["-ceu", script], { PATH: `${moverPath}:${process.env.PATH}`, RCLONE_CONFIG: "", RCLONE_LOCAL_ENCODING: "Raw", HOME: folder("home") });
  const rsync = await execa("rsync", ["--version"]).then(() => true, () => false);
  return {
    cp: () => shell(`cp -rfpT "${volume}" "${folder("cp")}" && sync`),
    ...(rsync && { rsync: () => shell(`rsync -a "${volume}/" "${folder("rsync")}/" && sync && [ -z "$(rsync -anc --itemize-changes "${volume}/" "${folder("rsync")}/")" ]`) }),
    rclone: () => shell(`"${rclone}" copy "${volume}" "${folder("rclone")}" --metadata --create-empty-src-dirs && sync && "${rclone}" check "${volume}" "${folder("rclone")}"`),
  };
}

/** One round over a copy of the seeded volume: what is measured runs one after the other, so that all see the same machine. */
async function measure(seeded: string, root: string, round: number, { count, bytes }: Set, log: (line: string) => void): Promise<Round> {
  const folder = (name: string): string => {
    const path = join(root, name);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    return path;
  };
  const volume = join(root, "volume");
  rmSync(volume, { recursive: true, force: true });
  await execa("cp", ["-a", seeded, volume]);
  await sync();

  const [load] = loadavg();
  const totals: Record<string, number> = {};
  const peaks: Record<string, number> = {};
  const note = (name: string, { seconds, peak }: Run): void => {
    totals[name] = seconds;
    peaks[name] = peak;
    log(`  ${name}: ${seconds.toFixed(1)} s, ${Math.round(peak / 1048576)} MiB`);
  };
  for (const [name, work] of Object.entries(await others(volume, folder))) note(name, await work());
  note("migration", await runMover("migration", volume, folder("alone"), join(root, "work")));
  for (const name of ["cp", "rsync", "rclone", "alone"]) rmSync(join(root, name), { recursive: true, force: true });

  const server = await startMinio(volume);
  const destination = folder("destination");
  note("presync", await runMover("presync", volume, destination, join(root, "work")));
  await change(server.store, onePercent(round + 2, benchObjects(1, count, bytes)));
  const stop = await timed(() => server.stop());
  note("delta", await runMover("migration", volume, destination, join(root, "work")));
  const guide = folder("guide");
  note("guide", await run("/bin/sh", ["-ceu", `cp -rfpT "${volume}" "${guide}" && sync`], { PATH: `${(await tools()).moverPath}` }));
  let started: Awaited<ReturnType<typeof startMinio>> | undefined;
  const start = await timed(async () => (started = await startMinio(destination)));
  await started!.stop();
  return { load, stop, start, totals, peaks };
}

async function main(): Promise<void> {
  const options = new Command()
    .description("Measures the copy of a MinIO volume against the guide's, rsync and rclone, side by side.")
    .option("--sets <count:GB...>", "objects and gigabytes of each data set", ["20000:1", "20000:4"])
    .option("--rounds <n>", "rounds of each data set; medians of ratios are reported", "3")
    .option("--dir <folder>", "disk to measure on", tmpdir())
    .parse()
    .opts<{ sets: string[]; rounds: string; dir: string }>();
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const root = mkdtempSync(join(options.dir, "ckf-bench-"));
  const results: { set: Set; rounds: Round[] }[] = [];
  try {
    for (const text of options.sets) {
      const [count, gigabytes] = text.split(":").map(Number);
      const set: Set = { count, bytes: gigabytes * 1e9 };
      log(`${count} objects, ${gigabytes} GB`);
      const seeded = join(root, "seeded", "volume");
      rmSync(join(root, "seeded"), { recursive: true, force: true });
      mkdirSync(join(root, "seeded"));
      const server = await startMinio(seeded);
      await fill(server.store, 1, benchObjects(1, count, set.bytes));
      await server.stop();
      const rounds: Round[] = [];
      for (let round = 0; round < Number(options.rounds); round++) {
        log(` round ${round + 1}`);
        rounds.push(await measure(seeded, root, round, set, log));
      }
      results.push({ set, rounds });
      mkdirSync("out", { recursive: true });
      writeFileSync("out/bench.json", `${JSON.stringify({ machine: machine(options.dir), results }, null, 2)}\n`);
      writeFileSync("docs/benchmarks.md", report(machine(options.dir), results));
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

void main();
