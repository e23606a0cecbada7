import { normalizeChannel } from "../controller/catalogue";
import type { Host } from "../controller/host";
import { CommandError } from "./command";

export interface Resolved {
  charm: string;
  channel: string;
  revision: number;
}

/** What Charmhub answers for a charm, a channel and perhaps a revision; its refusals in Juju's words (juju.md c, F24). */
export function resolveCharm(
  host: Host,
  name: string,
  asked: { channel?: string; revision?: number; base?: string; defaultChannel?: string },
): Resolved {
  const charm = name.replace(/^ch:/, "");
  const entry = host.catalogue.find(charm);
  if (entry === undefined) throw new CommandError(`selecting releases: charm or bundle "${charm}" not found`);
  const channel = normalizeChannel(
    asked.channel ?? asked.defaultChannel ?? Object.keys(entry.channels)[0] ?? "latest/stable",
  );
  const risk = channel.split("/").at(-1) ?? "";
  if (!["stable", "candidate", "beta", "edge"].includes(risk))
    throw new CommandError(`invalid risk in channel "${asked.channel ?? channel}"`);
  const platform = asked.base ?? "ubuntu@20.04";
  const where =
    host.face === "2.9"
      ? `platform "amd64/${platform.replace("@", "/")}"`
      : `base "amd64/${platform.replace("@", "/")}"`;
  const available = Object.keys(entry.channels).map(
    (each) => `  channel "${each}": available ${host.face === "2.9" ? "series are: focal" : "bases are: ubuntu@20.04"}`,
  );
  const notFound = new CommandError(
    `selecting releases: charm or bundle not found for channel "${asked.channel ?? channel}", ${where}\navailable releases are:\n${available.join("\n")}`,
  );
  if (asked.revision !== undefined) {
    if (entry.revisions[String(asked.revision)] === undefined)
      throw new CommandError(
        `resolving with preferred channel: revision ${asked.revision} of charm "${charm}" not found`,
      );
    return { charm, channel, revision: asked.revision };
  }
  const found = entry.channels[channel];
  if (found === undefined || entry.revisions[String(found.revision)]?.bases.includes(platform) !== true) throw notFound;
  return { charm, channel, revision: found.revision };
}
