import type { World } from "../world";
import type { Hands } from "../run";

export type Family = "kill" | "interrupt" | "connection" | "hand" | "operators" | "cluster" | "fact";

/** Moment of the upgrade at which a fault strikes. */
export interface Moment {
  /** Step of the plan. */
  step: string;
  /** "end": once Pulumi tells that it is done, which is before or after it wrote that down. */
  at: "start" | "middle" | "end";
}

/** What faults are done with. */
export interface Stage {
  world: World;
  log: (line: string) => void;
}

/** One fault at one moment, and how the upgrade has to end after it. */
export interface Cell {
  /** Family first, e.g. "kill/refresh-minio/middle". */
  id: string;
  family: Family;
  /** In words, for the report. */
  fault: string;
  moment: Moment;
  /** Step that has to be done for the upgrade to have come through it; the one that it strikes where nothing is said. */
  until?: string;
  /** "run": it ends the run that it strikes; another one goes on. */
  ends?: "run";
  /** Whether the stack stays locked, so that `pulumi cancel` comes before the next run. */
  locks?: boolean;
  /**
   * Does it. What it returns is awaited once the run has ended, and is a failure of the cell if it is a text.
   * @param hands on the run that it strikes
   */
  strike(stage: Stage, hands: Hands): Promise<string | undefined | void> | void;
  /** The run has to stop with an error, in which each of these is found: the fact, its meaning, the next action. Absent: it has to come through. */
  says?: RegExp[];
  /** What an operator does who reads that error. */
  mend?(stage: Stage): Promise<void>;
  /** What its world must be like: cells of one kind share one. */
  world?: Kind;
  /** Whether a world of no kind would do, too, were it the only one of its family there: no wait has to run out. */
  quick?: true;
  /** Why its moment may be over before anybody can see it: only such a fault may end up not struck. */
  seldom?: string;
}

/** What a world is like in which faults strike. */
export interface Kind {
  /** As CKF_TIMEOUT_SCALE: waits that have to run out do so in reasonable time. */
  timeoutScale?: number;
  /** Steps run one after the other, so that each stop of the run is that of one fault, and none is over before its fault may strike. */
  serial?: true;
  /** The upgrade moves the databases to MySQL. */
  databases?: "mysql";
  /** What comes after the upgrade, in runs of `up` of its own. */
  then?: "finalize" | "rollback";
  /** Somebody else carries the upgrade through, so that a later fault would strike steps that find nothing to do. */
  takenOver?: true;
}

/** Where faults stop one run after the other, some once a wait has run out. */
export const inTurn: Kind = { timeoutScale: 0.05, serial: true };

/** What became of one fault; out/faults.json holds a list of these. */
export interface Result {
  id: string;
  where: string;
  fault: string;
  outcome: "converged" | "stopped with an error" | "not struck" | "failed";
  /** Objects that were lost or changed in the world that it struck; its faults share one verification. */
  lostObjects: number;
  /** Losses of profiles: namespaces, claims, notebooks, secrets. */
  lostProfiles: number;
  /** Relations that are missing or too many at the end. */
  wrongRelations: number;
  /** From the fault until the step that it struck was done; null where that did not come. */
  secondsToConverge: number | null;
  ok: boolean;
  detail: string;
}

export const whereOf = ({ moment: { step, at } }: Cell): string => `${at} of ${step}`;
