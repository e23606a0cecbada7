import { CommandError, type Call, type Command } from "./command";
import { resolveCharm, type Resolved } from "./charmhub";
import { deployBundle } from "./deploy-bundle";
import { addApplication } from "./new-application";
import { parseOptions } from "./options";

function refuseExisting(call: Call, name: string, charm: string): void {
  if (call.host.state.applications[name] === undefined) return;
  if (call.face === "2.9") {
    throw new CommandError(
      `cannot add application "${name}": application already exists: \ndeploy application using an alias name:\n    juju deploy <application> <alias>\nor use remove-application to remove the existing one and try again.`,
    );
  }
  call.err(`ERROR cannot add application "${name}": application already exists\n`);
  throw new CommandError(`failed to deploy charm "${charm}"`);
}

function located(call: Call, { charm, revision }: Resolved): void {
  if (call.face === "2.9") call.err(`Located charm "${charm}" in charm-hub, revision ${revision}\n`);
}

function deployCharm(call: Call, charm: string, name: string): void {
  const { host } = call;
  const revision = call.flag("revision");
  const channel = call.flag("channel");
  if (call.face === "3.6" && revision !== undefined && channel === undefined) {
    throw new CommandError("specifying a revision requires a channel for future upgrades. Please use --channel", 2);
  }
  const base = call.flag("base");
  const target = resolveCharm(host, charm, {
    ...(channel === undefined ? {} : { channel }),
    ...(base === undefined ? {} : { base }),
    ...(revision === undefined ? {} : { revision: Number(revision) }),
  });
  const { generation, bases } = host.catalogue.revision(target.charm, target.revision);
  located(call, target);
  const series = generation === "podspec" ? "kubernetes" : "focal";
  if (call.face === "2.9")
    call.err(
      `Deploying "${name}" from charm-hub charm "${target.charm}", revision ${target.revision} in channel ${target.channel} on ${series}\n`,
    );
  refuseExisting(call, name, target.charm);
  const storage = Object.fromEntries(
    call.list("storage").map((each) => {
      const equals = each.indexOf("=");
      return [each.slice(0, equals), each.slice(equals + 1)];
    }),
  );
  const constraints = call.flag("constraints");
  addApplication(host, name, target, {
    trust: call.isSet("trust"),
    config: parseOptions(call, target.charm, target.revision, name, call.list("config")),
    storage,
    scale: Number(call.flag("num-units") ?? 1),
    ...(constraints === undefined ? {} : { constraints }),
  });
  if (call.face === "3.6")
    call.err(
      `Deployed "${name}" from charm-hub charm "${target.charm}", revision ${target.revision} in channel ${target.channel} on ${bases[0] ?? "ubuntu@20.04"}/stable\n`,
    );
}

/** `juju deploy <charm> [<name>]`, or a local bundle file. */
export const deploy: Command = {
  name: "deploy",
  mutates: true,
  flags: (face) => [
    { name: "num-units", short: "n", value: "string" },
    ...["channel", "revision", "constraints", "to", "bind", "series", "map-machines"].map((name) => ({
      name,
      value: "string" as const,
    })),
    ...["storage", "config", "device", "resource", "overlay", "attach-storage"].map((name) => ({
      name,
      value: "list" as const,
    })),
    ...["trust", "force", "dry-run"].map((name) => ({ name })),
    ...(face === "3.6" ? [{ name: "base", value: "string" as const }] : []),
  ],
  run(call) {
    const [what, name] = call.args;
    if (what === undefined) throw new CommandError("no charm or bundle specified", 2);
    if (call.args.length > 2)
      throw new CommandError(
        `unrecognized args: [${call.args
          .slice(2)
          .map((arg) => `"${arg}"`)
          .join(" ")}]`,
        2,
      );
    if (call.list("attach-storage").length > 0 && call.face === "2.9")
      throw new CommandError("--attach-storage cannot be used on k8s models", 2);
    if (call.flag("to") !== undefined) throw new CommandError("--to cannot be used on k8s models", 2);
    if (/\.ya?ml$/.test(what)) {
      deployBundle(call, what);
      return;
    }
    deployCharm(call, what, name ?? what.replace(/^ch:/, ""));
  },
};
