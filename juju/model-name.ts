/** Model, as its namespace is called, to what juju's client calls it where that is more: OWNER/MODEL or CONTROLLER:OWNER/MODEL. */
const qualified = new Map<string, string>();

/** Says once for this process what juju's client calls a model: a bare name means one of the user's own. https://github.com/juju/juju/pull/5758 */
export function nameModel(namespace: string, name: string = namespace): void {
  qualified.set(namespace, name);
}

/** What a juju command calls a model. */
export function commandName(model: string): string {
  return qualified.get(model) ?? model;
}
