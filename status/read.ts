import { discoverBaseline } from "../baseline/discover";
import { readLiveFacts } from "../baseline/facts";
import { readBaseline } from "../baseline/recorded";
import { getRelations } from "../juju/read";
import { readConfigMap } from "../kube/configmaps";
import { names } from "../plan/names";
import { makePlan } from "../plan/plan";
import { preflight } from "../plan/preflight/judge";
import { preflightQuestion } from "../plan/preflight/question";
import { type Settings, readSettings } from "../plan/settings";
import type { Baseline } from "../plan/types";
import { type Hop, loadHop } from "../releases/load";
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

/**
 * Reads all that the status of an upgrade is told from: the stack's state, what was recorded in the cluster, the live model.
 * Changes nothing.
 * @throws where the cluster cannot be reached, a setting is wrong, or no plan can be made: `pulumi preview` says the same
 */
export async function readStatusFacts(stack: string): Promise<StatusFacts> {
  const settings = readSettings(await readConfig(stack));
  const hop = loadHop(settings.to);
  const [from, to] = [hop.source.release, hop.target.release];
  const { model } = settings;
  const recorded = await readBaseline(model, names.baseline(from, to));
  const baseline = recorded ?? (await discoverBaseline(hop, model));
  const [state, locks, proof, verified, failures, live] = await Promise.all([
    exportStack(stack),
    readLocks(stack),
    readConfigMap(model, names.proof),
    readConfigMap(model, names.verified(from, to)),
    readFailures(model),
    readLive(hop, baseline, settings),
  ]);
  return { stack, settings, plan: makePlan(hop, baseline, settings), baseline, recorded: recorded !== undefined, state, locks, backupProven: proof?.digest !== undefined, verified: verified !== undefined, failures, live };
}
