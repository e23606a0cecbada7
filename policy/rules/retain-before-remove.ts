import { foreignEffects } from "../foreign";
import { type Graph, type Node, type StepNode, clusterName, types } from "../graph";
import { at, list, text } from "../known";
import { stateful } from "../data";
import { type Finding, stackRule } from "../rule";
import { application, claimsLeft } from "../step";

/** Claims of an application; unnamed where only its name says that it holds data. */
function claimsOf(graph: Graph, name: string): (string | undefined)[] {
  if (graph.baseline)
    return [
      ...new Set(
        [graph.baseline, graph.found].flatMap((model) => model?.volumes.get(name) ?? []).map(({ claim }) => claim),
      ),
    ];
  return stateful.includes(name) ? [undefined] : [];
}

/** Steps that read back Retain on the volume of a claim; on any volume when the claim has no name here. */
function readBacks(graph: Graph, claim: string | undefined): StepNode[] {
  return graph
    .steps("check-retain")
    .filter(({ step }) =>
      list(at(step.action, "volumes")).some((volume) => claim === undefined || at(volume, "claim") === claim),
    );
}

function judgeRemoval(graph: Graph, node: Node, name: string, claims: (string | undefined)[]): Finding[] {
  return claims.flatMap((claim) => {
    const found = readBacks(graph, claim);
    if (found.some((readBack) => graph.waitsFor(node, readBack))) return [];
    const what = claim ? `claim ${claim}` : "its claims";
    return [
      {
        node,
        does: `removes ${name}, which holds data in ${what}`,
        missing: "Retain on the volume, set and read back, before it",
        fix:
          found.length > 0
            ? `let it depend on "${found[0].name}"`
            : `patch the volume of ${what} to Retain, read it back with a check-retain step, and let it depend on that step`,
      },
    ];
  });
}

/** A read-back says something only about a patch that was made before it. */
function judgeReadBack(graph: Graph, node: StepNode): Finding[] {
  return list(at(node.step.action, "volumes")).flatMap((volume) => {
    const name = text(at(volume, "volume"));
    const patch = graph
      .ofType(types.volumePatch)
      .find(
        (one) =>
          clusterName(one) === name &&
          at(one.props, "spec", "persistentVolumeReclaimPolicy") === "Retain" &&
          graph.waitsFor(node, one),
      );
    return patch
      ? []
      : [
          {
            node,
            does: `reads back volume ${name}`,
            missing: "a patch of that volume to Retain before it",
            fix: `declare a PersistentVolumePatch of ${name} that sets Retain, and let it depend on that`,
          },
        ];
  });
}

export const retainBeforeRemove = stackRule(
  {
    name: "retain-before-remove",
    description:
      "Whatever removes an application with storage depends on the patch of its volume to Retain and on its read-back.",
    reason:
      "Volumes of Charmed Kubeflow mostly have the reclaim policy Delete: when the claim goes, the data goes. A patch that was refused or undone looks like one that worked until it is read back.",
    example:
      '"remove-minio" removes minio, which holds data in claim minio-data-0837847d-minio-0. Missing: Retain on the volume, set and read back, before it. Fix: let it depend on "check-retain-minio".',
  },
  (graph) => [
    ...graph.steps("remove-application", "finalize-database").flatMap((node) => {
      const name = application(node.step) ?? node.name;
      return judgeRemoval(graph, node, name, [...new Set([...claimsLeft(node.step), ...claimsOf(graph, name)])]);
    }),
    ...graph.nodes.flatMap((node) =>
      (foreignEffects(node)?.applications ?? []).flatMap((name) =>
        judgeRemoval(graph, node, name, claimsOf(graph, name)),
      ),
    ),
    ...graph.steps("check-retain").flatMap((node) => judgeReadBack(graph, node)),
  ],
);
