import { announceRelation } from "../controller/hooks";
import { relationKey } from "../controller/relations";
import type { Host } from "../controller/host";
import type { Relation } from "../controller/state";
import { CommandError, type Command } from "./command";
import { candidates, type Pair } from "./endpoints";

function refuse(pair: Pair, reason: string): CommandError {
  const key = relationKey(pair);
  return new CommandError(
    `cannot add relation "${key}"\nrelation ${key} ${reason} (already exists): \n\nUse 'juju status --relations' to view the current relations.`.replace(
      "  ",
      " ",
    ),
  );
}

/** Makes a relation; refuses in Juju's words (juju.md b, relate). */
export function addRelation(host: Host, left: string, right: string): Relation {
  const found = candidates(host, left, right);
  for (const operand of [left, right]) {
    const name = operand.split(":")[0] ?? "";
    if (host.state.applications[name]?.life === "dying") throw new CommandError(`application "${name}" is not alive`);
  }
  const [pair] = found;
  if (pair === undefined) throw new CommandError("no relations found");
  if (found.length > 1)
    throw new CommandError(
      `ambiguous relation: "${left} ${right}" could refer to ${found
        .map((each) => `"${relationKey(each)}"`)
        .sort()
        .join("; ")}`,
    );
  const same = host.state.relations.find((relation) => relationKey(relation) === relationKey(pair));
  if (same?.life === "alive") throw refuse(pair, "");
  if (same !== undefined) throw refuse(pair, "is dying, but not yet removed");
  for (const side of [pair.requirer, pair.provider]) {
    const app = host.state.applications[side.application];
    const limit =
      app === undefined ? undefined : host.catalogue.endpoints(app.charm, app.revision)[side.endpoint]?.limit;
    const count = host.state.relations.filter(({ requirer, provider }) =>
      [requirer, provider].some((each) => each.application === side.application && each.endpoint === side.endpoint),
    ).length;
    if (limit !== undefined && count >= limit) {
      throw new CommandError(
        `cannot add relation "${relationKey(pair)}": establishing a new relation for ${side.application}:${side.endpoint} would exceed its maximum relation limit of ${limit} (quota limit exceeded)`,
      );
    }
  }
  const relation: Relation = { id: host.state.sequences.relation++, ...pair, life: "alive", departed: [] };
  host.state.relations.push(relation);
  for (const { application } of [pair.requirer, pair.provider]) {
    const app = host.state.applications[application];
    if (app !== undefined) announceRelation(host, app);
  }
  return relation;
}

/** `relate` on both lines; `add-relation` in 2.9, `integrate` in 3.x. Silent. */
export const relate: Command = {
  name: "relate",
  aliases: ["add-relation", "integrate"],
  mutates: true,
  flags: () => [{ name: "via", value: "string" }],
  run(call) {
    const [left, right] = call.args;
    if (left === undefined || right === undefined || call.args.length !== 2)
      throw new CommandError("a relation must involve two applications", 2);
    addRelation(call.host, left, right);
  },
};
