import Table from "cli-table3";
import type { StatusFacts } from "./facts";
import type { Status } from "./judge";

const indent = (text: string, width: number): string =>
  text
    .trimEnd()
    .split("\n")
    .join(`\n${" ".repeat(width)}`);

function table({ phases }: Status): string[] {
  if (phases.length === 0) return [];
  const shown = new Table({
    head: ["phase", "steps", "done", "left", "stuck"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const { phase, steps, done, stuck } of phases)
    shown.push([phase, steps, done, steps - done, stuck.length || ""]);
  return [shown.toString(), ""];
}

/** One label with its lines under each other; nothing where there are none. */
function block(label: string, lines: string[]): string[] {
  const width = 10;
  return lines.map((line, index) => `${(index === 0 ? label : "").padEnd(width)}${indent(line, width)}`);
}

/** The status for people: a table by phase, what stands in the way, what is at risk, what to type. */
export function renderStatus(
  { stack, plan, baseline, path, found, backupProven, recorded }: StatusFacts,
  status: Status,
): string {
  const { headline, progress, cutOff, obstacles, risks, next } = status;
  const lines = [
    ...(found
      ? block("rollback", [`model ${baseline.model.name}, ${plan.to} back to ${plan.from}, stack ${stack}`])
      : block("upgrade", [`model ${baseline.model.name}, ${plan.from} to ${plan.to}, stack ${stack}`])),
    ...block("path", path ? [path.line, ...path.told] : []),
    ...block("status", [headline]),
    ...block("backup", recorded ? [backupProven ? "proven" : "not proven"] : []),
    ...block(
      "model",
      progress
        ? [
            `${progress.at} of ${progress.of} applications are ${found ? `back at release ${plan.from}` : `at release ${plan.to}`}`,
          ]
        : [],
    ),
    "",
    ...table(status),
    ...block("cut off", cutOff),
    ...block(
      "stuck",
      obstacles.map(({ name, told }) => `${name}: ${told}`),
    ),
    ...block("at risk", risks),
    ...block("next", next.length > 0 ? next : ["nothing is left to do"]),
  ];
  // What charms and juju said may hold anything; a terminal must not act on it.
  return `${lines.join("\n").replace(/[^\P{Cc}\n]/gu, "?")}\n`;
}
