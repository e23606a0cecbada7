import { at } from "../known";
import { resourceRule } from "../rule";
import { isCommand } from "../step";

export const noDeleteCommands = resourceRule<{ approved: string[] }>(
  {
    name: "no-delete-commands",
    description: "No Command has a delete command: destroying the stack changes nothing in the model.",
    reason:
      "A stack is a record of an upgrade. Whoever tidies it up with `pulumi destroy`, renames a resource or changes a trigger would run the delete commands against the upgraded model, months later and with the inputs of then.",
    example:
      '"deploy-minio" runs a command when it is deleted. Missing: a stack that can be destroyed without touching the model. Fix: remove its delete property, or add "deploy-minio" to no-delete-commands.approved in the policy configuration.',
    configSchema: {
      properties: {
        approved: {
          type: "array",
          items: { type: "string" },
          uniqueItems: true,
          default: [],
          description: "Names of Commands that may have a delete command, since it touches no model.",
        },
      },
    },
  },
  (node, { approved }) => {
    const command = at(node.props, "delete");
    if (
      !isCommand(node.type) ||
      command === undefined ||
      command === null ||
      command === "" ||
      approved.includes(node.name)
    )
      return [];
    return [
      {
        node,
        does: "runs a command when it is deleted",
        missing: "a stack that can be destroyed without touching the model",
        fix: `remove its delete property, or add "${node.name}" to no-delete-commands.approved in the policy configuration`,
      },
    ];
  },
);
