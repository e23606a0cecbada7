import { CommandError, type Command } from "./command";

/** Accepted at once, units come and go later; idempotent (juju.md b). */
export const scaleApplication: Command = {
  name: "scale-application",
  mutates: true,
  run(call) {
    const [name, count] = call.args;
    if (name === undefined) throw new CommandError("no application specified", 2);
    if (count === undefined) throw new CommandError("no scale specified", 2);
    if (!/^-?\d+$/.test(count))
      throw new CommandError(`invalid scale "${count}": strconv.Atoi: parsing "${count}": invalid syntax`, 2);
    if (Number(count) < 0) throw new CommandError("scale must be a positive integer", 2);
    const app = call.host.state.applications[name];
    if (app === undefined)
      throw new CommandError(`could not scale application "${name}": application "${name}" does not exist`);
    app.scale = Number(count);
    call.err(`${name} scaled to ${count} units\n`);
  },
};
