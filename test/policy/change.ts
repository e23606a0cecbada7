import { orderVariable } from "../../plan/action";
import type { Registered } from "./support";

/** Registrations with a change; phases are left out of reach, some of them have the name of a step. */
function at(registered: Registered[], name: string): Registered {
  const found = registered.find((one) => one.name === name && !one.type.startsWith("ckf:"));
  if (!found) throw new Error(`nothing is registered as "${name}"`);
  return found;
}

function replaced(registered: Registered[], name: string, change: (one: Registered) => Registered): Registered[] {
  const old = at(registered, name);
  return registered.map((one) => (one === old ? change(one) : one));
}

/** Takes an edge away, where it is an input too, that as well; `instead` puts another in its place. */
export function unlink(registered: Registered[], from: string, to: string, instead?: string): Registered[] {
  const { urn } = at(registered, to);
  const drop = (urns: string[]): string[] => urns.filter((one) => one !== urn);
  const cut = replaced(registered, from, (one) => ({
    ...one,
    dependencies: drop(one.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(one.propertyDependencies).map(([property, urns]) => [property, drop(urns)]),
    ),
  }));
  return instead ? link(cut, from, instead) : cut;
}

/** Keeps the order between two resources but lets no input of the first be made from the second. */
export function unread(registered: Registered[], from: string, to: string): Registered[] {
  return link(unlink(registered, from, to), from, to);
}

export function link(registered: Registered[], from: string, to: string): Registered[] {
  const { urn } = at(registered, to);
  return replaced(registered, from, (one) => ({ ...one, dependencies: [...one.dependencies, urn] }));
}

export function remove(registered: Registered[], name: string): Registered[] {
  const gone = at(registered, name);
  return registered.filter((one) => one !== gone);
}

/** How a value looks on the wire that a preview does not know. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Adds a Command, with the order given by names. */
export function command(
  registered: Registered[],
  name: string,
  inputs: Record<string, unknown>,
  after: string[] = [],
): Registered[] {
  return resource(registered, "command:local:Command", name, inputs, after);
}

/** Adds a resource of any type, with the order given by names. */
export function resource(
  registered: Registered[],
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  after: string[] = [],
): Registered[] {
  const made = {
    urn: `urn:pulumi:test::charmed-kubeflow-upgrade::${type}::${name}`,
    type,
    name,
    object: inputs,
    parent: "",
    propertyDependencies: {},
    retainOnDelete: false,
    ignoreChanges: [],
  };
  return [...registered, { ...made, dependencies: after.map((one) => at(registered, one).urn) }];
}

/** Adds a Command that runs a step and reads the evidence of those before it, which are given by names. */
export function step(
  registered: Registered[],
  id: string,
  action: Record<string, unknown>,
  after: string[] = [],
): Registered[] {
  const all = command(
    registered,
    id,
    {
      interpreter: ["node", "bin/step.js"],
      create: id,
      environment: { [orderVariable]: JSON.stringify({ id, model: "kubeflow", action }) },
    },
    after,
  );
  return replaced(all, id, (one) => ({ ...one, propertyDependencies: { stdin: one.dependencies } }));
}

/** Changes what a step is told. */
export function retell(
  registered: Registered[],
  name: string,
  change: (action: Record<string, unknown>) => Record<string, unknown>,
): Registered[] {
  return replaced(registered, name, (one) => {
    const environment = one.object.environment as Record<string, string>;
    const told = JSON.parse(environment[orderVariable]) as { action: Record<string, unknown> };
    const order = JSON.stringify({ ...told, action: change(told.action) });
    return { ...one, object: { ...one.object, environment: { [orderVariable]: order } } };
  });
}

/** Changes the inputs of a resource, on a copy. */
export function edit(
  registered: Registered[],
  name: string,
  change: (inputs: Record<string, unknown>) => void,
): Registered[] {
  return replaced(registered, name, (one) => {
    const object = JSON.parse(JSON.stringify(one.object)) as Record<string, unknown>;
    change(object);
    return { ...one, object };
  });
}

export function rename(registered: Registered[], name: string, to: string): Registered[] {
  return replaced(registered, name, (one) => ({ ...one, name: to }));
}

/** Adds a second resource with the inputs and order of another. */
export function copy(registered: Registered[], name: string, as: string): Registered[] {
  const original = at(registered, name);
  return [...registered, { ...original, name: as, urn: `${original.urn.slice(0, -name.length)}${as}` }];
}
