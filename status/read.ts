import { discoverBaseline } from "../baseline/discover";
import { readLiveFacts } from "../baseline/facts";
import { obtainWay } from "../baseline/hop";
import { readBaseline } from "../baseline/recorded";
import { planRollback, refuseAfterRollback, wentBack } from "../baseline/rollback";
import { nameModel } from "../juju/model-name";
import { getRelations } from "../juju/read";
import { readConfigMap } from "../kube/configmaps";
import { hopNames, names, orderedHop } from "../plan/names";
import { makePlan } from "../guide/plan";
import { preflight } from "../guide/preflight/judge";
import { preflightQuestion } from "../guide/preflight/question";
import { type Settings, readSettings } from "../plan/settings";
import type { Baseline } from "../plan/types";
import { targets } from "../releases/line";
import type { Hop } from "../releases/load";
import { readFailures } from "../steps/failures";
import type { Live, StatusFacts } from "./facts";
import { exportStack, readConfig, readLocks } from "./pulumi";

/** A model that cannot be read leaves the rest worth telling. */
async function readLive(hop: Hop, baseline: Baseline, settings: Settings): Promise<Live> {
  const question = preflightQuestion(hop, baseline, settings);
  try {
    const facts = await readLiveFacts(settings.model, question);
    const relations = facts.juju ? await getRelations(settings.model) : [];
    return { read: true, facts, relations, findings: preflight(question, facts).refusing };
  } catch (error) {
    return { read: false, why: (error as Error).message };
  }
}

/** What is told of: the way back where that is asked for or was begun, else the upgrade. */
export async function readPlan(
  hop: Hop,
  settings: Settings,
): Promise<Pick<StatusFacts, "plan" | "baseline" | "found" | "recorded" | "verified">> {
  const { model } = settings;
  const [from, to] = [hop.source.release, hop.target.release];
  const [recorded, far] = [await readBaseline(model, names.baseline(from, to)), await wentBack(hop, model)];
  if (settings.rollback || (recorded && far)) {
    const { plan, baseline, found } = await planRollback(hop, settings);
    return { plan, baseline, found, recorded: far !== undefined, verified: far === "through" };
  }
  await refuseAfterRollback(hop, model);
  const baseline = recorded ?? (await discoverBaseline(hop, model, "keep"));
  return {
    plan: makePlan(hop, baseline, settings),
    baseline,
    recorded: recorded !== undefined,
    verified: (await readConfigMap(model, names.verified(from, to))) !== undefined,
  };
}

/**
 * Reads all that the status of an upgrade is told from: the stack's state, what was recorded in the cluster, the live model.
 * Changes nothing.
 * @throws where the cluster cannot be reached, a setting is wrong, or no plan can be made: `pulumi preview` says the same
 */
export async function readStatusFacts(stack: string): Promise<StatusFacts> {
  const settings = readSettings(await readConfig(stack), targets);
  nameModel(settings.model, settings.jujuModel);
  const { hop, path } = await obtainWay(settings);
  const { model } = settings;
  const id = `${hop.source.release}-${hop.target.release}`;
  const planned = await readPlan(hop, settings);
  const [state, locks, proof, failures, live] = await Promise.all([
    exportStack(stack, id),
    readLocks(stack),
    readConfigMap(model, hopNames(id).proof),
    readFailures({ model, hop: orderedHop(id) }),
    readLive(hop, planned.baseline, settings),
  ]);
  return {
    stack,
    settings,
    ...planned,
    ...(path && { path }),
    state,
    locks,
    backupProven: proof?.digest !== undefined,
    failures,
    live,
  };
}
