import { readFileSync } from "node:fs";
import execa from "execa";
import { kept as keptResult } from "../kube/jobs";
import { parseResult } from "../objectstore/result";
import { type ObjectName, type UserWork, probeIntervalMs } from "./data";
import { draftSteps } from "./draft";
import type { StepRecord } from "./events";
import { type Workspace, configure, pulumi, up } from "./run";
import type { Scenario } from "./scenarios";
import { type Told, statusTrial } from "./status";
import { type Trial, trial } from "./trial";

export const lastLines = (text: string): string => text.trim().split("\n").slice(-3).join(" / ");

/** The model as `juju export-bundle` tells it. */
export async function exportedModel({ model, env }: Workspace): Promise<string> {
  return (await execa("juju", ["export-bundle", "-m", model], { env, stdin: "ignore" })).stdout;
}

/** `pulumi preview --json` names the steps, those that are left and no others. */
export async function previewTrial(workspace: Workspace, scenario: Scenario): Promise<Trial> {
  const { behind } = scenario;
  const { exitCode, stdout, stderr } = await pulumi(workspace, [
    "preview",
    "--json",
    "--stack",
    workspace.stack,
    "--policy-pack",
    workspace.policyPack,
  ]);
  if (exitCode !== 0) return { name: "preview", ok: false, detail: lastLines(`${stdout}\n${stderr}`) };
  const { steps } = JSON.parse(stdout) as { steps: { urn: string; newState: { type: string } }[] };
  // The stack and the component stand for themselves: with nothing to do, nothing is in them.
  const names = new Set(
    steps
      .filter(({ newState }) => !/^(pulumi:pulumi:Stack|ckf:)/.test(newState.type))
      .map(({ urn }) => urn.split("::").at(-1)!),
  );
  if (behind === "all")
    return trial("preview", names.size === 0, "no change", `these are to be made: ${[...names].join(", ")}`);
  const missing = draftSteps(scenario).filter((name) => !names.has(name) && !behind.includes(name));
  const again = behind.filter((name) => names.has(name));
  return trial(
    "preview",
    missing.length === 0 && again.length === 0,
    `${names.size} resources, every step of the draft is named`,
    [
      ...(missing.length > 0 ? [`these steps are not named: ${missing.join(", ")}`] : []),
      ...(again.length > 0 ? [`these are behind it: ${again.join(", ")}`] : []),
    ].join("; "),
  );
}

/**
 * Previews and runs `up`, which has to be refused by that one step with the model as it was.
 * @param unnamed what a text ought to name and does not
 * @returns what is otherwise
 */
export async function refusalAmiss(
  workspace: Workspace,
  step: string,
  unnamed: (text: string) => string[],
): Promise<string[]> {
  const before = await exportedModel(workspace);
  const preview = await pulumi(workspace, [
    "preview",
    "--color",
    "never",
    "--stack",
    workspace.stack,
    "--policy-pack",
    workspace.policyPack,
  ]);
  const refused = await up(workspace, { reviewed: true });
  const previewed = `${preview.stdout}\n${preview.stderr}`;
  const ran = refused.steps.map(({ id, status }) => `${id} ${status}`).join(", ");
  return [
    ...(preview.exitCode === 0 ? [] : [`the preview ended with ${preview.exitCode}: ${lastLines(previewed)}`]),
    ...unnamed(previewed).map((name) => `the preview does not name ${name}`),
    ...(refused.exitCode === 0
      ? ["up was let through"]
      : unnamed(refused.text).map((name) => `up does not name ${name}`)),
    ...(ran === `${step} failed` ? [] : [`up ran ${ran || "nothing"}: ${lastLines(refused.text)}`]),
    ...(before === (await exportedModel(workspace)) ? [] : ["the model is another one than before"]),
  ];
}

/**
 * While users are at work, a preview names all of it, and `up` refuses before anything changes, as `told` by the status then:
 * the same model, and where no earlier run began no record that a later one would plan from.
 */
