import { type Finding, type Obstacle, checks } from "./finding";

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * A finding for people: its name, then what was seen, what it means and what to do, one under the other.
 * @param width of the longest name that is shown along with it
 */
export function renderFinding({ name, subject, fact, meaning, next, weight }: Finding, width: number): string {
  const gap = " ".repeat(width + 2);
  const ignore =
    weight === "refuses" && checks[name].ignorable ? `\n${gap}To go on all the same: ignorePreflight: [${name}]` : "";
  return `${name.padEnd(width)}  ${subject} ${fact}\n${gap}${capital(meaning)}\n${gap}${capital(next)}${ignore}`;
}

/** All that no plan can be made with, each once. */
export function renderObstacles(obstacles: Obstacle[]): string {
  const findings = obstacles.map((one): Finding => ({ ...one, weight: "refuses" }));
  const texts = [...new Set(findings.map((finding) => renderFinding(finding, widthOf(findings))))];
  return `this hop cannot be planned, ${texts.length} ${texts.length === 1 ? "finding" : "findings"}:\n\n${texts.join("\n\n")}\n`;
}

/** Width that lines the findings up. */
export function widthOf(findings: Finding[]): number {
  return Math.max(0, ...findings.map(({ name }) => name.length));
}
