import Table from "cli-table3";
import type { Result } from "./cell";

/** The results for people: one line for each fault, then what went wrong, then the sum. */
export function table(results: Result[], seed: number): string {
  const lines = new Table({
    head: ["fault", "outcome", "objects lost", "profiles lost", "relations wrong", "seconds"],
    colAligns: ["left", "left", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const { id, outcome, lostObjects, lostProfiles, wrongRelations, secondsToConverge } of results)
    lines.push([id, outcome, lostObjects, lostProfiles, wrongRelations, secondsToConverge?.toFixed(1) ?? "-"]);
  const bad = results.filter(({ ok }) => !ok);
  const count = (outcome: Result["outcome"]): number => results.filter((one) => one.outcome === outcome).length;
  const outcomes = (["converged", "stopped with an error", "not struck", "failed"] as const)
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${outcome}`);
  const missed = results.filter(({ outcome, ok }) => outcome === "not struck" && ok);
  return [
    lines.toString(),
    "",
    ...missed.map(({ id, where, detail }) => `NOT STRUCK  ${id} (${where}): ${detail}`),
    ...bad.map(({ id, where, fault, detail }) => `WRONG  ${id} (${fault}, ${where}): ${detail}`),
    `seed ${seed}: ${results.length} faults, ${outcomes.join(", ")}; ${bad.length === 0 ? (missed.length === 0 ? "all as they have to be" : `all but ${missed.length} struck, and as they have to be`) : `${bad.length} are not as they have to be`}`,
    "",
  ].join("\n");
}
