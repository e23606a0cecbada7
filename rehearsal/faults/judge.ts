import { type Cell, type Result, whereOf } from "./cell";

/** A fault that has struck, and what came of it so far. */
export interface Strike {
  cell: Cell;
  /** Milliseconds since 1970. */
  struckAt: number;
  /** When the step that it struck was done. */
  convergedAt?: number;
  /** Whether the run that it struck, or a later one, stopped with an error because of it. */
  stopped: boolean;
  /** What went otherwise than it must. */
  wrong: string[];
  /** Ends once the fault has done its work; until then it is `working`. */
  work: Promise<void>;
  working: boolean;
}

/** What was found in a world after its upgrade. */
export interface Aftermath {
  through: boolean;
  lostObjects: string[];
  /** Of profiles and databases, and what of the model itself is not as it has to be. */
  losses: string[];
  wrongRelations: string[];
  /** Whether another `up` changes nothing. */
  unchanged: boolean;
}

/** What an error ought to say and does not; of a fault that the upgrade has to come through, that it stopped. */
export function unsaid({ says }: Cell, text: string): string[] {
  if (!says) return [`it has to come through, and stopped: ${errorsIn(text)}`];
  return says
    .filter((pattern) => !pattern.test(text))
    .map((pattern) => `the error does not say ${pattern}: ${errorsIn(text)}`);
}

/** The lines of what `pulumi` printed that tell why it failed. */
export function errorsIn(text: string): string {
  const lines = text.split("\n").filter((line) => /error:|: .*\. .*\. /.test(line));
  return lines.slice(-3).join(" / ").slice(0, 600);
}

/** Names that are missing or too many. */
export function amiss(expected: string[], found: string[]): string[] {
  return [
    ...expected.filter((one) => !found.includes(one)).map((one) => `${one} is missing`),
    ...found.filter((one) => !expected.includes(one)).map((one) => `${one} is too many`),
  ];
}

/** The verdict on each cell of a world. What was lost in it counts for every fault that struck it: they share one verification. */
export function judge(strikes: Strike[], missed: Cell[], aftermath: Aftermath): Result[] {
  const { through, lostObjects, losses, wrongRelations, unchanged } = aftermath;
  const world = [
    ...(through ? [] : ["the upgrade did not come through"]),
    ...lostObjects,
    ...losses,
    ...wrongRelations,
    ...(!through || unchanged ? [] : ["another up would change something"]),
  ];
  const counts = {
    lostObjects: lostObjects.length,
    lostProfiles: losses.length,
    wrongRelations: wrongRelations.length,
  };
  const struck = strikes.map(({ cell, struckAt, convergedAt, stopped, wrong }): Result => {
    const bad = [...wrong, ...(cell.says && !stopped ? ["it came through, and ought to have stopped"] : []), ...world];
    const converged = convergedAt !== undefined && through;
    return {
      id: cell.id,
      where: whereOf(cell),
      fault: cell.fault,
      outcome: !converged ? "failed" : stopped ? "stopped with an error" : "converged",
      ...counts,
      secondsToConverge: converged ? Math.round((convergedAt - struckAt) / 100) / 10 : null,
      ok: bad.length === 0,
      detail: bad.join("; "),
    };
  });
  const others = missed.map((cell): Result => {
    const why =
      cell.seldom === undefined
        ? "its moment never came, or another fault was under way"
        : `its moment never came, as is known: ${cell.seldom}`;
    return {
      id: cell.id,
      where: whereOf(cell),
      fault: cell.fault,
      outcome: "not struck",
      ...counts,
      secondsToConverge: null,
      ok: world.length === 0 && cell.seldom !== undefined,
      detail: [why, ...world].join("; "),
    };
  });
  return [...struck, ...others];
}
