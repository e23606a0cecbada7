import { killRelation, relationKey } from "../controller/relations";
import { CommandError, type Command } from "./command";
import { existing } from "./endpoints";

/** Silent; the relation goes dying and vanishes when all units have left it; repeating while dying is fine (juju.md b). */
export const removeRelation: Command = {
  name: "remove-relation",
  mutates: true,
  flags: () => [{ name: "force" }],
  run(call) {
    const [left, right] = call.args;
    if (left === undefined || right === undefined || call.args.length !== 2)
      throw new CommandError("a relation must involve two applications", 2);
    const found = existing(call.host, left, right);
    const [relation] = found;
    if (relation === undefined) throw new CommandError(`relation matching "${left} ${right}" not found (not found)`);
    if (found.length > 1)
      throw new CommandError(
        `ambiguous relation: "${left} ${right}" could refer to ${found
          .map((each) => `"${relationKey(each)}"`)
          .sort()
          .join("; ")}`,
      );
    killRelation(call.host, relation);
    if (call.isSet("force")) call.host.state.relations = call.host.state.relations.filter((each) => each !== relation);
  },
};
