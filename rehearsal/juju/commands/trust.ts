import { enqueue } from "../controller/queue";
import { application, CommandError, type Command } from "./command";

/** Silent and idempotent; on Kubernetes the scope must be named (juju.md b, trust). */
export const trust: Command = {
  name: "trust",
  mutates: true,
  flags: () => [{ name: "remove" }, { name: "scope", value: "string" }],
  run(call) {
    const [name] = call.args;
    if (name === undefined) throw new CommandError("no application name specified", 2);
    if (!call.isSet("remove") && call.flag("scope") !== "cluster") {
      throw new CommandError(
        "'juju trust' currently grants full access to the cluster itself.\nSet the scope to 'cluster' using '--scope=cluster' to confirm this choice.\n",
        1,
      );
    }
    const app = application(call, name);
    const wanted = !call.isSet("remove");
    if (app.trust === wanted) return;
    app.trust = wanted;
    enqueue(call.host, app, "config-changed", { delay: "stale" });
  },
};
