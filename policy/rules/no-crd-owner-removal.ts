import { foreignEffects } from "../foreign";
import type { Graph, StepNode } from "../graph";
import { at, texts } from "../known";
import { crdOwners } from "../data";
import { charmOf } from "../releases";
import { type Finding, stackRule } from "../rule";
import { application } from "../step";

/** Steps that let the cluster refuse the deletion of an application's definitions, and take Juju's marks off them. */
function guards(graph: Graph, name: string): StepNode[] {
  return graph.steps("guard-definitions").filter(({ step }) => texts(at(step.action, "applications")).includes(name));
}

/** A guard stands as long as an owner is away: it goes only when that was deployed again. */
function judgeLift(graph: Graph, removal: StepNode, name: string): Finding[] {
  const deployments = graph.steps("deploy").filter(({ step }) => application(step) === name);
  return graph
    .steps("lift-guard")
    .filter(
      (lift) =>
        deployments.length === 0 ||
        !deployments.every((deployment) => graph.waitsFor(lift, deployment) && graph.waitsFor(deployment, removal)),
    )
    .map((lift) => ({
      node: lift,
      does: `allows deletions while ${name}, which owns custom resource definitions, is away`,
      missing: `the deployment of ${name} before it`,
      fix: deployments[0]
        ? `let it depend on "${deployments[0].name}"`
        : `deploy ${name} again and let it depend on that`,
    }));
}

export const noCrdOwnerRemoval = stackRule(
  {
    name: "no-crd-owner-removal",
    description:
      "No application is removed whose charm owns custom resource definitions, unless the cluster refuses their deletion meanwhile; and no definition is deleted.",
    reason:
      "Removing such a charm deletes its definitions, and Kubernetes then deletes every object of them in every namespace: notebooks, experiments, profiles. A redeployment brings the definitions back, not the objects (F2).",
    example:
      '"remove-jupyter-controller" removes jupyter-controller, whose charm jupyter-controller owns custom resource definitions. Missing: a way that keeps them. Fix: refresh the application instead of removing it.',
  },
  (graph) => {
    const missing = "a way that keeps them";
    const guarded = (node: StepNode, name: string): Finding[] | undefined =>
      guards(graph, name).some((guard) => graph.waitsFor(node, guard)) ? judgeLift(graph, node, name) : undefined;
    const removal = (node: Finding["node"], name: string): Finding[] => {
      const charm = charmOf(graph, name);
      return crdOwners.includes(charm)
        ? [
            {
              node,
              does: `removes ${name}, whose charm ${charm} owns custom resource definitions`,
              missing,
              fix: "refresh the application instead of removing it",
            },
          ]
        : [];
    };
    return [
      ...graph.steps("remove-application", "finalize-database").flatMap((node) => {
        const name = application(node.step) ?? node.name;
        const found = removal(node, name);
        return found.length > 0 ? (guarded(node, name) ?? found) : [];
      }),
      ...graph.nodes.flatMap((node) => {
        const effects = foreignEffects(node);
        return [
          ...(effects?.applications ?? []).flatMap((name) => removal(node, name)),
          ...(effects?.deletesDefinitions ?? []).map((said) => ({
            node,
            does: `runs \`${said}\`, which deletes every object of those definitions`,
            missing,
            fix: "leave the definitions to their charms",
          })),
        ];
      }),
    ];
  },
);
