import { versionOf, type Host } from "../controller/host";
import { since } from "../format/time";
import { CommandError, type Command } from "./command";

function summary(host: Host, short: boolean): Record<string, unknown> {
  const { state } = host;
  return {
    name: short ? `admin/${state.name}` : `admin/${state.name}`,
    "short-name": state.name,
    "model-uuid": state.uuid,
    "model-type": "caas",
    "controller-uuid": state.controllerUuid,
    "controller-name": host.controller,
    "is-controller": false,
    owner: "admin",
    cloud: "microk8s",
    region: "localhost",
    credential: { name: "microk8s", owner: "admin", cloud: "microk8s" },
    type: "kubernetes",
    life: "alive",
    status: { current: "available", since: since(state.createdAt, false) },
  };
}

export const models: Command = {
  name: "models",
  aliases: ["list-models"],
  format: "tabular",
  modelless: true,
  flags: () => [
    { name: "controller", short: "c", value: "string" },
    { name: "all" },
    { name: "user", value: "string" },
    { name: "uuid" },
    { name: "exact-time" },
  ],
  run(call) {
    const { host } = call;
    const document = {
      models: [
        {
          ...summary(host, true),
          access: "admin",
          "last-connection": "just now",
          "agent-version": versionOf[host.face],
        },
      ],
      "current-model": host.state.name,
    };
    call.print(
      document,
      `Controller: ${host.controller}\n\nModel      Cloud/Region        Type        Status     Access  Last connection\n${host.state.name}*  microk8s/localhost  kubernetes  available  admin   just now\n`,
    );
  },
};

export const showModel: Command = {
  name: "show-model",
  format: "yaml",
  run(call) {
    const { host } = call;
    const [asked] = call.args;
    if (asked !== undefined && asked.split(/[:/]/).at(-1) !== host.state.name)
      throw new CommandError(`model ${host.controller}:admin/${asked} not found`);
    call.print({
      [host.state.name]: {
        ...summary(host, false),
        users: { admin: { "display-name": "admin", access: "admin", "last-connection": "just now" } },
        sla: "unsupported",
        "agent-version": versionOf[host.face],
      },
    });
  },
};

export const switchModel: Command = {
  name: "switch",
  modelless: true,
  run(call) {
    const { host, env } = call;
    const current = `${host.controller}:admin/${host.state.name}`;
    const [target] = call.args;
    if (target === undefined) {
      call.out(`${env.JUJU_MODEL ?? current}\n`);
      return;
    }
    if (env.JUJU_MODEL !== undefined)
      throw new CommandError(`cannot switch when JUJU_MODEL is overriding the model (set to "${env.JUJU_MODEL}")`);
    if (
      ![
        host.state.name,
        `admin/${host.state.name}`,
        current,
        `${host.controller}:${host.state.name}`,
        host.controller,
      ].includes(target)
    ) {
      throw new CommandError(`"${target}" is not the name of a model or controller`);
    }
    call.err(`${current} (no change)\n`);
  },
};

/** Answered by the client itself where the controller is away; same words (juju.md b). */
export const version: Command = {
  name: "version",
  format: "smart",
  modelless: true,
  flags: () => [{ name: "all" }],
  run(call) {
    const short = `${versionOf[call.face]}-ubuntu-amd64`;
    call.print(
      call.isSet("all")
        ? {
            version: short,
            "git-commit": "unknown",
            "git-tree-state": "clean",
            compiler: "gc",
            official: false,
            grade: "stable",
            "go-build-tags": "",
          }
        : short,
    );
  },
};

export const whoami: Command = {
  name: "whoami",
  format: "tabular",
  modelless: true,
  run(call) {
    const { host } = call;
    call.print(
      { controller: host.controller, model: host.state.name, user: "admin" },
      `Controller:  ${host.controller}\nModel:       ${host.state.name}\nUser:        admin\n`,
    );
  },
};
