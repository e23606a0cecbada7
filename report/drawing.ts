import { type Graph, type Viz, instance } from "@viz-js/viz";

/**
 * Graphviz measures labels by the widths of its own fonts, and the page draws them in one that the reader has: boxes are laid out for larger
 * letters than are drawn, so that labels fit in any.
 */
const [measured, drawn] = [14, 11];

export interface Drawing {
  /** Of the whole document: ids of its parts begin with it. */
  id: string;
  direction: "TB" | "LR";
  /** `label` may have lines. `classes` and colours are given to the SVG. */
  nodes: { name: string; label: string; classes?: string; fill?: string; tooltip?: string }[];
  edges: { from: string; to: string }[];
  background: string;
}

function graphOf({ id, direction, nodes, edges, background }: Drawing): Graph {
  return {
    directed: true,
    graphAttributes: { id, rankdir: direction, nodesep: 0.15, ranksep: 0.3, bgcolor: background, margin: "0.1" },
    nodeAttributes: {
      shape: "box",
      style: "rounded,filled",
      fontname: "Helvetica,Arial,sans-serif",
      fontsize: measured,
      margin: "0.12,0.06",
      height: 0.3,
      color: "#607d8b",
      fillcolor: "white",
    },
    edgeAttributes: { color: "#607d8b", arrowsize: 0.6 },
    nodes: nodes.map(({ name, label, classes, fill, tooltip }, index) => ({
      name,
      attributes: {
        id: `${id}-node-${index}`,
        label,
        ...(classes && { class: classes }),
        ...(fill && { fillcolor: fill }),
        ...(tooltip && { tooltip }),
      },
    })),
    edges: edges.map(({ from, to }, index) => ({ tail: from, head: to, attributes: { id: `${id}-edge-${index}` } })),
  };
}

let viz: Promise<Viz> | undefined;

/** A graph as an SVG document: the same text for the same graph. */
export async function draw(drawing: Drawing): Promise<string> {
  viz ??= instance();
  const svg = (await viz).renderString(graphOf(drawing), { format: "svg" });
  return svg.replaceAll(`font-size="${measured}.00"`, `font-size="${drawn}.00"`);
}

/** The element alone, to be put into a page; as wide as it is drawn. */
export async function drawInline(drawing: Drawing, label: string): Promise<string> {
  const svg = await draw(drawing);
  const quoted = label.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return svg
    .slice(svg.indexOf("<svg"))
    .replace("<svg", `<svg role="img" aria-label="${quoted}"`)
    .replace(/ xmlns(:xlink)?="[^"]*"/g, "")
    .replace(/ xml:space="preserve"/g, "")
    .replace(/<!--[\s\S]*?-->\n?/g, "");
}
