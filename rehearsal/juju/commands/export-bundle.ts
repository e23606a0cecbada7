import { stringify } from "yaml";
import { relationKey } from "../controller/relations";
import type { Host } from "../controller/host";
import type { Application } from "../controller/state";
import { sortedMap } from "../format/gojson";
import { CommandError, type Command } from "./command";

function applicationEntry(host: Host, app: Application, defaults: boolean): object {
  const options = defaults
    ? {
        ...Object.fromEntries(
          Object.entries(host.catalogue.options(app.charm, app.revision)).map(([key, option]) => [
            key,
            option.default ?? "",
          ]),
        ),
        ...app.config,
      }
    : app.config;
  return {
    charm: app.charm,
    channel: app.channel,
    revision: app.revision,
    ...(app.units.length === 0 ? {} : { scale: app.units.length }),
    ...(Object.keys(options).length === 0 ? {} : { options: sortedMap(options) }),
    constraints: [...new Set(["arch=amd64", ...(app.constraints ?? "").split(" ").filter(Boolean)])].join(" "),
    ...(Object.keys(app.storage).length === 0
      ? {}
      : {
          storage: sortedMap(
            Object.entries(app.storage).map(([name, size]): [string, string] => [name, `kubernetes,1,${size}M`]),
          ),
        }),
    ...(app.trust ? { trust: true } : {}),
  };
}

/** `juju export-bundle`: exact endpoint pairs, options, storage, trust; no data and no charm-kept secret (juju.md b). */
export const exportBundle: Command = {
  name: "export-bundle",
  flags: (face) => [
    { name: "filename", value: "string" },
    { name: "include-charm-defaults" },
    ...(face === "3.6" ? [{ name: "include-series" }] : []),
  ],
  run(call) {
    const { host } = call;
    const apps = Object.values(host.state.applications);
    if (apps.length === 0) throw new CommandError("nothing to export as there are no applications");
    const bundle = {
      bundle: "kubernetes",
      applications: sortedMap(
        apps.map((app): [string, object] => [
          app.name,
          applicationEntry(host, app, call.isSet("include-charm-defaults")),
        ]),
      ),
      relations: host.state.relations.map((relation) => relationKey(relation).split(" ")),
    };
    const text = stringify(bundle, { lineWidth: 0 });
    const file = call.flag("filename");
    if (file === undefined) call.out(text);
    else {
      call.writeFile(file, text);
      call.out(`Bundle successfully exported to ${file}\n`);
    }
  },
};
