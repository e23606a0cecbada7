import { findingsOfCluster } from "./cluster";
import type { LiveFacts } from "./facts";
import { findingsOfFormat } from "./format";
import { type Finding, checks } from "./finding";
import { findingsOfModel } from "./model";
import type { PreflightQuestion } from "./question";

export interface Judgement {
  /** What stops `up`. */
  refusing: Finding[];
  /** What would stop it, were it not named in `ignorePreflight`. */
  ignored: Finding[];
  /** What stops nothing, such as what could not be checked. */
  told: Finding[];
}

/**
 * Judges a live model before an upgrade. Pure; every finding is there, not only the first. Where an earlier run of the same
 * upgrade was interrupted, the model is half-way and people have been told: then only what is broken or dangerous counts.
 */
export function preflight(question: PreflightQuestion, facts: LiveFacts): Judgement {
  const found = [...question.planned, ...findingsOfModel(question, facts), ...findingsOfFormat(question, facts), ...findingsOfCluster(question, facts)].filter(({ name }) => !facts.resumed || checks[name].whenResumed);
  const refusing = found.filter(({ weight }) => weight === "refuses");
  return {
    refusing: refusing.filter(({ name }) => !question.ignore.includes(name)),
    ignored: refusing.filter(({ name }) => question.ignore.includes(name)),
    told: found.filter(({ weight }) => weight === "told"),
  };
}
