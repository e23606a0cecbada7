import { orderVariable, readOnlyKinds } from "./data";
import { type Known, at, list, parsed, text, texts } from "./known";

/** A step of the upgrade, as its order spells it. */
export interface Step {
  id: string;
  kind: string;
  action: Known;
}

const commandTypes = ["command:local:Command", "command:remote:Command"];

export function isCommand(type: string): boolean {
  return commandTypes.includes(type);
}

/** What a Command runs, as one line per lifecycle event; UNKNOWN where a preview cannot tell. */
export function commandLines(props: Known): { create: Known; update: Known; delete: Known } {
  const interpreter = texts(at(props, "interpreter"));
  const line = (event: string): Known => {
    const command = at(props, event);
    return typeof command === "string" ? [...interpreter, command].join(" ") : command;
  };
  return { create: line("create"), update: line("update"), delete: line("delete") };
}

/** Whether an object has this one key. */
function only(value: Known, key: string): boolean {
  return value !== null && typeof value === "object" && Object.keys(value).join() === key;
}

/**
 * The step that a Command runs; undefined for a Command of somebody else. Only the interpreter `node bin/step.js`, called with
 * the step's own name and an environment with the order alone, makes the JSON mean what it says: the same text given to a shell, or a
 * variable that changes what node does, is no proof of anything. One that does something else when it is updated is none either.
 */
export function stepOf(type: string, name: string, props: Known): Step | undefined {
  const [program, script, ...more] = list(at(props, "interpreter"));
  if (type !== "command:local:Command" || program !== "node" || script !== "bin/step.js" || more.length > 0)
    return undefined;
  // Another folder has another bin/step.js, and with it another program.
  if (at(props, "dir") !== undefined && at(props, "dir") !== null) return undefined;
  const create = at(props, "create");
  const update = at(props, "update");
  if (update !== undefined && update !== null && update !== create) return undefined;
  const environment = at(props, "environment");
  const told = parsed(at(environment, orderVariable));
  if (create !== name || !only(environment, orderVariable)) return undefined;
  const [id, kind] = [text(at(told, "id")), text(at(told, "action", "kind"))];
  return id === name && kind ? { id, kind, action: at(told, "action") } : undefined;
}

/** The application a step acts on. */
export function application({ action }: Step): string | undefined {
  return text(at(action, "application"));
}

/** The applications that a relation joins. */
export function related({ action }: Step): string[] {
  return texts(at(action, "relation")).map((endpoint) => endpoint.split(":")[0]);
}

/** The claims that an application leaves behind when it is removed. */
export function claimsLeft({ action }: Step): string[] {
  return texts(at(action, "storage"));
}

/** Every kind that is not known to leave the model as it is, a new one too, counts as changing it. */
export function changesModel({ kind }: Pick<Step, "kind">): boolean {
  return !readOnlyKinds.includes(kind);
}

/** Units a scale step asks for; undefined for other steps. */
export function units({ kind, action }: Step): number | undefined {
  const count = at(action, "units");
  return kind === "scale" && typeof count === "number" ? count : undefined;
}
