import { z } from "zod";
import type { Relation } from "../plan/types";
import { type BundleEntry, parseEntries, parseRelations, withoutSecrets } from "./bundle";
import { JujuError, read } from "./cli";
import { parseAttached } from "./attached";
import { type AppConfig, parseConfig } from "./config";
import { type DisabledCommands, parseDisabledCommands } from "./disabled";
import { parseInfo } from "./info";
import { jsonOf } from "./json";
import { type Line, lineOf } from "./line";
import { commandName } from "./model-name";
import { snapshot } from "./snapshot";
import { type ModelStatus, parseStatus } from "./status";

export { read } from "./cli";

const modelSchema = z.record(
  z.string(),
  z.object({ "model-uuid": z.string(), "controller-uuid": z.string().optional() }),
);

let version: Promise<string> | undefined;

/** Version of the client on PATH, such as "2.9.42"; the controller is not asked. */
export function getVersion(): Promise<string> {
  version ??= read(undefined, ["version"]).then((text) => text.trim().split("-")[0]);
  return version;
}

/** Line of the client on PATH: it decides which flags there are. */
export async function clientLine(): Promise<Line> {
  return lineOf("the juju client on PATH", await getVersion());
}

/**
 * Id of the model that the client means by this name, and of its controller where the client tells it.
 * @throws when the client does not know it
 */
export async function getModelIds(model: string): Promise<{ uuid: string; controller?: string }> {
  const shown = modelSchema.safeParse(
    jsonOf(await read(undefined, ["show-model", commandName(model), "--format", "json"])),
  );
  const { "model-uuid": uuid, "controller-uuid": controller } = (shown.data && Object.values(shown.data)[0]) ?? {};
  if (!uuid)
    throw new Error(
      `\`juju show-model ${model}\` names no model-uuid. Whether juju and the cluster mean the same model cannot be told. Compare \`juju version\` with 2.9 and 3.x`,
    );
  return { uuid, ...(controller !== undefined && { controller }) };
}

/** Id of that model. @throws when the client does not know it */
export async function getModelUuid(model: string): Promise<string> {
  return (await getModelIds(model)).uuid;
}

/** What getStatus parses. */
export function readStatus(model: string): Promise<string> {
  return read(model, ["status", "--format", "json"]);
}

/** Errors that an application's charm logged last; nothing where juju does not tell. May hold secrets: callers match it, and tell nothing of it. */
export async function readErrors(model: string, application: string, units: string[]): Promise<string> {
  // The operator of a podspec charm logs for all of its units, under the name of the application.
  const entities = [application, ...units.map((unit) => `unit-${unit.replace("/", "-")}`)];
  const args = [
    "debug-log",
    "--no-tail",
    "--level",
    "ERROR",
    "--limit",
    "40",
    ...entities.flatMap((entity) => ["--include", entity]),
  ];
  return read(model, args).catch(() => "");
}

/** The model as it is now; steps that ask at the same moment share one answer. */
export async function getStatus(model: string): Promise<ModelStatus> {
  return parseStatus((await snapshot(model, "status", Date.now(), readStatus)).text);
}

/**
 * What an export ends with while another application comes or goes: Juju reads statuses and settings first and applications after that
 * (state/migration_export.go of 2.9.42). Seen on a real controller: "status data for a#knative-serving not found", "operator image
 * metadata for application "seldon-controller-manager" not found", "agent binaries for unit "knative-eventing/0" not found". An export names nothing, so nothing can be missing for long.
 */
const cameOrWent = /\b(?:data|application|relation|unit|charm)\b[^\n]*\bnot found\b|\bmissing [\w ]+ for\b/;

/** The model as a bundle, without options that may hold a secret; an empty model, which juju refuses to export, is an empty bundle. */
export async function getBundle(model: string): Promise<string> {
  const { text } = await snapshot(model, "bundle", Date.now(), async () => {
    try {
      return withoutSecrets(await read(model, ["export-bundle"], cameOrWent));
    } catch (error) {
      if (error instanceof JujuError && /nothing to export as there are no applications/.test(error.stderr))
        return "applications: {}\n";
      throw error;
    }
  });
  return text;
}

/** Every relation of the model but peers, each with both endpoints; a dying one counts until it is gone. */
export async function getRelations(model: string): Promise<Relation[]> {
  return parseRelations(await getBundle(model));
}

/** What each application was deployed with, beside charm, options and relations. */
export async function getEntries(model: string): Promise<Record<string, BundleEntry>> {
  return parseEntries(await getBundle(model));
}

/** Names of an application's resources that somebody attached: an export leaves them out. */
export async function getAttached(model: string, application: string): Promise<string[]> {
  return parseAttached(application, await read(model, ["resources", application, "--format", "json"]));
}

/** An application's options and whether it is trusted. Holds secrets: callers keep it in memory. */
export async function getConfig(model: string, application: string): Promise<AppConfig> {
  return parseConfig(application, await read(model, ["config", application, "--format", "json"]));
}

/** Sets of commands that an operator disabled in the model. */
export async function getDisabledCommands(model: string): Promise<DisabledCommands[]> {
  return parseDisabledCommands(await read(model, ["disabled-commands", "--format", "json"]));
}

/** Channel, as "track/risk", to its revision for amd64, as Charmhub has it now; none of a charm that Charmhub does not have. */
export async function getInfo(charm: string): Promise<Record<string, number>> {
  try {
    return parseInfo(charm, await read(undefined, ["info", charm, "--format", "json"]));
  } catch (error) {
    if (error instanceof JujuError && /no information found for charm/i.test(error.stderr)) return {};
    throw error;
  }
}
