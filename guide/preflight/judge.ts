import { findingsOfCluster } from "./cluster";
import type { LiveFacts } from "./facts";
import { findingsOfFormat } from "./format";
import { type CheckName, type Finding, checks, isIgnored } from "./finding";
import { findingsOfModel } from "./model";
import type { PreflightQuestion } from "./types";

export interface Judgement {
  /** What stops `up`. */
  refusing: Finding[];
  /** What would stop it, were it not named in `ignorePreflight`. */
  ignored: Finding[];
  /** What stops nothing, such as what could not be checked. */
  told: Finding[];
}

const counts = ({ begun, resumed }: LiveFacts, name: CheckName): boolean =>
  checks[name].counts === "always" || (!resumed && (!begun || checks[name].counts === "until changed"));

/**
 * Judges a live model before an upgrade. Pure; every finding is there, not only the first. Once a step has changed the model it
 * is half-way: then only what is broken or dangerous counts.
 */
export function preflight(question: PreflightQuestion, facts: LiveFacts): Judgement {
  const found = [
    ...question.planned,
    ...findingsOfModel(question, facts),
    ...findingsOfFormat(question, facts),
    ...findingsOfCluster(question, facts),
  ].filter(({ name }) => counts(facts, name));
  const refusing = found.filter(({ weight }) => weight === "refuses");
  return {
    refusing: refusing.filter((finding) => !isIgnored(question.ignore, finding)),
    ignored: refusing.filter((finding) => isIgnored(question.ignore, finding)),
    told: found.filter(({ weight }) => weight === "told"),
  };
}
