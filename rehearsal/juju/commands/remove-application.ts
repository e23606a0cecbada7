import type { Application } from "../controller/state";
import { killRelation } from "../controller/relations";
import { CommandError, type Call, type Command } from "./command";

function announce(call: Call, app: Application): void {
  const storage = call.host.state.storage.filter(
    ({ application, life }) => application === app.name && life === "alive",
  );
  const fate = call.isSet("destroy-storage") ? "remove" : "detach";
  const attached = storage.filter(({ unit }) => unit !== undefined || fate === "remove");
  if (call.face === "2.9") {
    call.err(`removing application ${app.name}\n`);
    for (const { id } of attached) call.err(`- will ${fate} storage ${id}\n`);
    return;
  }
  call.out(`will remove application ${app.name}\n`);
  for (const unit of app.units) call.out(`- will remove unit ${app.name}/${unit.number}\n`);
  for (const { id } of attached) call.out(`- will ${fate} storage ${id}\n`);
}

function remove(call: Call, app: Application): void {
  const { host } = call;
  app.life = "dying";
  app.removal = {
    ...app.removal,
    destroyStorage: app.removal?.destroyStorage === true || call.isSet("destroy-storage"),
    force: app.removal?.force === true || call.isSet("force"),
  };
  for (const relation of host.state.relations) {
    if ([relation.requirer.application, relation.provider.application].includes(app.name)) killRelation(host, relation);
  }
}

/** `juju remove-application` (juju.md b): 2.9 never prompts and speaks on stderr; 3.x speaks on stdout and asks, EOF aborts. */
export const removeApplication: Command = {
  name: "remove-application",
  mutates: true,
  flags: (face) => [
    { name: "destroy-storage" },
    { name: "force" },
    { name: "no-wait" },
    { name: "no-prompt" },
    ...(face === "3.6" ? [{ name: "dry-run" }] : []),
  ],
  async run(call) {
    if (call.args.length === 0) throw new CommandError("no application specified", 2);
    if (call.isSet("no-wait") && !call.isSet("force"))
      throw new CommandError("--no-wait without --force not valid", call.face === "2.9" ? 1 : 2);
    const known = call.args.flatMap((name) => call.host.state.applications[name] ?? []);
    if (call.face === "3.6" && (call.isSet("dry-run") || !call.isSet("no-prompt"))) {
      known.forEach((app) => announce(call, app));
      if (call.isSet("dry-run")) return;
      if (known.length > 0) {
        call.err("\nContinue [y/N]? ");
        if (!/^y(es)?$/i.test(((await call.stdin()).split("\n")[0] ?? "").trim()))
          throw new CommandError("application removal: aborted");
      }
    } else known.forEach((app) => announce(call, app));
    known.forEach((app) => remove(call, app));
    const missing = call.args.filter((name) => call.host.state.applications[name] === undefined);
    for (const name of missing)
      call.err(
        `${call.face === "2.9" ? "" : "ERROR "}removing application ${name} failed: application "${name}" not found\n`,
      );
    if (missing.length > 0) throw new CommandError("");
  },
};
