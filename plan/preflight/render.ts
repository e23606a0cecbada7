import { type Finding, checks } from "./finding";

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * A finding for people: its name, then what was seen, what it means and what to do, one under the other.
 * @param width of the longest name that is shown along with it
 */
export function renderFinding({ name, subject, fact, meaning, next, weight }: Finding, width: number): string {
  const gap = " ".repeat(width + 2);
  const ignore = weight === "refuses" && checks[name].ignorable ? `\n${gap}To go on all the same: ignorePreflight: [${name}]` : "";
  return `${name.padEnd(width)}  ${subject} ${fact}\n${gap}${capital(meaning)}\n${gap}${capital(next)}${ignore}`;
}

/** Width that lines the findings up. */
export function widthOf(findings: Finding[]): number {
  return Math.max(0, ...findings.map(({ name }) => name.length));
}
