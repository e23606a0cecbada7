import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import type { StepRecord } from "./events";
import { type KillWhen, type Workspace, configure, killedUp, pulumi, up } from "./run";
import { moments, statusTrial } from "./status";
import { type Trial, trial } from "./trial";
import { exportedModel, lastLines, refusalAmiss, unchangedTrial } from "./trials";

/** A model as data: what `juju export-bundle` tells, but for the order of things. */
export interface ModelData {
  applications: Record<string, Record<string, unknown>>;
  relations: string[];
}

/** Reads a bundle that was exported. */
export function modelData(bundle: string): ModelData {
  const { applications = {}, relations = [] } = parse(bundle) as {
    applications?: ModelData["applications"];
    relations?: [string, string][];
  };
  return { applications, relations: relations.map((ends) => [...ends].sort().join(" ")).sort() };
}

/** One sentence for each thing in which two models differ. */
export function differences(before: ModelData, after: ModelData): string[] {
  const names = [...new Set([...Object.keys(before.applications), ...Object.keys(after.applications)])].sort();
  return [
    ...names.flatMap((name) => {
      const [was, is] = [before.applications[name], after.applications[name]];
      if (!was || !is) return [`application ${name} ${was ? "is gone" : "is new"}`];
      const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
        (field) => !isDeepStrictEqual(was[field], is[field]),
      );
      return fields.map(
        (field) => `${field} of ${name} is ${JSON.stringify(is[field])}, was ${JSON.stringify(was[field])}`,
      );
    }),
    ...before.relations
      .filter((relation) => !after.relations.includes(relation))
      .map((relation) => `relation ${relation} is gone`),
    ...after.relations
      .filter((relation) => !before.relations.includes(relation))
      .map((relation) => `relation ${relation} is new`),
  ];
}

/** What a rollback asks for after every upgrade, and what for each database that was moved. */
const alwaysAsked = ["definition-owners", "schema-kfp-api"];
export const rowsSince = (database: string): string => `rows-since-${database}`;

/** Settings that ask for the way back, and accept what cannot be undone: what is asked for after every upgrade, and these. */
export const backSettings = (asks: string[]): Record<string, string> => ({
  rollback: "true",
  ...Object.fromEntries([...alwaysAsked, ...asks].map((name, index) => [`acceptIrreversible[${index}]`, name])),
});

/** What a model is to be once it is back. */
export interface Goal {
  /** As it was exported before the upgrade. */
  model: string;
  /** Applications that stay as the upgrade left them, since they hold data: those that the model had before, and must be told by the preview as kept. */
  kept: string[];
  /** Those that came beside them. */
  beside: string[];
  /** What a rollback must ask for, beside what it asks for after every upgrade. */
  asks: string[];
}

/** As it was before the upgrade, but for applications that stay as the upgrade left them. */
export function goalOf(before: ModelData, upgraded: ModelData, stay: string[]): ModelData {
  const left = Object.fromEntries(
    stay.filter((name) => name in upgraded.applications).map((name) => [name, upgraded.applications[name]]),
  );
  return { applications: { ...before.applications, ...left }, relations: before.relations };
}

/** Applications that a preview says it does not take back. */
export const keptBy = (text: string): string[] =>
  [...new Set([...text.matchAll(/not undone: kept-([\w-]+):/g)].map(([, name]) => name))].sort();

/** Asks for the way back without accepting anything: the preview names what cannot be undone, all that it keeps and no more, and `up` refuses. */
async function refusedTrial(workspace: Workspace, asked: string[], kept: string[]): Promise<Trial> {
  const unnamed = (text: string): string[] => [
    ...asked.filter((name) => !text.includes(name)),
    ...kept.filter((name) => !keptBy(text).includes(name)).map((name) => `kept-${name}`),
  ];
  const wrong = await refusalAmiss(workspace, "accept-irreversible", unnamed);
  return trial(
    "rollback asks first",
    wrong.length === 0,
    `preview and up named ${[...asked, ...kept.map((name) => `kept-${name}`)].join(", ")}; nothing was changed`,
    wrong.join("; "),
  );
}

/** Once the model is back, an upgrade is refused that would begin from old records. */
async function againTrial(workspace: Workspace): Promise<Trial> {
  await configure(workspace, { rollback: "false" });
  const { exitCode, stdout, stderr } = await pulumi(workspace, [
    "preview",
    "--color",
    "never",
    "--stack",
    workspace.stack,
    "--policy-pack",
    workspace.policyPack,
  ]);
  const said = `${stdout}\n${stderr}`;
  return trial(
    "upgrade after rollback",
    exitCode !== 0 && said.includes("was taken back to release"),
    "refused, with what to do",
    `exit code ${exitCode}: ${lastLines(said)}`,
  );
}

/**
 * Takes the upgraded model back, and holds it against what it is to be.
 * @param killWhen kills the first run there, which is then run again
 */
export async function rollback(
  workspace: Workspace,
  { model, kept, beside, asks }: Goal,
  killWhen: KillWhen | undefined,
  onStep: (step: StepRecord) => void,
): Promise<{ trials: Trial[]; steps: StepRecord[] }> {
  await configure(workspace, { rollback: "true" });
  const asked = [...alwaysAsked, ...asks];
  const upgraded = modelData(await exportedModel(workspace));
  const trials = [
    await refusedTrial(workspace, asked, kept),
    await statusTrial(workspace, "before the rollback", moments.asksBack(asked)),
  ];
  await configure(workspace, backSettings(asks));
  const steps: StepRecord[] = [];
  if (killWhen) {
    const { run, killedAt } = await killedUp(workspace, killWhen, onStep);
    steps.push(...run.steps);
    trials.push(
      trial(
        "kill in the rollback",
        killedAt !== undefined,
        `killed at ${killedAt}, run again below`,
        "the run ended before",
      ),
    );
    if (killedAt !== undefined)
      trials.push(await statusTrial(workspace, "after the kill in the rollback", moments.killedBack(killedAt)));
    await pulumi(workspace, ["cancel", "--yes", "--stack", workspace.stack]);
  }
  const { exitCode, text, steps: left } = await up(workspace, { onStep });
  steps.push(...left);
  const stay = [...kept, ...beside];
  const goal = goalOf(modelData(model), upgraded, stay);
  const amiss =
    exitCode === 0
      ? [
          ...differences(goal, modelData(await exportedModel(workspace))),
          ...keptBy(text)
            .filter((name) => !kept.includes(name))
            .map((name) => `${name} was kept`),
        ]
      : [`exit code ${exitCode}: ${lastLines(text)}`];
  trials.push(
    trial(
      "rollback",
      amiss.length === 0,
      `every application, revision, option and relation is as before the upgrade${stay.length > 0 ? `; ${stay.join(", ")} stayed as the upgrade left them` : ""}`,
      amiss.join("; "),
    ),
  );
  if (exitCode === 0)
    trials.push(
      { ...(await unchangedTrial(workspace)), name: "rollback again" },
      await statusTrial(workspace, "after the rollback", moments.back),
      await againTrial(workspace),
    );
  return { trials, steps };
}
