import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { down } from "./cluster";
import { stopHub } from "./controller";
import { controllerOf, leave } from "./foreign";
import { stopController } from "./juju";
import { type JujuKind, jujuKinds } from "./jujus";
import { hurts } from "./hurt/edits";
import { howToUse } from "./keep";
import { leaveOnSignal, leaving } from "./leave";
import { type BackupPlace, backupPlaces, killPoints, rehearse } from "./rehearse";
import { writePage } from "./page";
import { summary, writeReport } from "./report";
import { stackSettings } from "./run";
import { scenarios } from "./scenarios";
import { log, positive } from "./terminal";
import { model, project, raiseWorld, stackOf, type World } from "./world";

interface Options {
  scenario: string;
  keep: boolean;
  verbose: boolean;
  corrupt: boolean;
  kill: (keyof typeof killPoints)[];
  set: Record<string, string>;
  hurt: string[];
  backup: BackupPlace;
  restore: boolean;
  rollback: boolean | "killed";
  dir?: string;
  kubeconfig?: string;
  juju: JujuKind;
  timeScale: number;
  out: string;
}

/** "volumes=katib-db/database=copy": the value may have "=" in it. */
function setting(text: string, before: Record<string, string>): Record<string, string> {
  const [name, ...value] = text.split("=");
  if (name === "" || value.length === 0) throw new InvalidArgumentError("It must be name=value.");
  return { ...before, [name]: value.join("=") };
}

async function main(options: Options): Promise<number> {
  const dir = options.dir ? resolve(options.dir) : mkdtempSync(join(tmpdir(), "ckf-rehearsal-"));
  // A signal may come while the world is half up: it is ended then, too, as soon as what runs of it is known.
  const raising = raiseWorld({
    dir,
    kubeconfig: options.kubeconfig && resolve(options.kubeconfig),
    juju: options.juju,
    timeScale: options.timeScale,
    log,
  });
  const end = leaving(raising, options.dir ? undefined : dir);
  const stay = leaveOnSignal(end);
  let world: World | undefined;
  try {
    world = await raising;
    const { scenario, set: settings, corrupt, kill, hurt, rollback, keep, verbose, backup, restore } = options;
    const report = await rehearse(world, {
      scenario,
      settings,
      corrupt,
      kill,
      hurt,
      rollback,
      keep,
      verbose,
      backup,
      restore,
      log,
    });
    writeReport(options.out, report);
    process.stdout.write(
      `\n${summary(report)}\nwritten to ${options.out}\n${await writePage(world.workspace, options.out)}\n`,
    );
    return report.ok ? 0 : 1;
  } finally {
    // A world in which something went wrong is the one to look at.
    if (options.keep && world && stay()) {
      world.keep();
      process.stdout.write(`\n${howToUse(world)}`);
    } else {
      await end();
    }
  }
}

const program = new Command("npm start --")
  .enablePositionalOptions()
  .description("Rehearses the whole upgrade on an embedded world, verifies it, prints what happened and cleans up.")
  .addOption(
    new Option("--scenario <name>", "live model to start from")
      .choices(Object.keys(scenarios))
      .default("changed-storage"),
  )
  .option("--keep", "leave the world up and print how to use it", false)
  .option("--verbose", "print each step as it begins, beside how far the whole is", false)
  .option("--corrupt", "spoil a few objects on the way; the rehearsal must end non-zero and name them", false)
  .addOption(
    new Option("--kill <where...>", "kill pulumi there, without warning, and run it again")
      .choices(Object.keys(killPoints))
      .default([]),
  )
  .option("--set <name=value...>", "setting of the stack, e.g. volumes=katib-db/database=copy", setting, {})
  .addOption(
    new Option(
      "--hurt <what...>",
      "put faults into the plan and run it without the policy pack; the rehearsal must end non-zero and say what is lost",
    )
      .choices(Object.keys(hurts))
      .default([]),
  )
  .addOption(
    new Option("--backup <where>", "where the backup goes: onto a claim, or into a bucket of a second MinIO")
      .choices(backupPlaces)
      .default("claim"),
  )
  .option(
    "--restore",
    "at the end delete and spoil what users have, and restore it by the commands of docs/restore.md",
    false,
  )
  .addOption(
    new Option(
      "--rollback [killed]",
      "take the model back once it is upgraded; the rehearsal must end with the model as it was. killed: pull the plug on the way back, too",
    )
      .choices(["killed"])
      .default(false),
  )
  .option("--dir <folder>", "folder for everything that is written (default: a new one, removed at the end)")
  .option(
    "--kubeconfig <file>",
    "use this cluster instead of an embedded one, e.g. one of kind, without Kubeflow; what is made in it is taken away at the end",
  )
  .addOption(
    new Option("--juju <kind>", "a real controller, or the stand-in: quicker, and the only one beside --kubeconfig")
      .choices(jujuKinds)
      .default("stand-in"),
  )
  .addOption(
    new Option("--time-scale <factor>", "stretches or shortens the settling times of the stand-in juju")
      .argParser(positive)
      .default(1),
  )
  .addOption(new Option("--out <file>", "report").default("out/rehearsal.json"))
  .action(async (options: Options) => {
    process.exitCode = await main(options);
  });

program
  .command("down")
  .description("Ends a world that was kept.")
  .requiredOption("--dir <folder>", "folder of the world")
  .action(async ({ dir }: { dir: string }) => {
    const juju = controllerOf(resolve(dir));
    const controlled = [await stopController(juju), await stopHub(juju)].includes(true);
    const left = await leave(resolve(dir), model, log);
    const ended = await down(resolve(dir, "cluster"), { force: true });
    rmSync(stackSettings({ project, stack: stackOf(dir) }), { force: true });
    log(ended || left || controlled ? "the world is down; its files are left" : `no world runs in ${dir}`);
  });

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
