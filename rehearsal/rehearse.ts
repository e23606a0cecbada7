import { readFileSync, rmSync } from "node:fs";
import type { Condition } from "../docs/permissions";
import { accessTrial } from "./access";
import { IN_NODE } from "./cluster";
import {
  type DatabaseInventory,
  type ObjectName,
  type TableFacts,
  corruptObjects,
  serves,
  startProbe,
  startWork,
  touchObjects,
} from "./data";
import type { Check } from "../steps/checks/check";
import type { StepRecord } from "./events";
import { databasesOf, differences, holdingsOf, movedTo, seedModel } from "./holdings";
import { hurts } from "./hurt/edits";
import { hurtWorkspace, refusedTrial } from "./hurt/project";
import { verifyTrial } from "./hurt/verify";
import { databasePassword, jobRuns } from "./lookup";
import type { Report } from "./report";
import { restoreTrial } from "./restore";
import { rightsTrial } from "./rights";
import { rollback, rowsSince } from "./rollback";
import { type KillWhen, type Run, type Workspace, configure, killedUp, must, pulumi, stackSettings, up } from "./run";
import { type Scenario, scenarios } from "./scenarios";
import { watchArguments } from "./secrets/arguments";
import { madeSecret, plantedSecrets } from "./secrets/planted";
import { searchedFolders, secretsTrial } from "./secrets/trial";
import { moments, statusTrial } from "./status";
import type { Trial } from "./trial";
import {
  copiedTrial,
  downtimeTrial,
  exportedModel,
  finalizeTrial,
  graphTrial,
  preflightTrial,
  previewTrial,
  unchangedTrial,
} from "./trials";
import { startBackupStore } from "./elsewhere";
import { type World, model, storeOf } from "./world";

/**
 * Where a run can be killed, in a world: while the backup is made, before anything changed; in the middle of the refreshes, while a volume
 * is copied or changes hands, and while rows are loaded into a new server.
 */
export const killPoints = {
  backup:
    () =>
    ({ id }) =>
      id === "minio-backup",
  refresh:
    () =>
    ({ kind }, steps) =>
      kind === "refresh" && steps.some((one) => one.kind === "refresh" && one.status === "done"),
  copy:
    ({ kubeconfig }) =>
    ({ id }) =>
      id === "minio-migration" && jobRuns(kubeconfig, model, id),
  load:
    () =>
    ({ id }) =>
      id === "load-kfp-db-mysql",
  // Reserved for a claim that has another volume still: nobody could use it as it is.
  adopt:
    () =>
    ({ id, said = "" }) =>
      id === "adopt-minio-volume" && /is reserved for claim/.test(said),
} satisfies Record<string, (world: World) => KillWhen>;

export const backupPlaces = ["claim", "s3"] as const;
export type BackupPlace = (typeof backupPlaces)[number];

export interface RehearsalOptions {
  scenario: string;
  /** Settings of the stack beside the scenario's. */
  settings: Record<string, string>;
  corrupt: boolean;
  kill: (keyof typeof killPoints)[];
  /** Faults that are put into the plan; then the run goes without the policy pack. */
  hurt: (keyof typeof hurts)[];
  backup: BackupPlace;
  /** Whether things are deleted and spoiled at the end, and restored by the documented commands. */
  restore: boolean;
  /** Takes the model back once it is upgraded; `killed` pulls the plug once on the way back, too. */
  rollback: boolean | "killed";
  /** The world is used further: the stack is left before finalize. */
  keep: boolean;
  /** Each step is told as it begins, beside how far the whole is. */
  verbose: boolean;
  log: (line: string) => void;
}

/** Makes the stack, as a user would, and answers what the settings' defaults cannot know. */
export async function initStack(workspace: Workspace, settings: Record<string, string>): Promise<void> {
  // Settings of an earlier world were encrypted with a passphrase that is gone with it.
  rmSync(stackSettings(workspace), { force: true });
  await must(workspace, "stack", "select", "--create", workspace.stack);
  await configure(workspace, settings);
}

/** Work beside a run: what goes wrong with it is heard once it is awaited, and does not end this process. */
function beside<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

/** Runs `up` until it ends by itself, killing it on the way where that is asked for. */
async function upgrade(
  world: World,
  workspace: Workspace,
  { kill, hurt }: Pick<RehearsalOptions, "kill" | "hurt">,
  onStep: (step: StepRecord) => void,
  log: (line: string) => void,
): Promise<{ run: Run; steps: StepRecord[]; trials: Trial[] }> {
  const trials: Trial[] = [];
  const steps: StepRecord[] = [];
  for (const where of kill) {
    const { run, killedAt } = await killedUp(workspace, killPoints[where](world), onStep);
    steps.push(...run.steps);
    trials.push({
      name: `kill in ${where}`,
      ok: killedAt !== undefined,
      detail: killedAt ? `killed at ${killedAt}, run again below` : `the run ended before: exit code ${run.exitCode}`,
    });
    if (killedAt !== undefined)
      trials.push(await statusTrial(workspace, `after the kill in ${where}`, moments.killed(killedAt)));
    log(`killed at ${killedAt}; taking the lock back and running again`);
    await pulumi(workspace, ["cancel", "--yes", "--stack", workspace.stack]);
    if (where === "backup")
      trials.push(
        await preflightTrial(
          workspace,
          await startWork(world.kubeconfig, "admin"),
          "refused after the kill",
          moments.refusedAgain,
        ),
      );
  }
  const run = await up(workspace, { unguarded: hurt.length > 0, onStep });
  return { run, steps: [...steps, ...run.steps], trials };
}

