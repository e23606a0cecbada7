import { appendFileSync } from "node:fs";
import execa from "execa";
import type { Workspace } from "./run";
import type { Trial } from "./trial";

/** What `npm run status` must tell at a moment: its exit code, texts that are in it, commands up to the stack's name, and texts that are not. */
export interface Told {
  exitCode: number;
  says: string[];
  types?: string[];
  never?: string[];
}

/** Asks `npm run status` and holds it against what is so. */
export async function statusTrial(
  workspace: Workspace,
  when: string,
  { exitCode, says, types = [], never = [] }: Told,
): Promise<Trial> {
  const result = await execa(process.execPath, ["--import", "tsx", "status/main.ts", "--stack", workspace.stack], {
    cwd: workspace.project,
    env: workspace.env,
    reject: false,
    stdin: "ignore",
  });
  const text = `${result.stdout}\n${result.stderr}`;
  appendFileSync(workspace.output, `$ npm run status, ${when}\n${text}\nexit code ${result.exitCode}\n`);
  const wanted = [...says, ...types.map((words) => `${words} --stack ${workspace.stack}`)];
  const wrong = [
    ...(result.exitCode === exitCode ? [] : [`it ended with ${result.exitCode}`]),
    ...wanted.filter((one) => !text.includes(one)).map((one) => `it does not say "${one}"`),
    ...never.filter((one) => text.includes(one)).map((one) => `it says "${one}"`),
  ];
  return {
    name: `status ${when}`,
    ok: wrong.length === 0,
    detail: wrong.length === 0 ? says[0] : `${wrong.join("; ")}: ${text.trim().split("\n").slice(0, 3).join(" / ")}`,
  };
}

/** Of the way back it is never said that the upgrade is done, nor advised to delete what it goes back to. */
const never = ["done and verified", "finalize"];

/** What is so at the moments of a rehearsal. */
export const moments = {
  notBegun: { exitCode: 3, says: ["not begun"], types: ["pulumi preview"] },
  refused: { exitCode: 4, says: ["not begun: preflight would refuse", "notebooks-running"] },
  refusedAgain: { exitCode: 4, says: ["preflight would refuse to go on", "notebooks-running"], types: ["pulumi up"] },
  killed: (step: string): Told => ({
    exitCode: 3,
    says: [`cut off in the middle of`, step],
    types: ["pulumi cancel --yes", "pulumi up"],
  }),
  failed: (step: string): Told => ({ exitCode: 4, says: [`${step} failed`], types: ["pulumi up"] }),
  done: { exitCode: 0, says: ["done and verified"] },
  finalized: { exitCode: 0, says: ["done, verified and finalized", "nothing is left to do"] },
  asksBack: (asked: string[]): Told => ({
    exitCode: 4,
    says: ["1.7 back to 1.6", "not begun"],
    types: asked.map((name) => `]' ${name}`),
    never,
  }),
  killedBack: (step: string): Told => ({
    exitCode: 3,
    says: ["1.7 back to 1.6", "cut off in the middle of", step],
    types: ["pulumi cancel --yes", "pulumi up"],
    never,
  }),
  back: { exitCode: 0, says: ["taken back to release 1.6, and verified"], types: ["pulumi destroy"], never },
  nothing: { exitCode: 0, says: ["already", "nothing is left to do"] },
};
