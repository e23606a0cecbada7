import { isDeepStrictEqual } from "node:util";
import { normalizeChannel } from "../controller/catalogue";
import { strikes } from "../controller/faults";
import type { Application } from "../controller/state";
import type { Host } from "../controller/host";
import { application, CommandError, noArgsBeyond, type Call, type Command } from "./command";
import { resolveCharm, type Resolved } from "./charmhub";
import { parseOptions } from "./options";

/** What Juju says when it refuses a refresh, word for word (juju.md b, c). */
export const refusals = {
  deploymentInfo:
    "\nJuju on containers does not support updating deployment info for services.\nThe new charm's metadata contains updated deployment info.\nYou'll need to deploy a new charm rather than upgrading if you need this change.\n not supported (not supported)",
  storageDeclarations:
    "\nJuju on containers does not support updating storage on a statefulset.\nThe new charm's metadata contains updated storage declarations.\nYou'll need to deploy a new charm rather than upgrading if you need this change.\n not supported (not supported)",
  scaleZero: (app: string): string =>
    `Upgrading from an older PodSpec style charm to a newer Sidecar charm requires that\nthe application be scaled down to 0 units.\n\nBefore refreshing the application again, you must scale it to 0 units and wait for\nall those units to disappear before continuing.\n\n\tjuju scale-application ${app} 0\n`,
};

/** What the controller refuses: F2, then F1, then F3, in Juju's order (juju.md b, c). */
function setCharmGuards(host: Host, app: Application, target: Resolved): void {
  const current = host.catalogue.revision(app.charm, app.revision);
  const next = host.catalogue.revision(target.charm, target.revision);
  if (!isDeepStrictEqual(current.deployment, next.deployment)) throw new CommandError(refusals.deploymentInfo);
  if (!isDeepStrictEqual(current.storage, next.storage)) throw new CommandError(refusals.storageDeclarations);
  if (
    current.generation === "podspec" &&
    next.generation !== "podspec" &&
    host.podspecNeedsScaleZero &&
    app.units.length > 0
  )
    throw new CommandError(refusals.scaleZero(app.name));
  if (current.generation !== "podspec" && next.generation === "podspec")
    throw new CommandError("cannot downgrade from v2 charm format to v1");
}

function checkFlags(call: Call): void {
  const given = (name: string): boolean => call.flag(name) !== undefined;
  for (const [a, b] of [
    ["switch", "revision"],
    ["path", "revision"],
    ["switch", "path"],
  ] as const) {
    if (given(a) && given(b)) throw new CommandError(`--${a} and --${b} are mutually exclusive`, 2);
  }
  if (call.args.length === 0) throw new CommandError("no application specified", 2);
  noArgsBeyond(call, 1);
}

/** `juju refresh`: accepted at once, carried out later (juju.md b). */
export const refresh: Command = {
  name: "refresh",
  aliases: ["upgrade-charm"],
  mutates: true,
  flags: (face) => [
    ...["channel", "revision", "switch", "path", "bind"].map((name) => ({ name, value: "string" as const })),
    ...["resource", "storage", "config"].map((name) => ({ name, value: "list" as const })),
    ...["force", "force-series", "force-units"].map((name) => ({ name })),
    ...(face === "3.6" ? [{ name: "trust" }, { name: "base", value: "string" as const }, { name: "force-base" }] : []),
  ],
  run(call) {
    checkFlags(call);
    const { host } = call;
    const [name = ""] = call.args;
    const app = application(call, name);
    if (call.flag("path") !== undefined)
      throw new CommandError("refreshing from a local path is not part of this stand-in");
    const [, charm, pinned] = /^(?:ch:)?(.*?)(?:-(\d+))?$/.exec(call.flag("switch") ?? app.charm)!;
    // 2.9 asks Charmhub by the id of the charm that is there, and gets the head of the channel, whatever --revision says.
    const revision = pinned ?? (host.face === "2.9" ? undefined : call.flag("revision"));
    const channel = call.flag("channel");
    const target = resolveCharm(host, charm, {
      ...(channel === undefined ? {} : { channel }),
      ...(revision === undefined ? {} : { revision: Number(revision) }),
      ...(call.flag("base") === undefined ? {} : { base: call.flag("base") ?? "" }),
      defaultChannel: app.channel,
    });
    if (target.charm === app.charm && target.revision === app.revision) {
      call.err(`charm "${app.charm}"${revision === undefined ? "" : `, revision ${revision}`}: already up-to-date\n`);
      if (channel !== undefined && normalizeChannel(channel) !== app.channel) {
        call.err(
          `Note: all future refreshes will now use channel "${host.face === "2.9" ? target.channel : app.channel}"\n`,
        );
        app.channel = target.channel;
      }
    } else {
      call.err(
        `Added charm-hub charm "${target.charm}", revision ${target.revision} in channel ${target.channel}, to the model\n`,
      );
      setCharmGuards(host, app, target);
      app.charm = target.charm;
      if (!strikes(host.state, "revision-stays", { application: app.name })) app.revision = target.revision;
      app.channel = target.channel;
      app.changedAt = host.now();
      if (call.isSet("force-units"))
        app.units.forEach((unit) => (unit.hooks = unit.hooks.filter(({ failure }) => failure === undefined)));
    }
    if (call.isSet("trust")) app.trust = true;
    const values = call.list("config");
    if (values.length > 0) Object.assign(app.config, parseOptions(call, app.charm, app.revision, app.name, values));
  },
};
