import { sortedMap } from "../format/gojson";
import { columns } from "../format/status-table";
import { CommandError, type Command } from "./command";

/** `juju info <charm>`: the channel map with its revisions (shape: juju 2.9.42 cmd/juju/charmhub/data.go). */
export const info: Command = {
  name: "info",
  aliases: ["charm-info"],
  format: "tabular",
  modelless: true,
  flags: (face) => [
    { name: "channel", value: "string" },
    { name: "arch", value: "string" },
    { name: "config" },
    { name: "unicode", value: "string" },
    { name: "charmhub-url", value: "string" },
    ...(face === "2.9"
      ? [{ name: "series", value: "string" as const }]
      : [
          { name: "base", value: "string" as const },
          { name: "revision", value: "string" as const },
        ]),
  ],
  run(call) {
    const [name] = call.args;
    if (name === undefined) throw new CommandError("expected a charm or bundle name", 2);
    const charm = call.host.catalogue.find(name);
    if (charm === undefined) throw new CommandError(`No information found for charm or bundle with the name "${name}"`);
    const channels = Object.entries(charm.channels).map(([channel, { revision }]): [string, object] => {
      const [track = "", risk = ""] = channel.split("/");
      const bases = charm.revisions[String(revision)]?.bases ?? [];
      return [
        channel,
        {
          "released-at": "2023-11-06T08:00:00.000000+00:00",
          track,
          risk,
          revision,
          size: 12_000_000,
          version: String(revision),
          architectures: ["amd64"],
          ...(call.face === "2.9" ? { series: ["focal"] } : {}),
          bases,
        },
      ];
    });
    const roles = (role: string): Record<string, string> =>
      sortedMap(
        Object.entries(charm.endpoints)
          .filter(([, each]) => each.role === role)
          .map(([endpoint, each]): [string, string] => [endpoint, each.interface]),
      );
    const document = {
      type: "charm",
      id: `id-${name}`,
      name,
      description: charm.summary ?? `${name} charm`,
      publisher: "Kubeflow Charmers",
      summary: charm.summary ?? `${name} charm`,
      ...(call.face === "2.9" ? { series: ["focal"] } : { "supported-bases": [{ name: "ubuntu", channel: "20.04" }] }),
      "store-url": `https://charmhub.io/${name}`,
      charm: {
        relations: sortedMap(
          Object.entries({ provides: roles("provides"), requires: roles("requires") }).filter(
            ([, each]) => Object.keys(each).length > 0,
          ),
        ),
      },
      "channel-map": sortedMap(channels),
      tracks: [...new Set(Object.keys(charm.channels).map((channel) => channel.split("/")[0] ?? ""))],
    };
    const table = columns([
      ["channel", "revision"],
      ...channels.map(([channel]) => [channel, String(charm.channels[channel]?.revision ?? "")]),
    ]);
    call.print(document, `name: ${name}\npublisher: Kubeflow Charmers\nchannels:\n${table}\n`);
  },
};
