import type { Path } from "../plan/path";
import type { LiveFacts } from "../guide/preflight/facts";
import type { Finding } from "../guide/preflight/finding";
import type { Settings } from "../plan/settings";
import type { Baseline, Plan, Relation } from "../plan/types";
import type { Failures } from "../steps/failures";
import type { Lock } from "./locks";
import type { StackState } from "./stack";

/** The live model, or why it could not be read. */
export type Live =
  { read: true; facts: LiveFacts; relations: Relation[]; findings: Finding[] } | { read: false; why: string };

/** What the status of an upgrade is told from. Holds no secret. */
export interface StatusFacts {
  stack: string;
  settings: Settings;
  /** The upgrade, or the way back where that is asked for or was begun. */
  plan: Plan;
  baseline: Baseline;
  /** The whole way, where the settings ask for more than this hop. */
  path?: Path;
  /** What the model is or was when it begins to go back; only of a rollback. */
  found?: Baseline;
  /** Whether what the plan starts from, baseline or found, was recorded by an earlier `up`; else it is what the live model is now. */
  recorded: boolean;
  /** Undefined where there is no such stack. */
  state: StackState | undefined;
  /** Undefined where the backend does not tell. */
  locks: Lock[] | undefined;
  backupProven: boolean;
  /** Whether an earlier run recorded that the end of the plan was verified. */
  verified: boolean;
  failures: Failures;
  live: Live;
}
