import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Workspace, pulumi } from "../run";
import type { Trial } from "../trials";
import { hurts } from "./edits";

/** A project of its own for the program with faults, so that nothing of it can be reached from the real one. */
export function hurtWorkspace(workspace: Workspace, dir: string): Workspace {
  const project = join(dir, "hurt");
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project);
  for (const name of ["bin", "node_modules"]) symlinkSync(join(workspace.project, name), join(project, name));
  writeFileSync(join(project, "Pulumi.yaml"), readFileSync(join(workspace.project, "Pulumi.yaml"), "utf8").replace(/^main: .*$/m, "main: index.js"));
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(join(project, "index.js"), `module.exports = require(${JSON.stringify(join(__dirname, "program.ts"))});\n`);
  return { ...workspace, project };
}

/** The policy pack refuses a graph with faults, each by its own rule. */
export async function refusedTrial(workspace: Workspace, names: string[]): Promise<Trial> {
  const { exitCode, stdout, stderr } = await pulumi(workspace, ["preview", "--color", "never", "--stack", workspace.stack, "--policy-pack", workspace.policyPack]);
  const rules = names.map((name) => hurts[name].rule);
  const silent = rules.filter((rule) => !new RegExp(`\\[mandatory\\].* ${rule} `).test(`${stdout}\n${stderr}`));
  const ok = exitCode !== 0 && silent.length === 0;
  return { name: "policy pack refuses", ok, detail: ok ? rules.join(", ") : `preview ended with ${exitCode}; not refused by ${silent.join(", ")}` };
}
