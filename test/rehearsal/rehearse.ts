import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import execa from "execa";
import type { Report } from "../../rehearsal/report";

const project = resolve(__dirname, "../..");
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ckf-report-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

export interface Rehearsed {
  exitCode: number;
  stdout: string;
  /** The end of what was told on the way. */
  told: string;
  report: Report;
}

/** Runs `npm start` with these options; throws where it leaves no report. */
export async function rehearsal(...args: string[]): Promise<Rehearsed> {
  const out = join(dir, "rehearsal.json");
  const { exitCode, stdout, stderr } = await execa("npm", ["start", "--silent", "--", "--out", out, ...args], {
    cwd: project,
    reject: false,
    stdin: "ignore",
  });
  const told = stderr.slice(-8000);
  try {
    return { exitCode, stdout, told, report: JSON.parse(readFileSync(out, "utf8")) as Report };
  } catch {
    throw new Error(`the rehearsal wrote no report, exit code ${exitCode}:\n${told}`);
  }
}

/** A rehearsal that must end with nothing lost; where it does not, what it told on the way is shown. */
export async function verified(...args: string[]): Promise<Rehearsed> {
  const rehearsed = await rehearsal(...args);
  const { exitCode, told, report } = rehearsed;
  const { trials, losses, objects } = report;
  expect({
    exitCode,
    told: exitCode === 0 ? "" : told,
    trials: trials.filter(({ ok }) => !ok),
    losses,
    mismatched: objects.mismatched,
  }).toEqual({ exitCode: 0, told: "", trials: [], losses: [], mismatched: [] });
  return rehearsed;
}
