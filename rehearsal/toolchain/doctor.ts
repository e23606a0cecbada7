import Table from "cli-table3";
import { cacheRoot } from "./cache";
import type { Decision } from "./decide";
import { type Inspected, inspectTools } from "./inspect";
import { findApt, findGo, findNodeHost, type Prerequisite } from "./prerequisites";
import type { Part } from "./tools";

export interface Diagnosis {
  tools: Inspected[];
  prerequisites: Prerequisite[];
  /** Whether ensureToolchain could give every tool. */
  ready: boolean;
}

/** Looks at everything and changes nothing. */
export async function diagnose(parts: Part[] = ["engine", "cluster", "images"]): Promise<Diagnosis> {
  const tools = await inspectTools(parts);
  const packages = [...new Set(tools.flatMap(({ decision }) => (decision.action === "install" ? [decision.package] : [])))];
  const builds = tools.filter(({ decision }) => decision.action === "build").map(({ tool }) => tool.name);
  const [go, apt, host] = await Promise.all([findGo(builds), findApt(packages), findNodeHost()]);
  const needless = (check: Prerequisite): Prerequisite => ({ name: check.name, found: check.found });
  const prerequisites = [...host, builds.length ? go : needless(go), packages.length ? apt : needless(apt)];
  return { tools, prerequisites, ready: prerequisites.every((check) => check.missing === undefined) };
}

function describe({ tool, decision }: Inspected): [version: string, path: string, next: string] {
  const found = (what: Extract<Decision, { action: "use" }>): string => (what.origin === "built" ? "built" : what.origin === "package" ? "package" : "on PATH");
  switch (decision.action) {
    case "use":
      return [decision.version, decision.path, `use (${found(decision)})`];
    case "build":
      return ["-", "-", `build ${tool.version} from Go modules`];
    case "install":
      return ["-", "-", `install Debian package ${decision.package}`];
  }
}

/** The diagnosis as text: one aligned line per tool, then what the machine must bring. */
export function render(diagnosis: Diagnosis): string {
  const plain = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  " };
  const style = { "padding-left": 0, "padding-right": 0, head: [], border: [] };
  const tools = new Table({ head: ["TOOL", "FOR", "VERSION", "WHERE", "WHAT IS DONE"], chars: plain, style });
  for (const entry of diagnosis.tools) {
    const [version, path, next] = describe(entry);
    tools.push([entry.tool.name, entry.tool.part, version, path, entry.decision.why ? `${next}; ${entry.decision.why}` : next]);
  }
  const machine = new Table({ head: ["MACHINE", "FOUND", "MISSING"], chars: plain, style });
  for (const check of diagnosis.prerequisites) machine.push([check.name, check.found, check.missing ?? ""]);
  const end = diagnosis.ready
    ? `cache: ${cacheRoot()}`
    : "something is missing: put it right, or use a cluster that you already have (--kubeconfig FILE, setting REHEARSAL_KUBECONFIG)";
  return [tools.toString(), machine.toString(), end].join("\n\n").replace(/ +$/gm, "");
}

async function main(): Promise<void> {
  const diagnosis = await diagnose();
  process.stdout.write(`${render(diagnosis)}\n`);
  process.exitCode = diagnosis.ready ? 0 : 1;
}

if (require.main === module) void main();
