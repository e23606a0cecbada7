import type { Command } from "./command";

/** The model's log so far; it does not follow. Here are the charms' own error texts, which status does not show. */
export const debugLog: Command = {
  name: "debug-log",
  flags: () => [{ name: "replay" }, { name: "no-tail" }, { name: "tail" }, { name: "limit", value: "string" }, { name: "lines", short: "n", value: "string" }, { name: "include", short: "i", value: "list" }, { name: "level", short: "l", value: "string" }],
  run(call) {
    const count = Number(call.flag("limit") ?? call.flag("lines") ?? (call.isSet("replay") ? call.host.state.log.length : 10));
    const lines = call.host.state.log.slice(-count);
    if (lines.length > 0 && count > 0) call.out(`${lines.join("\n")}\n`);
  },
};
