import type { Graph, Node, StepNode } from "../graph";
import { at } from "../known";
import { refreshesOf } from "../refreshes";
import { releaseOf } from "../releases";
import { type Finding, stackRule } from "../rule";
import { application, units } from "../step";

/** Guards of an application that find it as the refresh does: at the 0 units that this waits for. At one, its charm puts the labels on again. */
function guardsAtZero(graph: Graph, node: Node, name: string): StepNode[] {
  const stops = graph
    .steps("scale")
    .filter((stop) => application(stop.step) === name && units(stop.step) === 0 && graph.waitsFor(node, stop));
  return graph
    .steps("guard-crossing")
    .filter((guard) => application(guard.step) === name && stops.every((stop) => graph.waitsFor(guard, stop)));
}

function judge(graph: Graph, node: Node, name: string, looksAgain: boolean): Finding[] {
  const does = `takes ${name} from a podspec to a sidecar charm, by which Juju deletes what carries its labels`;
  const guards = guardsAtZero(graph, node, name);
  if (!guards.some((guard) => graph.waitsFor(node, guard)))
    return [
      {
        node,
        does,
        missing: `guard-crossing for ${name} at 0 units before it`,
        fix: guards[0]
          ? `let it depend on "${guards[0].name}"`
          : "add that step after the scale to 0 units and let it depend on it",
      },
    ];
  if (looksAgain) return [];
  return [
    {
      node,
      does,
      missing: "the look in the moment of the refresh",
      fix: 'give the step "crossing": true',
    },
  ];
}

export const labelsOffBeforeCrossing = stackRule(
  {
    name: "labels-off-before-crossing",
    description:
      "A podspec charm becomes a sidecar charm only after Juju's labels were taken off what it made, at 0 units, and are looked for again in that moment.",
    reason:
      "About 2.6 s after such a refresh Juju deletes every definition and every custom object with the labels of the application (seen on Juju 2.9.42). With a definition go the objects of all users: kubeflow-profiles 1.6 declares profiles.kubeflow.org, so every profile and every user's namespace would go.",
    example:
      '"refresh-kubeflow-profiles" takes kubeflow-profiles from a podspec to a sidecar charm, by which Juju deletes what carries its labels. Missing: guard-crossing for kubeflow-profiles at 0 units before it. Fix: let it depend on "guard-crossing-kubeflow-profiles".',
  },
  (graph) => {
    const { release } = releaseOf(graph);
    return refreshesOf(graph)
      .filter(({ charm }) => release?.sidecar.includes(charm))
      .filter(({ name }) => (graph.baseline?.applications.get(name)?.generation ?? "podspec") === "podspec")
      .flatMap(({ node, name, step }) => judge(graph, node, name, !step || at(step.action, "crossing") === true));
  },
);
