import { getStatus } from "../juju/read";
import { KubeError } from "../kube/client";
import { type FoundDefinition, everyDefinition } from "../kube/custom";
import { type Marked, findMarked, nameOf, takeMarksOff, uidNow, uidOf } from "../kube/marked";
import { until } from "../kube/wait";
import { livePodsOf, operatorOf } from "../kube/workloads";
import { unservedFinding } from "../guide/preflight/definitions";
import { type Context, StepError, type StepRunner, timeouts } from "./context";
import { isSuperseded } from "./superseded";

/** Looks in a row that may find marks again before that is somebody's doing. */
const rounds = 5;

/** What carried Juju's marks, as nameOf says it, and its uid. */
export type Kept = Record<string, string>;

/** Objects that evidence names: a line of a step's output has a limit. */
const named = 300;

/**
 * Takes Juju's marks off every definition and object of the applications, until a whole look finds none.
 * @returns what carried them
 * @throws StepError where something cannot be read or changed: then nothing is known, and nothing may be begun
 */
export async function takeAllMarksOff(
  model: string,
  applications: string[],
): Promise<{ definitions: FoundDefinition[]; taken: Marked[] }> {
  const taken = new Map<string, Marked>();
  try {
    for (let round = 1; ; round++) {
      const { definitions, marked } = await findMarked(model, applications);
      if (marked.length === 0) return { definitions, taken: [...taken.values()] };
      if (round > rounds)
        throw new StepError(
          `${marked.slice(0, 8).map(nameOf).join(", ")} carry Juju's marks again`,
          `Juju would delete them with ${applications.join(", ")}, and with a definition every object of it`,
          "Look at who writes them: `kubectl get <kind> <name> -o yaml --show-managed-fields`",
        );
      for (const one of marked) if (await takeMarksOff(one)) taken.set(nameOf(one), one);
    }
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    throw new StepError(
      error.message,
      `whether Juju would delete users' objects with ${applications.join(", ")} is not known, so nothing was done`,
      "Give the account what docs/permissions.md has for definitions and their objects, then run the upgrade again",
    );
  }
}

/** @throws StepError unless the application has no unit: with one, its charm would put the marks back */
async function requireStopped(model: string, application: string): Promise<void> {
  const live = (await getStatus(model)).applications[application];
  const pods = await livePodsOf(model, application);
  if (live && live.scale === 0 && Object.keys(live.units).length === 0 && pods.length === 0) return;
  throw new StepError(
    `${application} is ${live ? `at ${live.scale} units, with ${pods.length} Pods` : "not in the model"}`,
    "while a unit of a podspec charm is there, Juju puts its labels back on what the charm made, and the refresh would delete all of it",
    `\`juju scale-application -m ${model} ${application} 0\`, wait until its Pods are gone, then run the upgrade again`,
  );
}

/** At 0 units, takes an application's marks off, so that its refresh to a sidecar charm deletes nothing of users. */
export async function guard(model: string, application: string): Promise<Kept> {
  await requireStopped(model, application);
  const { definitions, taken } = await takeAllMarksOff(model, [application]);
  const unserved = unservedFinding(definitions);
  if (unserved) throw new StepError(`${unserved.subject} ${unserved.fact}`, unserved.meaning, unserved.next);
  return Object.fromEntries(taken.slice(0, named).map((one) => [nameOf(one), uidOf(one)]));
}

/** Waits until Juju has taken the podspec charm's operator away: it deletes what carries the marks before that. */
export async function operatorGone(model: string, application: string): Promise<void> {
  await until(`Juju takes the operator of ${application} away`, timeouts.settle, async () => {
    const operator = await operatorOf(model, application);
    return {
      ok: operator === undefined,
      why: `StatefulSet ${operator} is still there; \`juju debug-log -m ${model} --include-module juju.worker.caasapplicationprovisioner\` tells why`,
    };
  });
}

/** What is not what it was, of what a guard kept. */
export async function lostOf(kept: Kept): Promise<string[]> {
  const definitions = new Map((await everyDefinition()).map((one) => [one.name, one]));
  const lost: string[] = [];
  for (const [said, uid] of Object.entries(kept)) {
    const [kind, place] = said.split(" ");
    const [name, namespace] = place.split("/").reverse();
    const definition = definitions.get(kind === "definition" ? name : kind);
    const { metadata } = definition ?? {};
    const own = metadata?.deletionTimestamp === undefined ? metadata?.uid : undefined;
    const now = !definition || kind === "definition" ? own : await uidNow(definition, namespace, name);
    if (now !== uid) lost.push(said);
  }
  return lost;
}

/** Evidence of an application's guard. */
export function keptOf({ evidence }: Context, application: string): Kept {
  const found = Object.values(evidence).find(
    (one) => one.kind === "guard-crossing" && one.application === application && one.kept !== undefined,
  );
  return (found?.kept ?? {}) as Kept;
}

export const guardCrossing: StepRunner<"guard-crossing"> = async ({ application, superseded }, { model, say }) => {
  if (await isSuperseded(model, superseded)) return { changed: false, application, superseded: true };
  const kept = await guard(model, application);
  const names = Object.keys(kept);
  say(
    names.length === 0
      ? "nothing carries Juju's labels"
      : `Juju's labels are off ${names.slice(0, 8).join(", ")}${names.length > 8 ? ` and ${names.length - 8} more` : ""}`,
  );
  return { changed: names.length > 0, application, kept };
};
