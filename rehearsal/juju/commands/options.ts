import { parse } from "yaml";
import type { Scalar } from "../controller/catalogue";
import { CommandError, type Call } from "./command";

/** Turns a text, or a value of a file that is none, into what the option's type asks for: a text is read by it, another value must be of it (ParseSettingsYAML of juju/charm). */
export function typed(call: Call, charm: string, revision: number, app: string, key: string, value: unknown): Scalar {
  const option = call.host.catalogue.options(charm, revision)[key];
  if (option === undefined)
    throw new CommandError(
      `parsing settings for application: unknown option "${key}"`.replace(
        "parsing settings for application: ",
        call.host.state.applications[app] === undefined ? "cannot add application: " : "",
      ),
    );
  const refuse = (): never => {
    throw new CommandError(`option "${key}" expected ${option.type}, got ${JSON.stringify(value)}`);
  };
  if (typeof value !== "string") return goType(value) === option.type ? (value as Scalar) : refuse();
  if (option.type === "string") return value;
  if (option.type === "boolean") return /^(true|false)$/i.test(value) ? value.toLowerCase() === "true" : refuse();
  return value.trim() === "" || Number.isNaN(Number(value)) ? refuse() : Number(value);
}

/** Juju takes no whole number for a float. */
function goType(value: unknown): string {
  return typeof value === "number" ? (Number.isInteger(value) ? "int" : "float") : typeof value;
}

/** Options of a YAML file keyed by application, in which "@" has no meaning. Juju's YAML is of version 1.1. */
export function fileOptions(
  call: Call,
  charm: string,
  revision: number,
  app: string,
  text: string,
): Record<string, Scalar> {
  const settings = (parse(text, { version: "1.1" }) as Record<string, Record<string, unknown>> | null)?.[app];
  if (settings === undefined) throw new CommandError(`no settings found for "${app}"`);
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      key === "trust" ? value === true || value === "true" : typed(call, charm, revision, app, key, value),
    ]),
  );
}

/** `--config` values: `key=value`, `key=@file`, or one YAML file, over which the others go. */
export function parseOptions(
  call: Call,
  charm: string,
  revision: number,
  app: string,
  values: string[],
): Record<string, Scalar> {
  const [file, ...more] = values.filter((value) => !value.includes("="));
  if (more.length > 0)
    throw new CommandError(`only a single config YAML file can be specified, got ${more.length + 1}`);
  const pairs = values
    .filter((value) => value.includes("="))
    .map((value) => {
      const equals = value.indexOf("=");
      const [key, text] = [value.slice(0, equals), value.slice(equals + 1)];
      return [
        key,
        typed(call, charm, revision, app, key, text.startsWith("@") ? call.readFile(text.slice(1)) : text),
      ] as const;
    });
  return {
    ...(file !== undefined && fileOptions(call, charm, revision, app, call.readFile(file))),
    ...Object.fromEntries(pairs),
  };
}
