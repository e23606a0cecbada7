import { statusDocumentOf } from "../format/status";
import { statusTable } from "../format/status-table";
import type { Command } from "./command";

/** `juju status` (juju.md section a). */
export const status: Command = {
  name: "status",
  aliases: ["show-status"],
  format: "tabular",
  flags: (face) => [
    { name: "relations" },
    ...(face === "3.6" ? [{ name: "integrations" }] : []),
    { name: "storage" },
    { name: "utc" },
    { name: "watch", value: "string" },
    { name: "retry-count", value: "string" },
    { name: "retry-delay", value: "string" },
  ],
  run(call) {
    const utc = call.isSet("utc") || call.env.JUJU_STATUS_ISO_TIME === "true";
    const document = statusDocumentOf(call.host, call.args, utc);
    const relations = call.isSet("relations") || call.isSet("integrations");
    const both = relations && call.isSet("storage");
    if (call.format !== "tabular" && (relations || call.isSet("storage"))) {
      call.err(
        both
          ? "provided relations, storage options are always enabled in non tabular formats\n"
          : `provided ${relations ? "relations" : "storage"} option is always enabled in non tabular formats\n`,
      );
    }
    const empty = Object.keys(document.applications).length === 0;
    if (empty && call.args.length > 0) call.err("Nothing matched specified filter.\n");
    else if (empty) call.err(`Model "${call.host.controller}:${call.host.state.name}" is empty.\n`);
    call.print(document, empty ? "" : statusTable(call.host, call.args, { relations, storage: call.isSet("storage") }));
  },
};
