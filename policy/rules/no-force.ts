import { effectsOf } from "../effects";
import type { Node } from "../graph";
import { isOpaque } from "../foreign";
import type { Known } from "../known";
import { resourceRule } from "../rule";
import { commandLines, isCommand } from "../step";

/** Paths under which a step's action says `force: true`. */
function forcedIn(action: Known, path = "action"): string[] {
  if (action === null || typeof action !== "object") return [];
  return Object.entries(action).flatMap(([key, value]) =>
    /^(force|noWait)/.test(key) && value === true ? [`${path}.${key}`] : forcedIn(value as Known, `${path}.${key}`),
  );
}

function forces(node: Node): string[] {
  if (!isCommand(node.type)) return [];
  if (node.step) return forcedIn(node.step.action);
  return Object.values(commandLines(node.props)).flatMap((line) =>
    typeof line === "string" ? effectsOf(line).forces : [],
  );
}

export const noForce = resourceRule<{ approved: string[] }>(
  {
    name: "no-force",
    description: "Nothing is removed or refreshed by force, except by a resource that is approved by name.",
    reason:
      "Force skips the hooks that release storage and clean the cluster; what it leaves behind has no owner (F27). Sometimes it is the only way out (F11), and then a person says so for one resource. " +
      "A command whose text no preview can show may do anything, so it needs the same word.",
    example:
      '"clear-gateway" uses force: `juju remove-application istio-ingressgateway --force`. Missing: an approval of that name. Fix: do it without force, or add "clear-gateway" to no-force.approved in the policy configuration.',
    configSchema: {
      properties: {
        approved: {
          type: "array",
          items: { type: "string" },
          uniqueItems: true,
          default: [],
          description: "Names of resources that may use force, or run what no preview can show.",
        },
      },
    },
  },
  (node, { approved }) => {
    if (approved.includes(node.name)) return [];
    const missing = "an approval of that name";
    const otherwise = `, or add "${node.name}" to no-force.approved in the policy configuration`;
    return [
      ...forces(node).map((said) => ({
        node,
        does: `uses force: \`${said}\``,
        missing,
        fix: `do it without force${otherwise}`,
      })),
      ...(isOpaque(node)
        ? [
            {
              node,
              does: "runs a command that no preview can show",
              missing,
              fix: `give it a text that a preview knows, with what only a run can tell on stdin${otherwise}`,
            },
          ]
        : []),
    ];
  },
);
