import { application, type Command } from "./command";

/** `juju resources`: the stand-in's charms have none, and juju then prints nothing on stdout (seen on 2.9.42). */
export const resources: Command = {
  name: "resources",
  aliases: ["list-resources"],
  format: "tabular",
  run(call) {
    application(call, call.args[0] ?? "");
    call.err("No resources to display.\n");
  },
};
