import { refreshesByHand } from "./foreign";
import type { Graph, Node } from "./graph";
import { at, text } from "./known";
import { charmOf } from "./releases";
import { type Step, application } from "./step";

/** A refresh in the graph. */
export interface Refresh {
  node: Node;
  /** The application. */
  name: string;
  charm: string;
  /** The step that does it; undefined for somebody's own Command. */
  step?: Step;
}

/** Every refresh of a graph, by a step or by hand. */
export function refreshesOf(graph: Graph): Refresh[] {
  return [
    ...graph.steps("refresh").map((node) => ({
      node,
      name: application(node.step) ?? node.name,
      charm: text(at(node.step.action, "charm")) ?? "",
      step: node.step,
    })),
    ...refreshesByHand(graph).map(({ node, application: name }) => ({ node, name, charm: charmOf(graph, name) })),
  ];
}
