import type { StepAction } from "../plan/types";

export type Action<K extends StepAction["kind"]> = Extract<StepAction, { kind: K }>;

/** What a step works with beside its action. */
export interface Context {
  /** The Juju model, and the namespace of the same name. */
  model: string;
  /** As the step's order names it (plan/names.ts). */
  hop?: string;
  /** Evidence of the steps it needs, by step. */
  evidence: Record<string, Record<string, unknown>>;
  /** Tells people what is going on. */
  say: (line: string) => void;
}

/** What a step found and whether it had to act; becomes its evidence. */
export type Outcome = { changed: boolean } & Record<string, unknown>;

export type StepRunner<K extends StepAction["kind"]> = (action: Action<K>, context: Context) => Promise<Outcome>;

/** A step that cannot go on: the fact it saw, what that means, and what to do next. */
export class StepError extends Error {
  constructor(fact: string, meaning: string, next: string) {
    const sentences = [fact, meaning, next].map((sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1));
    // A list ends its line, and no full stop begins the next one.
    super(sentences.join(". ").replaceAll("\n. ", "\n"));
  }
}

/** Bounds, in seconds, on what Juju and the cluster may take. Generous: a bound is there to end a wait for ever, not to judge speed. */
export const timeouts = { refresh: 1800, settle: 1200, removal: 1800, relation: 600, pods: 600, rollout: 600 };
