import { columns } from "../format/status-table";
import { storageDocument } from "../format/storage";
import type { Command } from "./command";

/** `juju storage`: nothing at all on stdout when there is none (juju.md b). */
export const storage: Command = {
  name: "storage",
  aliases: ["list-storage"],
  format: "tabular",
  flags: () => [{ name: "filesystem" }, { name: "volume" }],
  run(call) {
    const { state } = call.host;
    if (state.storage.length === 0) {
      if (call.format === "tabular") call.err("No storage to display.\n");
      return;
    }
    const table = columns([
      ["Unit", "Storage ID", "Type", "Pool", "Size", "Status"],
      ...state.storage.map(({ unit, id, sizeMiB, status }) => [
        unit ?? "",
        id,
        "filesystem",
        "kubernetes",
        `${sizeMiB}MiB`,
        status.current,
      ]),
    ]);
    call.print(storageDocument(call.host, false), `${table}\n`);
  },
};
