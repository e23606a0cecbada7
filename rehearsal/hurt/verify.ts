import execa from "execa";
import { type Workspace, pulumi } from "../run";
import { type Trial, trial } from "../trial";
import { lastLines } from "../trials";
import { hurts } from "./edits";

/**
 * The plan's own verification, run by itself on what the faults left: an `up` that stops at a fault never comes to it. It must
 * report each of them. Its waits are cut short, since nothing is on its way any more.
 */
export async function verifyTrial(workspace: Workspace, names: string[]): Promise<Trial> {
  const { stdout } = await pulumi(workspace, ["preview", "--json", "--stack", workspace.stack]);
  const { steps } = JSON.parse(stdout) as {
    steps: { urn: string; newState?: { type: string; inputs: { create?: string } } }[];
  };
  const order = steps.find(
    ({ urn, newState }) => urn.endsWith("::verify") && newState?.type === "command:local:Command",
  )?.newState?.inputs.create;
  if (order === undefined)
    return trial("verify reports", false, "", "the plan has no verification that is left to run");
  const { exitCode, stderr } = await execa("node", ["bin/step.js", order], {
    cwd: workspace.project,
    env: { ...workspace.env, CKF_TIMEOUT_SCALE: "0.01" },
    input: "{}",
    reject: false,
  });
  const silent = names.filter((name) => !hurts[name].told.test(stderr));
  const failed = [...new Set([...stderr.matchAll(/FAILED +(\([a-j]\) [a-z ]+?) {2}/g)].map(([, check]) => check))];
  return trial(
    "verify reports",
    exitCode !== 0 && silent.length === 0,
    failed.join(", "),
    `exit code ${exitCode}; it does not tell of ${silent.join(", ") || "any"}: ${lastLines(stderr)}`,
  );
}
