import { setStatus } from "../controller/statuses";
import { CommandError, type Call, type Command } from "./command";

function resolveUnit(call: Call, name: string): string | undefined {
  const { host } = call;
  const [appName = "", number] = name.split("/");
  const app = host.state.applications[appName];
  const unit = app?.units.find((each) => String(each.number) === number);
  if (app === undefined || unit === undefined) return `unit "${name}" not found`;
  const hook = unit.hooks[0];
  if (hook?.failure === undefined) return `unit "${name}" is not in an error state`;
  if (call.isSet("no-retry")) {
    unit.hooks = unit.hooks.filter((each) => each !== hook);
    if (hook.kind === "remove") unit.departed = true;
  } else hook.failure.retryAt = host.now();
  setStatus(host, unit.workload, "maintenance");
  return undefined;
}

/** `juju resolve(d)`: the failed hook runs again, or is skipped with --no-retry, which proves nothing about the workload (F30). */
export const resolved: Command = {
  name: "resolved",
  aliases: ["resolve"],
  mutates: true,
  flags: () => [{ name: "no-retry" }, { name: "all" }],
  run(call) {
    const all = Object.values(call.host.state.applications).flatMap((app) =>
      app.units.filter(({ hooks }) => hooks[0]?.failure !== undefined).map(({ number }) => `${app.name}/${number}`),
    );
    const names = call.isSet("all") ? all : call.args;
    if (names.length === 0 && !call.isSet("all")) throw new CommandError("no unit specified", 2);
    const problems = names.flatMap((name) => resolveUnit(call, name) ?? []);
    if (problems.length > 0) throw new CommandError(problems.join("\n"));
  },
};
