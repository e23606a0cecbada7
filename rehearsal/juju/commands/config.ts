import { enqueue } from "../controller/queue";
import type { Scalar } from "../controller/catalogue";
import type { Application } from "../controller/state";
import { sortedMap } from "../format/gojson";
import { application, CommandError, type Call, type Command } from "./command";
import { fileOptions, typed } from "./options";

const applicationConfig = {
  "juju-application-path": "/",
  "juju-external-hostname": "",
  "kubernetes-ingress-allow-http": false,
  "kubernetes-service-type": "",
};

function appConfig(app: Application): Record<string, unknown> {
  const trust = {
    description: "Does this application have access to trusted credentials",
    source: app.trust ? "user" : "default",
    type: "bool",
    default: false,
    value: app.trust,
  };
  const rest = Object.entries(applicationConfig).map(([key, value]): [string, unknown] => [
    key,
    { default: value, source: "default", type: typeof value === "boolean" ? "bool" : "string", value },
  ]);
  return sortedMap([...rest, ["trust", trust]]);
}

function settings(call: Call, app: Application): Record<string, unknown> {
  return sortedMap(
    Object.entries(call.host.catalogue.options(app.charm, app.revision)).map(([key, option]): [string, unknown] => {
      const user = app.config[key];
      return [
        key,
        {
          ...(option.default === undefined ? {} : { default: option.default }),
          description: `Option ${key} of charm ${app.charm}.`,
          source: user === undefined ? "default" : "user",
          type: option.type,
          value: user ?? option.default,
        },
      ];
    }),
  );
}

/** Bare value and a newline; --format is ignored (juju.md b, config). */
function printOne(call: Call, app: Application, key: string): void {
  const option = call.host.catalogue.options(app.charm, app.revision)[key];
  if (option !== undefined) call.out(`${app.config[key] ?? option.default ?? ""}\n`);
  else if (key === "trust") call.out(`${app.trust}\n`);
  else if (key in applicationConfig) call.out(`${applicationConfig[key as keyof typeof applicationConfig]}\n`);
  else throw new CommandError(`key "${key}" not found in "${app.name}" application config or charm settings.`);
}

async function assignments(call: Call, app: Application, pairs: string[]): Promise<Record<string, Scalar>> {
  const file = call.flag("file");
  if (file !== undefined) {
    if (pairs.length > 0) throw new CommandError("cannot specify --file and key=value arguments simultaneously", 2);
    return fileOptions(
      call,
      app.charm,
      app.revision,
      app.name,
      file === "-" ? await call.stdin() : call.readFile(file),
    );
  }
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      const key = pair.slice(0, equals);
      const text = pair.slice(equals + 1);
      const value = text.startsWith("@") ? call.readFile(text.slice(1)) : text;
      return [key, key === "trust" ? value === "true" : typed(call, app.charm, app.revision, app.name, key, value)];
    }),
  );
}

function change(call: Call, app: Application, values: Record<string, Scalar>, resets: string[]): void {
  const before = JSON.stringify([app.config, app.trust]);
  for (const key of resets) {
    if (key === "trust") app.trust = false;
    else if (call.host.catalogue.options(app.charm, app.revision)[key] === undefined)
      throw new CommandError(`unknown option "${key}"`);
    else delete app.config[key];
  }
  for (const [key, value] of Object.entries(values)) {
    if (key === "trust") {
      app.trust = value === true;
      continue;
    }
    const old = app.config[key] ?? call.host.catalogue.options(app.charm, app.revision)[key]?.default;
    if (old === value && call.face === "2.9" && call.flag("file") === undefined)
      call.err(`WARNING the configuration setting "${key}" already has the value "${value}"\n`);
    app.config[key] = value;
  }
  if (JSON.stringify([app.config, app.trust]) !== before) enqueue(call.host, app, "config-changed", { delay: "stale" });
}

/** `juju config <app>`: read one, read all, set, --reset, --file. */
export const config: Command = {
  name: "config",
  mutates: true,
  format: "yaml",
  flags: (face) => [
    { name: "file", value: "string" },
    { name: "reset", value: "list" },
    ...(face === "2.9" ? [{ name: "branch", value: "string" as const }] : []),
  ],
  async run(call) {
    const [name, ...rest] = call.args;
    if (name === undefined) throw new CommandError("no application name specified", 2);
    const app = application(call, name);
    const pairs = rest.filter((arg) => arg.includes("="));
    const keys = rest.filter((arg) => !arg.includes("="));
    const resets = call
      .list("reset")
      .flatMap((each) => each.split(","))
      .filter((key) => key !== "");
    if (keys.length > 0 && pairs.length > 0) throw new CommandError("cannot set and retrieve values simultaneously", 2);
    if (keys.length > 0 && resets.length > 0)
      throw new CommandError("cannot reset and retrieve values simultaneously", 2);
    if (keys.length > 1) throw new CommandError("can only retrieve a single value, or all values", 2);
    const [key] = keys;
    if (key !== undefined) printOne(call, app, key);
    else if (pairs.length > 0 || resets.length > 0 || call.flag("file") !== undefined)
      change(call, app, await assignments(call, app, pairs), resets);
    else
      call.print({
        application: app.name,
        "application-config": appConfig(app),
        charm: app.charm,
        settings: settings(call, app),
      });
  },
};
