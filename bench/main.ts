import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import execa from "execa";
import { startMinio } from "../test/support/minio";
import { tools } from "../test/support/tools";
import { benchObjects, onePercent } from "./objects";
import { Lab } from "../test/rehearsal/storage/lab";
import { rebindSeconds } from "./rebind";
import { machine, type Rebinds, report, type Round, type Set } from "./report";
import { run, runMover, type Run, timed } from "./run";
import { change, fill } from "./store";

const sync = (): Promise<unknown> => execa("sync");

/** Tools that copy and then check, each into a folder of its own that is empty before. */
async function others(volume: string, folder: (name: string) => string): Promise<Record<string, () => Promise<Run>>> {
  const { moverPath, rclone } = await tools();
  const shell = (script: string): Promise<Run> =>
    run("/bin/sh", ["-ceu", script], {
      PATH: `${moverPath}:${process.env.PATH}`,
      RCLONE_CONFIG: "",
      RCLONE_LOCAL_ENCODING: "Raw",
      HOME: folder("home"),
    });
  const rsync = await execa("rsync", ["--version"]).then(
    () => true,
    () => false,
  );
  return {
    cp: () => shell(`cp -rfpT "${volume}" "${folder("cp")}" && sync`),
    ...(rsync && {
      rsync: () =>
        shell(
          `rsync -a "${volume}/" "${folder("rsync")}/" && sync && [ -z "$(rsync -anc --itemize-changes "${volume}/" "${folder("rsync")}/")" ]`,
        ),
    }),
    rclone: () =>
      shell(
        `"${rclone}" copy "${volume}" "${folder("rclone")}" --metadata --create-empty-src-dirs && sync && "${rclone}" check "${volume}" "${folder("rclone")}"`,
      ),
  };
}

/** One round over a copy of the seeded volume: what is measured runs one after the other, so that all see the same machine. */
async function measure(
  seeded: string,
  root: string,
  round: number,
  { count, bytes }: Set,
  log: (line: string) => void,
): Promise<Round> {
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
  note(
    "guide",
    await run("/bin/sh", ["-ceu", `cp -rfpT "${volume}" "${guide}" && sync`], { PATH: `${(await tools()).moverPath}` }),
  );
  let started: Awaited<ReturnType<typeof startMinio>> | undefined;
  const start = await timed(async () => (started = await startMinio(destination)));
  await started!.stop();
  return { load, stop, start, totals, peaks };
}

/** A volume that a real MinIO wrote. @returns its folder */
async function seed(root: string, { count, bytes }: Set): Promise<string> {
  const volume = join(root, "volume");
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  const server = await startMinio(volume);
  await fill(server.store, 1, benchObjects(1, count, bytes));
  await server.stop();
  return volume;
}

/** "20000:4": objects and gigabytes. */
function setOf(text: string): Set {
  const [count, gigabytes] = text.split(":").map(Number);
  return { count, bytes: gigabytes * 1e9 };
}

/** A small and a large volume, in turn. */
async function measureRebinds(
  root: string,
  [small, large]: Set[],
  rounds: number,
  log: (line: string) => void,
): Promise<Rebinds> {
  const volumes = { small: await seed(join(root, "small"), small), large: await seed(join(root, "large"), large) };
  const lab = await Lab.start(["mover", "minio"]);
  try {
    const results: Rebinds = { small, large, rounds: [] };
    for (let round = 0; round < rounds; round++) {
      const [load] = loadavg();
      const seconds = {
        small: await rebindSeconds(lab, volumes.small, `small${round}`),
        large: await rebindSeconds(lab, volumes.large, `large${round}`),
      };
      log(
        `  rebind: ${seconds.small.toFixed(1)} s with ${small.bytes / 1e9} GB, ${seconds.large.toFixed(1)} s with ${large.bytes / 1e9} GB`,
      );
      results.rounds.push({ load, ...seconds });
    }
    return results;
  } finally {
    await lab.stop();
    for (const volume of Object.values(volumes)) rmSync(volume, { recursive: true });
  }
}

async function main(): Promise<void> {
  const options = new Command()
    .description(
      "Measures the copy of a MinIO volume against the guide's, rsync and rclone, side by side, and the rebind on a cluster.",
    )
    .option("--sets <count:GB...>", "objects and gigabytes of each data set", ["20000:1", "20000:4"])
    .option("--rebind <count:GB...>", "the small and the large volume that are taken over as they are", [
      "500:0.1",
      "20000:4",
    ])
    .option("--rounds <n>", "rounds of each data set; medians of ratios are reported", "3")
    .option("--dir <folder>", "disk to measure on", tmpdir())
    .parse()
    .opts<{ sets: string[]; rebind: string[]; rounds: string; dir: string }>();
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const root = mkdtempSync(join(options.dir, "ckf-bench-"));
  const rounds = Number(options.rounds);
  const results: { set: Set; rounds: Round[] }[] = [];
  const write = (rebinds: Rebinds): void => {
    mkdirSync("out", { recursive: true });
    writeFileSync(
      "out/bench.json",
      `${JSON.stringify({ machine: machine(options.dir), results, rebinds }, null, 2)}\n`,
    );
    writeFileSync("docs/benchmarks.md", report(machine(options.dir), results, rebinds));
  };
  try {
    const rebinds = await measureRebinds(root, options.rebind.map(setOf), rounds, log);
    write(rebinds);
    for (const text of options.sets) {
      const set = setOf(text);
      log(`${set.count} objects, ${set.bytes / 1e9} GB`);
      const seeded = await seed(join(root, "seeded"), set);
      const measured: Round[] = [];
      for (let round = 0; round < rounds; round++) {
        log(` round ${round + 1}`);
        measured.push(await measure(seeded, root, round, set, log));
      }
      results.push({ set, rounds: measured });
      write(rebinds);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

void main();
