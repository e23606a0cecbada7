import { versionOf, type Host } from "../controller/host";
import { leaderOf } from "../controller/host";
import { relationKey } from "../controller/relations";
import { timeOfDay } from "./time";

/** Columns padded to their widest cell, two spaces apart. */
export function columns(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** `juju status` for people: near to Juju's own table, not meant to be parsed. */
export function statusTable(host: Host, selectors: string[], show: { relations: boolean; storage: boolean }): string {
  const { state } = host;
  const apps = Object.values(state.applications)
    .filter(({ name }) => selectors.length === 0 || selectors.some((selector) => selector.split("/")[0] === name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = [
    columns([
      ["Model", "Controller", "Cloud/Region", "Version", "SLA", "Timestamp"],
      [
        state.name,
        host.controller,
        "microk8s/localhost",
        versionOf[host.face],
        "unsupported",
        timeOfDay(host.now(), false),
      ],
    ]),
    columns([
      ["App", "Status", "Scale", "Charm", "Channel", "Rev", "Address", "Message"],
      ...apps.map((app) => [
        app.name,
        app.life === "dying" ? "terminated" : app.status.current,
        app.units.length === app.scale ? String(app.scale) : `${app.units.length}/${app.scale}`,
        app.charm,
        app.channel,
        String(app.revision),
        app.address ?? "",
        app.status.message ?? "",
      ]),
    ]),
    columns([
      ["Unit", "Workload", "Agent", "Address", "Message"],
      ...apps.flatMap((app) =>
        app.units.map((unit) => [
          `${app.name}/${unit.number}${leaderOf(app) === unit ? "*" : ""}`,
          unit.workload.current,
          unit.agent.current,
          unit.address ?? "",
          unit.workload.message ?? unit.agent.message ?? "",
        ]),
      ),
    ]),
  ];
  if (show.relations) {
    parts.push(
      columns([
        ["Relation provider", "Requirer", "Interface", "Type", "Message"],
        ...state.relations.map((relation) => {
          const [requirer, provider] = relationKey(relation).split(" ");
          return [
            provider ?? "",
            requirer ?? "",
            relation.interface,
            "regular",
            relation.life === "dying" ? "removing" : "",
          ];
        }),
      ]),
    );
  }
  if (show.storage) {
    parts.push(
      columns([
        ["Storage Unit", "Storage ID", "Type", "Pool", "Size", "Status", "Message"],
        ...state.storage.map(({ unit, id, sizeMiB, status }) => [
          unit ?? "",
          id,
          "filesystem",
          "kubernetes",
          `${sizeMiB}MiB`,
          status.current,
          status.message ?? "",
        ]),
      ]),
    );
  }
  return `${parts.join("\n\n")}\n`;
}