/** What the stack tells at the end of the upgrade. */
async function outputs(workspace: Workspace): Promise<{
  storage?: { path: string; reason: string }[];
  downtimeSeconds?: Record<string, number>;
  backup?: string;
  verification?: { checks: Check[] };
}> {
  const { stdout } = await pulumi(workspace, ["stack", "output", "--json", "--stack", workspace.stack]);
  return JSON.parse(stdout || "{}") as Awaited<ReturnType<typeof outputs>>;
}

function count({ tables }: DatabaseInventory, of: (table: TableFacts) => number): number {
  return Object.values(tables)
    .flatMap((one) => Object.values(one))
    .reduce((sum, table) => sum + of(table), 0);
}

/** Relations of applications that no release knows which were there and are not; those of others may change with the release. */
function lostRelations({ beside }: Scenario, before: string[], after: string[]): string[] {
  const kept = before.filter((relation) => beside.some(({ charm }) => relation.split(/[ :]/).includes(charm)));
  return kept.filter((relation) => !after.includes(relation)).map((relation) => `relation ${relation} is gone`);
}

/** Seeds the world, upgrades it and tells what became of it. */
export async function rehearse(
  world: World,
  {
    scenario: name,
    settings,
    corrupt,
    kill,
    hurt,
    rollback: back,
    keep,
    verbose,
    backup,
    restore,
    log,
  }: RehearsalOptions,
): Promise<Report> {
  const scenario = scenarios[name];
  const { kubeconfig, moverImage } = world;
  const workspace = {
    ...(hurt.length > 0 ? hurtWorkspace(world.workspace, world.dir) : world.workspace),
    tell: log,
  };
  const databases = Object.values(databasesOf(scenario));
  const moving = settings.databases === "mysql" ? databases : [];
  const planted = plantedSecrets();
  const endWatch = watchArguments(planted);
  const before = await seedModel(world, scenario, planted, log, backup === "s3" ? { longestKey: 900 } : {});
  const store = await storeOf(world);
  const modelBefore = await exportedModel(workspace);
  log(`${before.objects.objects.length} objects, profiles ${Object.keys(before.users.profiles).join(", ")}`);

  const elsewhere = backup === "s3" ? await startBackupStore(world) : undefined;
  const target = elsewhere?.settings ?? {};
  if (elsewhere) planted.push(elsewhere.key);
  // The embedded cluster is of a newer version than any that the charms were made for; its workloads are placeholders.
  const faults = Object.fromEntries(hurt.map((one, index) => [`hurt[${index}]`, one]));
  await initStack(workspace, {
    model,
    moverImage,
    jobTimeoutMinutes: hurt.length > 0 ? "3" : "30",
    "ignorePreflight[0]": "kubernetes-version",
    "ignorePreflight[1]": "charm-assumes",
    ...target,
    ...scenario.settings,
    ...settings,
    ...faults,
  });
  log("pulumi preview");
  const trials = [hurt.length > 0 ? await refusedTrial(workspace, hurt) : await previewTrial(workspace, scenario)];
  log(`preview: ${trials[0].detail}`);

  if (hurt.length === 0 && scenario.behind !== "all") {
    trials.push(await statusTrial(workspace, "before", moments.notBegun));
    log("preview and up while users are at work");
    trials.push(
      await preflightTrial(workspace, await startWork(kubeconfig, "alice"), "preflight refuses", moments.refused),
    );
    log(`preflight: ${trials.at(-1)!.detail}`);
  }

  const [probed] = before.objects.objects.filter(({ size }) => size > 0).sort((a, b) => a.size - b.size);
  const probe = startProbe(async (signal) => {
    const endpoint = await world.storeUrl();
    return endpoint !== undefined && serves({ ...store, endpoint }, probed, signal);
  });
  let spoiled: Promise<ObjectName[]> | undefined;
  let touched: Promise<ObjectName[]> | undefined;
  log("pulumi up");
  const {
    run,
    steps,
    trials: kills,
  } = await upgrade(
    world,
    workspace,
    { kill, hurt },
    (step) => {
      if (verbose) log(`${step.id} ...`);
      if (corrupt && step.id === "prove-backup") spoiled = beside(corruptObjects(store, { count: 3, spare: probed }));
      // The first copy is made by then, and the store serves until all of its relations are gone.
      if (kill.includes("copy") && /^unrelate-.*minio/.test(step.id))
        touched ??= beside(touchObjects(store, { count: 60 }));
    },
    log,
  );
  trials.push(...kills);
  const { totalSeconds } = await probe();
  log(run.exitCode === 0 ? "up: done" : `up: exit code ${run.exitCode}`);
  if (run.exitCode !== 0)
    log(
      run.text
        .split("\n")
        .filter((line) => line.trim() !== "")
        .slice(-40)
        .join("\n"),
    );

  const { storage = [], downtimeSeconds = {}, verification, backup: described = "none" } = await outputs(workspace);
  await spoiled;
  if (hurt.length > 0) {
    trials.push(await verifyTrial(workspace, hurt));
    log(`verify: ${trials.at(-1)!.detail}`);
  }
  if (corrupt) trials.push(await statusTrial(workspace, "after the failure", moments.failed("minio-verify")));
  if (touched && run.exitCode === 0) trials.push(await copiedTrial(workspace, await touched));
  if (downtimeSeconds.minio !== undefined) trials.push(downtimeTrial(totalSeconds, downtimeSeconds.minio, steps));
  if (run.exitCode === 0) {
    trials.push(await statusTrial(workspace, "at the end", scenario.behind === "all" ? moments.nothing : moments.done));
    log("pulumi up again, stack graph");
    trials.push(await unchangedTrial(workspace), await graphTrial(workspace, `${world.dir}/graph.dot`, steps));
    if (back) {
      log("pulumi up with rollback");
      const kept = scenario.storagePath === "refresh" ? [] : ["minio"];
      const asks = [...moving.map(rowsSince), ...(scenario.removed ? ["no-gateway"] : [])];
      const { trials: backs, steps: more } = await rollback(
        workspace,
        { model: modelBefore, kept, beside: moving.map(movedTo), asks },
        back === "killed" ? ({ id }) => id === "back-deploy-istio-pilot" : undefined,
        ({ id }) => {
          if (verbose) log(`${id} ...`);
        },
      );
      trials.push(...backs);
      steps.push(...more);
    } else if (!keep && scenario.storagePath !== "refresh") {
      log("pulumi up with finalize");
      const finalized = await finalizeTrial(workspace, [
        "finalize-minio-minio-data",
        ...databases.map((name) => `finalize-${name}-password`),
        ...moving.map((name) => `finalize-${name}`),
      ]);
      steps.push(...finalized.steps);
      trials.push(finalized.trial, await statusTrial(workspace, "after finalize", moments.finalized));
    }
  }
  log("reading everything back");
  const after = await holdingsOf(world, scenario, moving.length > 0 && run.exitCode === 0 && !back);
  const { objects: differing, losses: others } = differences(before, after);
  const losses = [...others, ...lostRelations(scenario, before.relations, after.relations)];
  if (restore && run.exitCode === 0) {
    log("deleting and spoiling things, and restoring them from the backup");
    trials.push(await restoreTrial(world, target));
    log(`restore: ${trials.at(-1)!.detail}`);
  }
  // What a run asks for is known of these two models, with nothing else set.
  const whole =
    run.exitCode === 0 &&
    ["changed-storage", "stock"].includes(name) &&
    backup === "claim" &&
    hurt.length === 0 &&
    Object.keys(settings).every((setting) => setting === "databases");
  const had: Condition[] = [
    ...(scenario.storagePath === "refresh" ? [] : ["moved" as const]),
    ...(back ? ["rollback" as const] : []),
  ];
  const checks = verification?.checks ?? [];
  const report = JSON.stringify([steps, differing, losses, checks, trials]);
  if (world.cluster)
    trials.push(
      rightsTrial(readFileSync(world.cluster.hostPath(IN_NODE.audit), "utf8"), model, whole ? had : undefined),
    );
  trials.push(await accessTrial(workspace.env.KUBECONFIG, model));
  // New servers made their passwords while all of this ran: those are looked for everywhere but in arguments of processes.
  for (const name of moving.map(movedTo)) {
    const password = await databasePassword(workspace.env, model, name, "serverconfig");
    if (password !== undefined) planted.push(madeSecret(name, "mysql-k8s", "serverconfig", password));
  }
  trials.push(
    await secretsTrial({ kubeconfig, planted, processes: endWatch(), folders: searchedFolders(world.dir), report }),
  );
  return {
    scenario: name,
    from: scenario.release,
    to: "1.7",
    backup: described,
    storage: { path: storage[0]?.path ?? "none", reason: storage[0]?.reason ?? "no stack output" },
    steps,
    objects: {
      before: before.objects.objects.length,
      after: after.objects.objects.length,
      bytes: before.objects.bytes,
      mismatched: differing,
    },
    databases: {
      tables: count(before.databases, () => 1),
      before: count(before.databases, ({ rows }) => rows),
      after: count(after.databases, ({ rows }) => rows),
    },
    downtimeSeconds: totalSeconds,
    measuredDowntimeSeconds: downtimeSeconds,
    profiles: { before: Object.keys(before.users.profiles), after: Object.keys(after.users.profiles) },
    checks,
    losses,
    plugins: world.plugins,
    trials,
    ok:
      run.exitCode === 0 &&
      differing.length === 0 &&
      losses.length === 0 &&
      trials.every(({ ok }) => ok) &&
      storage[0]?.path === scenario.storagePath,
  };
}
