import { revisionOf } from "../controller/host";
import { sortedMap } from "../format/gojson";
import { application, CommandError, type Command } from "./command";

export const showApplication: Command = {
  name: "show-application",
  format: "yaml",
  run(call) {
    if (call.args.length === 0) throw new CommandError("an application name must be supplied", 2);
    const { host, face } = call;
    call.print(
      sortedMap(
        call.args.map((name): [string, object] => {
          const app = application(call, name);
          const podspec = revisionOf(host, app).generation === "podspec";
          return [
            name,
            {
              charm: app.charm,
              ...(face === "2.9" ? { series: podspec ? "kubernetes" : "focal" } : { base: "ubuntu@20.04" }),
              channel: app.channel,
              constraints: { arch: "amd64" },
              principal: true,
              exposed: app.exposed,
              remote: false,
              life: app.life,
              "endpoint-bindings": sortedMap([
                ["", "alpha"],
                ...Object.keys(host.catalogue.endpoints(app.charm, app.revision)).map((endpoint): [string, string] => [
                  endpoint,
                  "alpha",
                ]),
              ]),
            },
          ];
        }),
      ),
    );
  },
};
