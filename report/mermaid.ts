import type { Guide } from "./guide-schema";

/** Text between quotes of a Mermaid label (https://mermaid.js.org/syntax/flowchart.html): its own entities stand for signs that would end it. */
const label = (text: string): string => text.replaceAll("#", "#35;").replaceAll('"', "#quot;").replaceAll("<", "#lt;");

/** The graph of a guide as a Mermaid flowchart, a subgraph for each chapter. */
export function guideMermaid({ chapters }: Guide): string {
  const names = new Map(chapters.flatMap(({ steps }) => steps).map(({ id }, index) => [id, `s${index}`]));
  const lines = [
    "flowchart TB",
    ...chapters.flatMap(({ number, title, steps }) => [
      `  subgraph c${number}["${number}. ${label(title)}"]`,
      ...steps.map(({ id, does }) => `    ${names.get(id)}["${label(does)}"]`),
      "  end",
    ]),
    ...chapters
      .flatMap(({ steps }) => steps)
      .flatMap(({ id, after }) => after.map((before) => `  ${names.get(before)} --> ${names.get(id)}`)),
  ];
  return `${lines.join("\n")}\n`;
}
