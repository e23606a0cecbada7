import type { Relation } from "../plan/types";
import { parseRelations, withoutSecrets } from "./bundle";
import { read } from "./cli";
import { type AppConfig, parseConfig } from "./config";
import { parseInfo } from "./info";
import { type Line, lineOf } from "./line";
import { snapshot } from "./snapshot";
import { type ModelStatus, parseStatus } from "./status";

export { read } from "./cli";

let client: Promise<Line> | undefined;

/** Line of the client on PATH: it decides which flags there are. */
export function clientLine(): Promise<Line> {
  client ??= read(undefined, ["version"]).then((version) => lineOf("the juju client on PATH", version));
  return client;
}

/**
 * Id of the model that the client means by this name.
 * @throws when the client does not know it
 */
export async function getModelUuid(model: string): Promise<string> {
  const shown = JSON.parse(await read(undefined, ["show-model", model, "--format", "json"])) as Record<string, { "model-uuid"?: string }>;
  const uuid = Object.values(shown)[0]?.["model-uuid"];
  if (!uuid) throw new Error(`\`juju show-model ${model}\` names no model-uuid. Whether juju and the cluster mean the same model cannot be told. Compare \`juju version\` with 2.9 and 3.x`);
  return uuid;
}

/** The model as it is now, or was told to another step that asked since `after` (ms since 1970; default: now). */
export async function getStatus(model: string, after = Date.now()): Promise<ModelStatus> {
  return parseStatus((await snapshot(model, "status", after, readStatus)).text);
}

/** What getStatus parses; for those who need to know when it was asked for. */
export async function readStatus(model: string): Promise<string> {
  return read(model, ["status", "--format", "json"]);
}

/** The model as a bundle, without options that may hold a secret; an empty model, which juju refuses to export, is an empty bundle. */
export async function getBundle(model: string, after = Date.now()): Promise<string> {
  const { text } = await snapshot(model, "bundle", after, async () => {
    try {
      return withoutSecrets(await read(model, ["export-bundle"]));
    } catch (error) {
      if (/nothing to export/.test((error as Error).message)) return "applications: {}\n";
      throw error;
    }
  });
  return text;
}

/** Every relation of the model but peers, each with both endpoints; a dying one counts until it is gone. */
export async function getRelations(model: string): Promise<Relation[]> {
  return parseRelations(await getBundle(model));
}

/** An application's options and whether it is trusted. Holds secrets: callers keep it in memory. */
export async function getConfig(model: string, application: string): Promise<AppConfig> {
  return parseConfig(application, await read(model, ["config", application, "--format", "json"]));
}

/** Channel to revision, as Charmhub has it now. */
export async function getInfo(charm: string): Promise<Record<string, number>> {
  return parseInfo(charm, await read(undefined, ["info", charm, "--format", "json"]));
}
