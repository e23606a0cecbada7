import type { Command } from "./command";

/** The model's log so far; it does not follow. Here are the charms' own error texts, which status does not show. */
export const debugLog: Command = {
  name: "debug-log",
  flags: () => [
    { name: "replay" },
    { name: "no-tail" },
    { name: "tail" },
    { name: "limit", value: "string" },
    { name: "lines", short: "n", value: "string" },
    { name: "include", short: "i", value: "list" },
    { name: "level", short: "l", value: "string" },
  ],
  run(call) {
    const entities = call.list("include");
    // A line begins with the agent that wrote it, or with the time before that.
    const by = (entity: string, line: string): boolean =>
      line.split(" ", 2).some((word) => word === `${entity}:` || word.startsWith(`unit-${entity}-`));
    const log = call.host.state.log.filter(
      (line) => entities.length === 0 || entities.some((entity) => by(entity, line)),
    );
    const count = Number(call.flag("limit") ?? call.flag("lines") ?? (call.isSet("replay") ? log.length : 10));
    const lines = log.slice(-count);
    if (lines.length > 0 && count > 0) call.out(`${lines.join("\n")}\n`);
  },
};
