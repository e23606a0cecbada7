import type { Graph, Node } from "../graph";
import { refreshesOf } from "../refreshes";
import { releaseOf } from "../releases";
import { type Finding, stackRule } from "../rule";
import { application, units } from "../step";

function judgeTrust(graph: Graph, node: Node, name: string): Finding[] {
  if (graph.baseline?.applications.get(name)?.trusted) return [];
  const trusts = graph.steps("trust").filter(({ step }) => application(step) === name);
  if (trusts.some((trust) => graph.waitsFor(node, trust))) return [];
  return [
    {
      node,
      does: `refreshes ${name} to a charm that needs cluster access`,
      missing: `trust for ${name} before it`,
      fix: trusts[0]
        ? `let it depend on "${trusts[0].name}"`
        : `add a trust step for ${name} and let it depend on that`,
    },
  ];
}

/** Down before, up after: Juju refuses the crossing with units there, and nobody else brings them back. */
function judgeCrossing(graph: Graph, node: Node, name: string): Finding[] {
  if ((graph.baseline?.applications.get(name)?.generation ?? "podspec") !== "podspec") return [];
  const scales = graph.steps("scale").filter(({ step }) => application(step) === name);
  const down = scales.filter(({ step }) => units(step) === 0);
  const up = scales.filter(({ step }) => (units(step) ?? 0) > 0);
  const does = `takes ${name} from a podspec to a sidecar charm`;
  return [
    ...(down.some((one) => graph.waitsFor(node, one))
      ? []
      : [
          {
            node,
            does,
            missing: `${name} at 0 units before it`,
            fix: down[0]
              ? `let it depend on "${down[0].name}"`
              : "add a scale step to 0 units and let it depend on that",
          },
        ]),
    ...(up.length === 0
      ? [
          {
            node,
            does,
            missing: "a step that scales it up again",
            fix: "add a scale step to its former units that depends on this one",
          },
        ]
      : []),
    ...up
      .filter((one) => !graph.waitsFor(one, node))
      .map((one) => ({
        node: one,
        does: `scales ${name} up`,
        missing: `"${node.name}" before it`,
        fix: `let it depend on "${node.name}"`,
      })),
  ];
}

export const trustBeforeSidecarRefresh = stackRule(
  {
    name: "trust-before-sidecar-refresh",
    description:
      "A charm that needs cluster access is trusted before its refresh, and a podspec charm becomes a sidecar charm at 0 units.",
    reason:
      "The new charms' first hooks write to the Kubernetes API and fail with 403 without trust (F40); the failed hook then blocks every later one. Juju refuses the step from podspec to sidecar while a unit exists (F3).",
    example:
      '"refresh-kfp-api" refreshes kfp-api to a charm that needs cluster access. Missing: trust for kfp-api before it. Fix: let it depend on "trust-kfp-api".',
  },
  (graph) => {
    const { release } = releaseOf(graph);
    return refreshesOf(graph).flatMap(({ node, name, charm }) => [
      ...(release?.trusted.includes(charm) ? judgeTrust(graph, node, name) : []),
      ...(release?.sidecar.includes(charm) ? judgeCrossing(graph, node, name) : []),
    ]);
  },
);
