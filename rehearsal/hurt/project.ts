import { join } from "node:path";
import { linkedProject } from "../linked";
import { type Workspace, pulumi } from "../run";
import type { Trial } from "../trial";
import { hurts } from "./edits";

/** A project of its own for the program with faults, so that nothing of it can be reached from the real one. */
export function hurtWorkspace(workspace: Workspace, dir: string): Workspace {
  return { ...workspace, project: linkedProject(workspace.project, join(dir, "hurt"), join(__dirname, "program.ts")) };
}

/** The policy pack refuses a graph with faults, each by its own rule. */
export async function refusedTrial(workspace: Workspace, names: string[]): Promise<Trial> {
  const { exitCode, stdout, stderr } = await pulumi(workspace, [
    "preview",
    "--color",
    "never",
    "--stack",
    workspace.stack,
    "--policy-pack",
    workspace.policyPack,
  ]);
  const rules = names.map((name) => hurts[name].rule);
  const silent = rules.filter((rule) => !new RegExp(`\\[mandatory\\].* ${rule} `).test(`${stdout}\n${stderr}`));
  const ok = exitCode !== 0 && silent.length === 0;
  return {
    name: "policy pack refuses",
    ok,
    detail: ok ? rules.join(", ") : `preview ended with ${exitCode}; not refused by ${silent.join(", ")}`,
  };
}
