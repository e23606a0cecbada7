import Table from "cli-table3";
import { cacheRoot } from "./cache";
import type { Decision } from "./decide";
import { type Inspected, inspectTools } from "./inspect";
import { findPrerequisites, missingOf, type Prerequisite, wayOut } from "./prerequisites";
import { ALL_PARTS, BESIDE_CLUSTER } from "./tools";

export interface Diagnosis {
  tools: Inspected[];
  prerequisites: Prerequisite[];
  /** What is missing also where a cluster is there already. */
  still: string[];
}

/** Looks at everything and changes nothing. */
export async function diagnose(): Promise<Diagnosis> {
  const tools = await inspectTools(ALL_PARTS);
  const [prerequisites, portable] = await Promise.all([
    findPrerequisites(ALL_PARTS, tools),
    findPrerequisites(BESIDE_CLUSTER, tools),
  ]);
  return { tools, prerequisites, still: missingOf(portable) };
}

/** Whether ensureToolchain could give every tool. */
const isReady = ({ prerequisites }: Diagnosis): boolean => missingOf(prerequisites).length === 0;

function describe({ decision }: Inspected): [version: string, path: string, next: string] {
  const found = (what: Extract<Decision, { action: "use" }>): string =>
    what.origin === "built" ? "built" : what.origin === "package" ? "package" : "on PATH";
  switch (decision.action) {
    case "use":
      return [decision.version, decision.path, `use (${found(decision)})`];
    case "build":
      return ["-", "-", `build ${decision.version} from Go modules`];
    case "install":
      return ["-", "-", `install Debian package ${decision.package}`];
  }
}

/** The diagnosis as text: one aligned line per tool, then what the machine must bring. */
export function render(diagnosis: Diagnosis): string {
  const plain = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "  ",
  };
  const style = { "padding-left": 0, "padding-right": 0, head: [], border: [] };
  const tools = new Table({ head: ["TOOL", "FOR", "VERSION", "WHERE", "WHAT IS DONE"], chars: plain, style });
  for (const entry of diagnosis.tools) {
    const [version, path, next] = describe(entry);
    tools.push([
      entry.tool.name,
      entry.tool.parts.join(", "),
      version,
      path,
      entry.decision.why ? `${next}; ${entry.decision.why}` : next,
    ]);
  }
  const machine = new Table({ head: ["MACHINE", "FOUND", "MISSING"], chars: plain, style });
  for (const check of diagnosis.prerequisites) machine.push([check.name, check.found, check.missing ?? ""]);
  const end = isReady(diagnosis)
    ? `cache: ${cacheRoot()}`
    : `something is missing: put it right; ${wayOut(diagnosis.still)}`;
  return [tools.toString(), machine.toString(), end].join("\n\n").replace(/ +$/gm, "");
}

async function main(): Promise<void> {
  const diagnosis = await diagnose();
  process.stdout.write(`${render(diagnosis)}\n`);
  process.exitCode = isReady(diagnosis) ? 0 : 1;
}

if (require.main === module) void main();
