import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import Table from "cli-table3";
import { type Check, renderChecks } from "../steps/checks/check";
import type { StepRecord } from "./events";

/** What a rehearsal found; written to out/rehearsal.json. */
export interface Report {
  scenario: string;
  from: string;
  to: string;
  /** What the program says of the backup it relied on. */
  backup: string;
  storage: { path: string; reason: string };
  steps: StepRecord[];
  objects: { before: number; after: number; bytes: number; mismatched: string[] };
  /** Rows of all databases. */
  databases: { tables: number; before: number; after: number };
  /** All the time during which an outsider did not get an object that was there before: no answer, or a store without it. */
  downtimeSeconds: number;
  /** What the program itself tells at its end: from the stop of an application to its Pod being ready on its data. */
  measuredDowntimeSeconds: Record<string, number>;
  profiles: { before: string[]; after: string[] };
  /** What the program's own verification told; empty where it did not come so far. */
  checks: Check[];
  /** What was lost or changed that is no object; empty when all is well. */
  losses: string[];
  plugins: Record<string, string>;
  /** Each thing that was tried beside the upgrade itself, and whether it went as it must. */
  trials: { name: string; ok: boolean; detail: string }[];
  ok: boolean;
}

/** Writes the report as JSON. */
export function writeReport(file: string, report: Report): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

/** The report for people: what took how long, what was moved, what was checked. */
export function summary(report: Report): string {
  const byKind = new Map<string, StepRecord[]>();
  for (const step of report.steps) byKind.set(step.kind, [...(byKind.get(step.kind) ?? []), step]);
  const kinds = new Table({
    head: ["kind of step", "steps", "longest"],
    colAligns: ["left", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const [kind, steps] of [...byKind].sort(([a], [b]) => (a < b ? -1 : 1)))
    kinds.push([kind, steps.length, seconds(Math.max(...steps.map((step) => step.seconds)))]);
  const { databases, objects, profiles } = report;
  const facts = [
    `hop         ${report.from} to ${report.to}, scenario ${report.scenario}`,
    `backup      ${report.backup}`,
    `storage     ${report.storage.path}: ${report.storage.reason}`,
    `objects     ${objects.before} before, ${objects.after} after, ${(objects.bytes / 1e6).toFixed(1)} MB, ${objects.mismatched.length} differ`,
    `databases   ${databases.before} rows of ${databases.tables} tables before, ${databases.after} after`,
    `profiles    ${profiles.before.join(", ")} before; ${profiles.after.join(", ") || "none"} after`,
    `downtime    MinIO did not serve its objects for ${seconds(report.downtimeSeconds)}`,
    ...Object.entries(report.measuredDowntimeSeconds).map(
      ([application, down]) =>
        `            ${application} was stopped, by the program's own clock, for ${seconds(down)}`,
    ),
    `plugins     ${Object.entries(report.plugins)
      .map(([name, origin]) => `${name} (${origin})`)
      .join(", ")}`,
    ...renderChecks(report.checks).map((line) => `verify      ${line}`),
    ...report.trials.map(({ name, ok, detail }) => `${ok ? "passed" : "FAILED"}      ${name}: ${detail}`),
    ...objects.mismatched.slice(0, 20).map((name) => `DIFFERS     ${name}`),
    ...report.losses.map((loss) => `LOST        ${loss}`),
    report.ok ? "verified    nothing was lost" : "NOT VERIFIED",
  ];
  return `${kinds.toString()}\n\n${facts.join("\n")}\n`;
}
