import { stringify } from "yaml";
import { strikes } from "../controller/faults";
import type { Host } from "../controller/host";
import { goJson } from "../format/gojson";
import { runAction, runActionOld } from "./action";
import { CommandError, type Call, type Command, type Flag, type Surroundings } from "./command";
import { config } from "./config";
import { debugLog } from "./debug-log";
import { deploy } from "./deploy";
import { disabledCommands } from "./disabled-commands";
import { exportBundle } from "./export-bundle";
import { info } from "./info";
import { checkModel } from "./model-flag";
import { models, showModel, switchModel, version, whoami } from "./models";
import { parseFlags, type Parsed } from "./parse";
import { refresh } from "./refresh";
import { relate } from "./relate";
import { removeApplication } from "./remove-application";
import { removeRelation } from "./remove-relation";
import { removeStorage } from "./remove-storage";
import { resources } from "./resources";
import { resolved } from "./resolved";
import { scaleApplication } from "./scale-application";
import { showApplication } from "./show-application";
import { status } from "./status";
import { storage } from "./storage";
import { trust } from "./trust";

const commands: Command[] = [
  config,
  debugLog,
  deploy,
  disabledCommands,
  exportBundle,
  info,
  models,
  refresh,
  relate,
  removeApplication,
  removeRelation,
  removeStorage,
  resolved,
  resources,
  runAction,
  runActionOld,
  scaleApplication,
  showApplication,
  showModel,
  status,
  storage,
  switchModel,
  trust,
  version,
  whoami,
];

export interface Answer {
  stdout: string;
  stderr: string;
  code: number;
}

function find(face: Host["face"], verb: string): Command {
  const found = commands.find(
    ({ name, aliases, faces }) =>
      (name === verb || aliases?.includes(verb) === true) && (faces?.includes(face) ?? true),
  );
  const gone =
    found?.name === "relate" &&
    ((face === "3.6" && verb === "add-relation") || (face === "2.9" && verb === "integrate"));
  const old = found?.name === "refresh" && face === "3.6" && verb === "upgrade-charm";
  if (found === undefined || gone || old) throw new CommandError(`unrecognized command: juju ${verb}`, 2);
  return found;
}

function flagsOf(command: Command, face: Host["face"]): Flag[] {
  const model: Flag[] = command.modelless === true ? [] : [{ name: "model", short: "m", value: "string" }];
  const format: Flag[] =
    command.format === undefined
      ? []
      : [
          { name: "format", value: "string" },
          { name: "output", short: "o", value: "string" },
        ];
  return [...(command.flags?.(face) ?? []), ...model, ...format];
}

/** Text of data in a format that the command offers. */
function render(data: unknown, format: string, tabular: string | undefined): string {
  if (format === "json") return `${goJson(data)}\n`;
  if (format === "yaml")
    return stringify(JSON.parse(JSON.stringify(data)), { aliasDuplicateObjects: false, lineWidth: 0 });
  return tabular ?? (typeof data === "string" ? `${data}\n` : stringify(JSON.parse(JSON.stringify(data))));
}

const silence = (): Promise<never> => new Promise(() => undefined);

/** What the controller does instead of any command, where a fault asks for it (juju.md c). */
async function faulty(host: Host, command: Command, { args }: Parsed): Promise<void> {
  const at = { verb: command.name };
  if (strikes(host.state, "connection-refused", at))
    throw new CommandError("unable to connect to API: dial tcp 10.152.183.2:17070: connect: connection refused");
  if (strikes(host.state, "no-answer", at)) await silence();
  if (strikes(host.state, "lock-timeout", at))
    throw new CommandError(
      `cannot acquire lock file to read controller ${host.controller}: timeout acquiring mutex`,
      1,
    );
  if (command.modelless === true) return;
  const { message = "", application } = host.state.faults.refused ?? {};
  const aimed = application !== undefined && args.includes(application) ? { ...at, application } : at;
  if (strikes(host.state, "refused", aimed)) throw new CommandError(message);
  if (strikes(host.state, "upgrade-in-progress", at))
    throw new CommandError("upgrade in progress (upgrade in progress)");
  if (command.mutates === true && strikes(host.state, "blocked", at)) {
    throw new CommandError(
      `All operations that change model have been disabled for the current model.\nTo enable the command run\n\n    juju enable-command all\n`,
    );
  }
}

/** Runs one command line of juju against the model and gives back what the client shows. */
export async function execute(host: Host, argv: string[], surroundings: Surroundings): Promise<Answer> {
  let stdout = "";
  let stderr = "";
  const [verb = "help", ...rest] = argv;
  try {
    const command = find(host.face, verb);
    const parsed: Parsed = parseFlags(rest, flagsOf(command, host.face));
    const last = (name: string): string | undefined => parsed.values.get(name)?.at(-1);
    const format = last("format") ?? command.format ?? "";
    if (
      last("format") !== undefined &&
      !["json", "yaml", "tabular", "smart", "short", "line", "oneline", "summary"].includes(format)
    ) {
      throw new CommandError(`invalid value "${format}" for option --format: unknown format "${format}"`, 2);
    }
    const call: Call = {
      ...surroundings,
      host,
      face: host.face,
      args: parsed.args,
      format,
      flag: last,
      list: (name) => parsed.values.get(name) ?? [],
      isSet: (name) => last(name) === "true",
      out: (text) => void (stdout += text),
      err: (text) => void (stderr += text),
      print(data, tabular) {
        const text = render(data, format, tabular);
        const file = last("output");
        if (file === undefined) stdout += text;
        else surroundings.writeFile(file, text);
      },
    };
    if (command.modelless !== true) checkModel(host, last("model"), surroundings.env);
    await faulty(host, command, parsed);
    await command.run(call);
    if (strikes(host.state, "answer-never-comes", { verb: command.name })) await silence();
    if (strikes(host.state, "connection-lost", { verb: command.name }))
      return { stdout: "", stderr: "ERROR connection is shut down\n", code: 1 };
    return { stdout, stderr, code: 0 };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return {
      stdout,
      stderr: error.message === "" ? stderr : `${stderr}${error.plain ? "" : "ERROR "}${error.message}\n`,
      code: error.code,
    };
  }
}
