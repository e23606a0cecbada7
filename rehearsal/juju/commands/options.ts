import { parse } from "yaml";
import type { Scalar } from "../controller/catalogue";
import { CommandError, type Call } from "./command";

/** Turns a text or YAML value into what the option's type asks for. */
export function typed(call: Call, charm: string, revision: number, app: string, key: string, value: unknown): Scalar {
  const option = call.host.catalogue.options(charm, revision)[key];
  if (option === undefined) throw new CommandError(`parsing settings for application: unknown option "${key}"`.replace("parsing settings for application: ", call.host.state.applications[app] === undefined ? "cannot add application: " : ""));
  const text = String(value ?? "");
  if (option.type === "boolean") {
    if (!/^(true|false)$/i.test(text)) throw new CommandError(`option "${key}" expected boolean, got "${text}"`);
    return text.toLowerCase() === "true";
  }
  if (option.type === "int" || option.type === "float") {
    if (text.trim() === "" || Number.isNaN(Number(text))) throw new CommandError(`option "${key}" expected ${option.type}, got "${text}"`);
    return Number(text);
  }
  return text;
}

/** `--config` values: `key=value`, `key=@file`, or a YAML file keyed by application. */
export function parseOptions(call: Call, charm: string, revision: number, app: string, values: string[]): Record<string, Scalar> {
  const options: Record<string, Scalar> = {};
  for (const value of values) {
    const equals = value.indexOf("=");
    if (equals > 0) {
      const key = value.slice(0, equals);
      const text = value.slice(equals + 1);
      options[key] = typed(call, charm, revision, app, key, text.startsWith("@") ? call.readFile(text.slice(1)) : text);
    } else {
      const document = parse(call.readFile(value)) as Record<string, Record<string, unknown>> | null;
      for (const [key, each] of Object.entries(document?.[app] ?? {})) options[key] = typed(call, charm, revision, app, key, each);
    }
  }
  return options;
}