export async function preflightTrial(workspace: Workspace, work: UserWork, name: string, told: Told): Promise<Trial> {
  const unnamed = (text: string): string[] =>
    Object.entries(work.found)
      .filter(([check, name]) => !text.split("\n").some((line) => line.includes(check) && line.includes(name)))
      .map(([check]) => check);
  const wrong = await refusalAmiss(workspace, "preflight", unnamed);
  const status = await statusTrial(workspace, "after the refusal", told);
  if (!status.ok) wrong.push(status.detail);
  await work.end();
  return trial(
    name,
    wrong.length === 0,
    `preview and up named ${Object.values(work.found).join(", ")}; nothing was changed`,
    wrong.join("; "),
  );
}

/** A second `up` changes nothing. */
export async function unchangedTrial(workspace: Workspace): Promise<Trial> {
  const run = await pulumi(workspace, [
    "up",
    "--yes",
    "--non-interactive",
    "--skip-preview",
    "--expect-no-changes",
    "--stack",
    workspace.stack,
    "--policy-pack",
    workspace.policyPack,
  ]);
  return trial("up again", run.exitCode === 0, "no changes", lastLines(`${run.stdout}\n${run.stderr}`));
}

/** `pulumi stack graph` draws the order: every step that ran, and what waits for what. */
export async function graphTrial(workspace: Workspace, file: string, steps: StepRecord[]): Promise<Trial> {
  const { exitCode, stderr } = await pulumi(workspace, ["stack", "graph", file, "--stack", workspace.stack]);
  if (exitCode !== 0) return { name: "stack graph", ok: false, detail: lastLines(stderr) };
  const drawn = readFileSync(file, "utf8");
  const ids = [...new Set(steps.map(({ id }) => id))];
  const missing = ids.filter((id) => !drawn.includes(`::${id}"`));
  const edges = drawn.match(/ -> /g)?.length ?? 0;
  return trial(
    "stack graph",
    missing.length === 0 && edges >= ids.length,
    `${ids.length} steps and ${edges} edges`,
    `${edges} edges in ${file}, these steps are not in it: ${missing.join(", ") || "none"}`,
  );
}

/** What was written between the first copy of the volume and the stop of its store was left to the second, which was killed. */
export async function copiedTrial({ model, env }: Workspace, written: ObjectName[]): Promise<Trial> {
  const { stdout } = await execa("kubectl", ["get", "job", "minio-migration", "-n", model, "-o", "json"], {
    env,
    stdin: "ignore",
  });
  const { metadata } = JSON.parse(stdout) as { metadata: { annotations: Record<string, string> } };
  const result = parseResult(metadata.annotations[keptResult]);
  const copied = result.mover === "migration" ? result.copied : 0;
  return trial(
    "left to copy",
    copied >= written.length,
    `${written.length} objects were written after the first copy; the second copied ${copied} files`,
    `${written.length} objects were written after the first copy, and the second copied only ${copied} files`,
  );
}

/**
 * Whoever asked the store saw it away for as long as the program says that it was, but for one question's time. The program's clock runs from
 * the order to remove it until Kubernetes calls the Pod ready, so the store may serve still, or again, while the two steps run that remove and start it.
 */
export function downtimeTrial(seen: number, measured: number, steps: StepRecord[]): Trial {
  const edges = steps
    .filter(({ id }) => id === "remove-minio" || id === "start-minio")
    .reduce((sum, { seconds }) => sum + seconds, 0);
  const told = `${seen.toFixed(1)} s were seen from outside; by the program's clock it was ${measured} s, with ${edges.toFixed(1)} s of removing and starting`;
  return trial("downtime", seen + probeIntervalMs / 1000 >= measured - edges, told, told);
}

/**
 * With `finalize` set, a later `up` deletes what moves left unused, by these steps at least, and does nothing else.
 * @returns also the steps that ran
 */
export async function finalizeTrial(
  workspace: Workspace,
  wanted: string[],
): Promise<{ trial: Trial; steps: StepRecord[] }> {
  await configure(workspace, { finalize: "true" });
  const { exitCode, steps, text } = await up(workspace);
  const ids = steps.map(({ id }) => id);
  const ran = ids.join(", ");
  const expected =
    wanted.every((id) => ids.includes(id)) && ids.every((id) => /^(finalize|retain|check-retain)-/.test(id));
  return {
    trial: trial(
      "finalize",
      exitCode === 0 && expected,
      `ran ${ran}`,
      exitCode === 0 ? `ran ${ran || "nothing"}` : lastLines(text),
    ),
    steps,
  };
}
