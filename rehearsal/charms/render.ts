/** A text that the charm's shell makes when the hook runs; see `rendered` in hooks/common.sh. */
export class Shell {
  constructor(readonly expression: string) {}
}

export type Value = string | number | boolean | Shell | Value[] | { [name: string]: Value };

/** Output of a function of hooks/common.sh or of a rule, as a JSON string. */
export const shell = (call: string): Shell => new Shell(`$(${call} | as_json)`);

/** A variable of the hook, whose value is a Kubernetes name or made of such. */
export const variable = (text: string): Shell => new Shell(`"${text}"`);

/** Application and model, as the hooks name them. */
export const app = variable("$app");
export const model = variable("$model");

/**
 * JSON in which the shell's variables and calls are still to be filled in: the body of a here-document. All other text in it
 * stands for itself.
 */
export function render(value: Value): string {
  if (value instanceof Shell) return value.expression;
  if (Array.isArray(value)) return `[${value.map(render).join(",\n")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([name, each]) => `${render(name)}: ${render(each)}`)
      .join(",\n")}}`;
  return JSON.stringify(value).replace(/[\\$`]/g, "\\$&");
}
