import execa from "execa";
import type { Workspace } from "./run";

/**
 * Makes the page of a rehearsal beside its record, as `npm run report` does for any stack, while its world is still up.
 * @returns a line for people: where the page is, or why there is none
 */
export async function writePage({ project, env, stack }: Workspace, record: string): Promise<string> {
  const out = record.replace(/(\.json)?$/, ".html");
  const words = ["report/main.ts", "--stack", stack, "--rehearsal", record, "--out", out];
  const { exitCode, stdout, stderr } = await execa(process.execPath, ["--import", "tsx", ...words], {
    cwd: project,
    env,
    reject: false,
    stdin: "ignore",
  });
  return exitCode === 0 ? stdout : `no page was made of it: ${stderr.trim().split("\n").at(-1)}`;
}
