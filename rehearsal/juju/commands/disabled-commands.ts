import type { Command } from "./command";

/**
 * Command sets that an operator switched off: here all of them, or none, as the fault "blocked" is on (JSON shape:
 * TestListJSON of juju's cmd/juju/block).
 */
export const disabledCommands: Command = {
  name: "disabled-commands",
  aliases: ["list-disabled-commands"],
  format: "tabular",
  run(call) {
    const sets = call.host.state.faults.blocked === undefined ? [] : [{ "command-set": "all" }];
    call.print(
      sets,
      sets.length === 0 ? "No commands are currently disabled.\n" : "DISABLED COMMANDS  MESSAGE\nall                \n",
    );
  },
};
