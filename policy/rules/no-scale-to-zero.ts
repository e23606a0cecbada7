import { foreignEffects } from "../foreign";
import type { Graph, Node } from "../graph";
import { stateful } from "../data";
import { type Finding, stackRule } from "../rule";
import { application, units } from "../step";

/** What keeps an application from coming back from 0 units; undefined where nothing known does. */
function hindrance(graph: Graph, name: string): { holds: string; missing: string; fix: string } | undefined {
  const claims = [graph.baseline, graph.found].flatMap((model) => model?.volumes.get(name) ?? []);
  if (claims.length > 0 || (!graph.baseline && stateful.includes(name)))
    return {
      holds: `holds data${claims[0] ? ` in claim ${claims[0].claim}` : ""}`,
      missing: "a way back: Juju destroys its claim and volume when it is started again, whatever the reclaim policy",
      fix: "remove it, which keeps its claim, and deploy it again on its volume, as the program's own graph does",
    };
  if (graph.baseline?.applications.get(name)?.generation === "sidecar")
    return {
      holds: "runs a sidecar charm",
      missing: "a way back: with Juju 2.9 its unit stays lost when it is started again",
      fix: "refresh it with its units",
    };
  return undefined;
}

function judge(graph: Graph, node: Node, name: string): Finding[] {
  const found = hindrance(graph, name);
  if (!found) return [];
  const { holds, missing, fix } = found;
  return [{ node, does: `scales ${name}, which ${holds}, to 0 units`, missing, fix }];
}

export const noScaleToZero = stackRule(
  {
    name: "no-scale-to-zero",
    description: "An application with storage, or of a sidecar charm, is never scaled to 0 units.",
    reason:
      "When a podspec application comes back from 0 units on the same claim, its unit gets a new storage instance; Juju takes the old one for an orphan and deletes the claim and the volume in use, whatever the reclaim policy, so that the next Pod starts empty. " +
      "A sidecar's unit does not come back with Juju 2.9. Both were seen on real controllers (docs/storage.md).",
    example:
      '"stop-minio" scales minio, which holds data in claim minio-data-0837847d-minio-0, to 0 units. Missing: a way back: Juju destroys its claim and volume when it is started again, whatever the reclaim policy. Fix: remove it, which keeps its claim, and deploy it again on its volume, as the program\'s own graph does.',
  },
  (graph) => [
    ...graph
      .steps("scale")
      .filter(({ step }) => units(step) === 0)
      .flatMap((node) => judge(graph, node, application(node.step) ?? node.name)),
    ...graph.nodes.flatMap((node) => (foreignEffects(node)?.stops ?? []).flatMap((name) => judge(graph, node, name))),
  ],
);
