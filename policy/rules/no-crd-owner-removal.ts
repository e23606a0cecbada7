import { foreignEffects } from "../foreign";
import { charmOf, crdOwners } from "../releases";
import { type Finding, stackRule } from "../rule";
import { application } from "../step";

export const noCrdOwnerRemoval = stackRule(
  {
    name: "no-crd-owner-removal",
    description: "No application is removed whose charm owns custom resource definitions, and no definition is deleted.",
    reason:
      "Removing such a charm deletes its definitions, and Kubernetes then deletes every object of them in every namespace: notebooks, experiments, profiles. A redeployment brings the definitions back, not the objects (F2).",
    example:
      '"remove-jupyter-controller" removes jupyter-controller, whose charm jupyter-controller owns custom resource definitions. Missing: a way that keeps them. Fix: refresh the application instead of removing it.',
  },
  (graph) => {
    const missing = "a way that keeps them";
    const removal = (node: Finding["node"], name: string): Finding[] => {
      const charm = charmOf(graph, name);
      return crdOwners.includes(charm) ? [{ node, does: `removes ${name}, whose charm ${charm} owns custom resource definitions`, missing, fix: "refresh the application instead of removing it" }] : [];
    };
    return [
      ...graph.steps("remove-application").flatMap((node) => removal(node, application(node.step) ?? node.name)),
      ...graph.nodes.flatMap((node) => {
        const effects = foreignEffects(node);
        return [
          ...(effects?.applications ?? []).flatMap((name) => removal(node, name)),
          ...(effects?.deletesDefinitions ?? []).map((said) => ({ node, does: `runs \`${said}\`, which deletes every object of those definitions`, missing, fix: "leave the definitions to their charms" })),
        ];
      }),
    ];
  },
);
