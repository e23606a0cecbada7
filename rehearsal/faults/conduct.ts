import { parseStack } from "../../status/stack";
import type { StepRecord } from "../events";
import { type Hands, type Run, type Workspace, pulumi, up } from "../run";
import type { Cell, Stage } from "./cell";
import { type Strike, unsaid } from "./judge";
import { isNow } from "./moment";

export interface Conducted {
  strikes: Strike[];
  /** Cells whose moment never came. */
  missed: Cell[];
  /** Whether the upgrade came through in the end. */
  through: boolean;
}

/** Runs in a row that may fail without a fault of ours before it is given up. */
const patience = 2;

/** A step is in its middle once this much of its usual time is over; a fault of its own waits for up to `spread` more. Machines may be twice as fast as the one that "usual" is of. */
const middle = { from: 0.1, spread: 0.35 };

/** What decides when within a step a fault strikes. */
export interface Chance {
  /** @returns at least 0, less than 1 */
  next: () => number;
  /** The part of `middle` after which a step is in its middle: 1, or less for steps that were over before that came. */
  early: number;
}

/** How an upgrade under faults is run. */
export interface Conduct extends Chance {
  /** Whether steps run one after the other. */
  serial: boolean;
}

/** @param drawn 0 for the earliest, below 1 */
const middleAt = ({ early }: Chance, drawn: number): number => early * (middle.from + middle.spread * drawn);

const lastLines = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-25)
    .join("\n");

/** Writes down for each fault when the step that it struck was done. One that has to stop the run is not over before it did, and was mended. */
function settle(strikes: Strike[], done: Set<string>): void {
  for (const strike of strikes) {
    if (strike.cell.says && !strike.stopped) continue;
    if (done.has(strike.cell.until ?? strike.cell.moment.step)) strike.convergedAt ??= Date.now();
  }
}

const doneOf = (steps: StepRecord[]): Set<string> =>
  new Set(steps.filter(({ status }) => status === "done").map(({ id }) => id));

/** Names of the resources that the stack has on record as made and ready. */
async function recorded(workspace: Workspace): Promise<Set<string>> {
  const { stdout } = await pulumi(workspace, ["stack", "export", "--stack", workspace.stack]);
  return new Set(parseStack(stdout, "1.6-1.7").done);
}

/** Faults of one upgrade. Those that the upgrade has to come through may be under way together; one that ends the run strikes every step whose moment it is. */
class Faults {
  readonly strikes: Strike[] = [];
  readonly pending: Set<Cell>;
  private readonly fraction: Map<Cell, number>;
  private readonly earliest: number;

  constructor(
    private readonly stage: Stage,
    cells: Cell[],
    chance: Chance,
  ) {
    this.pending = new Set(cells);
    this.fraction = new Map(cells.map((cell) => [cell, middleAt(chance, chance.next())]));
    this.earliest = middleAt(chance, 0);
  }

  /** Faults that did not end their run and whose step is not done yet. */
  open(): Strike[] {
    return this.strikes.filter(({ cell, convergedAt }) => cell.ends === undefined && convergedAt === undefined);
  }

  /** Those, and faults that still do their work, as a second `up` that is being refused. */
  private underWay(): Strike[] {
    return this.strikes.filter(
      ({ cell, convergedAt, working }) => cell.ends === undefined && (convergedAt === undefined || working),
    );
  }

  /** Strikes where it is time. @returns the faults that struck */
  watch(steps: StepRecord[], hands: Hands): Strike[] {
    settle(this.strikes, doneOf(steps));
    const open = this.underWay();
    const now = Date.now();
    // What stops the run must be seen by itself, or its error would be laid at the other's door.
    const fits = ({ says, ends }: Cell): boolean =>
      open.length === 0 ||
      (says === undefined && ends === undefined && open.every(({ cell }) => cell.says === undefined));
    const due = [...this.pending].find(
      (cell) => fits(cell) && isNow(cell.moment, steps, now, this.fraction.get(cell)!),
    );
    if (!due) return [];
    const alike = [...this.pending].filter(
      (cell) =>
        cell === due ||
        (cell.ends === "run" && cell.fault === due.fault && isNow(cell.moment, steps, now, this.earliest)),
    );
    return this.strike(alike, hands);
  }

  private strike(cells: Cell[], hands: Hands): Strike[] {
    this.stage.log(`strikes: ${cells.map(({ id }) => id).join(", ")}`);
    const struck = cells.map((cell): Strike => ({
      cell,
      struckAt: Date.now(),
      stopped: false,
      wrong: [],
      working: false,
      work: Promise.resolve(),
    }));
    const [first] = struck;
    const { cell, wrong } = first;
    first.working = true;
    const work = (async () => cell.strike(this.stage, hands))();
    first.work = work
      .then(
        (text) => void (typeof text === "string" && wrong.push(text)),
        (error: Error) => void wrong.push(error.message),
      )
      .finally(() => void (first.working = false));
    cells.forEach((one) => this.pending.delete(one));
    this.strikes.push(...struck);
    return struck;
  }
}

/** One run of `up`, and the faults that struck it. */
async function faultyRun(
  workspace: Workspace,
  faults: Faults,
  { serial }: Conduct,
): Promise<{ run: Run; struck: Strike[] }> {
  const struck: Strike[] = [];
  const run = await up(workspace, {
    reviewed: true,
    serial,
    watch(steps, hands) {
      if (!struck.some(({ cell }) => cell.ends === "run")) struck.push(...faults.watch(steps, hands));
    },
  });
  settle(faults.open(), doneOf(run.steps));
  await Promise.all(struck.map(({ work }) => work));
  return { run, struck };
}

/** Runs `up` again and again, each time with the next faults, until one comes through. */
export async function conduct(stage: Stage, workspace: Workspace, cells: Cell[], chance: Conduct): Promise<Conducted> {
  const faults = new Faults(stage, cells, chance);
  for (let failures = 0; failures <= patience;) {
    const { run, struck } = await faultyRun(workspace, faults, chance);
    if (run.exitCode === 0) {
      for (const strike of faults.strikes) strike.convergedAt ??= Date.now();
      return { strikes: faults.strikes, missed: [...faults.pending], through: true };
    }
    const ended = struck.filter(({ cell }) => cell.ends === "run");
    if (ended.length > 0) {
      failures = 0;
      if (ended.some(({ cell }) => cell.locks))
        await pulumi(workspace, ["cancel", "--yes", "--stack", workspace.stack]);
      settle(ended, await recorded(workspace));
      continue;
    }
    stage.log(`up stopped with ${run.exitCode}: ${lastLines(run.text)}`);
    const open = faults.open();
    failures = struck.length > 0 ? 0 : failures + 1;
    for (const strike of open) {
      if (!strike.stopped) strike.wrong.push(...unsaid(strike.cell, run.text));
      strike.stopped = true;
      await strike.cell.mend?.(stage);
    }
    settle(open, await recorded(workspace));
  }
  return { strikes: faults.strikes, missed: [...faults.pending], through: false };
}
