import { markDestroyed } from "../controller/storage";
import { CommandError, type Command } from "./command";

/** Deletes a detached instance's claim and volume; refuses an attached one unless --force (juju.md b, storage). */
export const removeStorage: Command = {
  name: "remove-storage",
  mutates: true,
  flags: () => [{ name: "force" }, { name: "no-destroy" }],
  run(call) {
    if (call.args.length === 0) throw new CommandError("remove-storage requires at least one storage ID", 2);
    let failed = false;
    for (const id of call.args) {
      const instance = call.host.state.storage.find((each) => each.id === id);
      const problem =
        instance === undefined
          ? `storage "${id}" not found`
          : instance.unit !== undefined && !call.isSet("force")
            ? "storage is attached"
            : undefined;
      if (problem !== undefined || instance === undefined) {
        call.err(`failed to remove ${id}: ${problem}\n`);
        failed = true;
        continue;
      }
      call.err(`removing ${id}\n`);
      if (call.isSet("no-destroy"))
        call.host.state.storage = call.host.state.storage.filter((each) => each !== instance);
      else markDestroyed(call.host, instance);
    }
    if (failed) throw new CommandError("");
  },
};
