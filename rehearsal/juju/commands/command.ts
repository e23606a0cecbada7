import type { Face, Host } from "../controller/host";
import type { Application } from "../controller/state";

export interface Flag {
  name: string;
  short?: string;
  /** Absent: a switch. "optional": a switch that may carry `=value`. */
  value?: "string" | "list" | "optional";
}

/** A command's end with an error: printed as `ERROR <text>` unless `plain`, with exit code 1 (Run) or 2 (flags, Init). */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly code: 1 | 2 = 1,
    readonly plain = false,
  ) {
    super(message);
  }
}

/** What the client sends of its surroundings. */
export interface Surroundings {
  env: Record<string, string>;
  /** Text of a file that the user named; relative to the client's folder. */
  readFile(path: string): string;
  writeFile(path: string, text: string): void;
  /** Everything on standard input, up to its end. */
  stdin(): Promise<string>;
}

/** One invocation of one command. */
export interface Call extends Surroundings {
  host: Host;
  face: Face;
  args: string[];
  flag(name: string): string | undefined;
  list(name: string): string[];
  isSet(name: string): boolean;
  out(text: string): void;
  err(text: string): void;
  /** Prints data in the asked format; `tabular` is used when the format is tabular. */
  print(data: unknown, tabular?: string): void;
  format: string;
}

export interface Command {
  name: string;
  aliases?: string[];
  faces?: Face[];
  flags?: (face: Face) => Flag[];
  /** Default of --format, which exists only then. */
  format?: "tabular" | "yaml" | "json" | "smart";
  /** Works without a model (-m is not taken). */
  modelless?: boolean;
  /** Refused while the fault "blocked" is on. */
  mutates?: boolean;
  run(call: Call): Promise<void> | void;
}

/** The application, or Juju's words for its absence. */
export function application(call: Call, name: string, message = `application "${name}" not found`): Application {
  const app = call.host.state.applications[name];
  if (app === undefined) throw new CommandError(message);
  return app;
}

export function noArgsBeyond(call: Call, count: number): void {
  if (call.args.length > count)
    throw new CommandError(
      `unrecognized args: [${call.args
        .slice(count)
        .map((arg) => `"${arg}"`)
        .join(" ")}]`,
      2,
    );
}
