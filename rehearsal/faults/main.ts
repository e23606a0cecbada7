import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Command, Option } from "commander";
import { random } from "../data/objects";
import { leaveOnSignal, leaving } from "../leave";
import { log, positive } from "../terminal";
import { raiseWorld } from "../world";
import { type Cell, type Result, whereOf } from "./cell";
import { matching, sample, sharing, worldsOf } from "./choose";
import type { Chance } from "./conduct";
import { matrix } from "./matrix";
import { clockFile, dropDisk } from "./matrix/cluster";
import { table } from "./table";
import { faultyUpgrade } from "./upgrade";

interface Options {
  only: string[];
  sample?: number;
  seed: number;
  list: boolean;
  dir?: string;
  timeScale: number;
  out: string;
}

/** Worlds that were raised: each has a folder of its own. */
let worlds = 0;

/** Raises a world, lets these faults strike in it, and ends it, also when a signal comes. */
async function inWorld(cells: Cell[], { dir: given, timeScale }: Options, chance: Chance): Promise<Result[]> {
  const dir = given ? resolve(given, String(++worlds)) : mkdtempSync(join(tmpdir(), "ckf-faults-"));
  const raising = raiseWorld({ dir, juju: "stand-in", timeScale, log });
  const leave = leaving(raising, given ? undefined : dir);
  const end = (): Promise<void> => raising.then(dropDisk, () => undefined).then(leave);
  const unwatch = leaveOnSignal(end);
  try {
    const world = await raising;
    const { timeoutScale: scale, serial = false } = cells[0].world ?? {};
    Object.assign(world.workspace.env, {
      NODE_OPTIONS: `--require ${join(__dirname, "clock.js")}`,
      CKF_REHEARSAL_CLOCK: clockFile(world.dir),
    });
    if (scale !== undefined) world.workspace.env.CKF_TIMEOUT_SCALE = String(scale);
    return await faultyUpgrade(world, cells, { ...chance, serial }, log);
  } finally {
    await end();
    unwatch();
  }
}

async function main(options: Options): Promise<number> {
  const all = matrix();
  const chosen = options.only.length > 0 ? matching(all, options.only) : all;
  const cells = options.sample === undefined ? chosen : sample(sharing(chosen), options.sample, options.seed);
  if (options.list) {
    for (const cell of cells) process.stdout.write(`${cell.id}: ${cell.fault}, ${whereOf(cell)}\n`);
    return 0;
  }
  process.stdout.write(`seed ${options.seed}, ${cells.length} faults\n`);
  const next = random(options.seed);
  const results = new Map<string, Result>();
  // Those whose moment did not come get more worlds, in which it comes earlier, as long as that gets on.
  for (let left = cells, early = 1, more = true; more; early /= 2) {
    for (const world of worldsOf(left)) {
      log(`a world for ${world.length} faults`);
      for (const result of await inWorld(world, options, { next, early })) results.set(result.id, result);
      mkdirSync(dirname(options.out), { recursive: true });
      writeFileSync(options.out, `${JSON.stringify([...results.values()], null, 2)}\n`);
    }
    const missed = left.filter(({ id, seldom }) => seldom === undefined && results.get(id)?.outcome === "not struck");
    more = missed.length > 0 && missed.length < left.length;
    left = missed;
  }
  const judged = [...results.values()];
  process.stdout.write(`\n${table(judged, options.seed)}written to ${options.out}\n`);
  return judged.every(({ ok }) => ok) ? 0 : 1;
}

new Command("npm run faults --")
  .description(
    "Upgrades embedded worlds under faults, verifies each world at its end, and tells what every fault ended in.",
  )
  .option("--only <id...>", "these faults, or all below the beginning of an id, e.g. kill/remove-minio", [])
  .addOption(new Option("--sample <n>", "so many of them, that can share the world of the first").argParser(positive))
  .addOption(
    new Option("--seed <n>", "decides which, and when within a step")
      .argParser(positive)
      .default(Math.floor(Date.now() / 1000) % 100_000),
  )
  .option("--list", "only name them", false)
  .option("--dir <folder>", "folder for everything that is written (default: a new one, removed at the end)")
  .addOption(
    new Option("--time-scale <factor>", "stretches or shortens the settling times of the stand-in juju")
      .argParser(positive)
      .default(0.3),
  )
  .addOption(new Option("--out <file>", "report").default("out/faults.json"))
  .action(async (options: Options) => {
    process.exitCode = await main(options);
  })
  .parseAsync()
  .catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
