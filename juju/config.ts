import { z } from "zod";
import { jsonOf } from "./json";

const option = z.object({
  value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  source: z.string().default("default"),
  type: z.string().default("string"),
});

const configSchema = z.object({
  settings: z.record(z.string(), option).nullish(),
  "application-config": z.object({ trust: option.optional() }).nullish(),
});

export interface AppConfig {
  /** Charm options; `source` is "user" for those that an operator or a bundle set, `value` is missing where none is set. */
  settings: Record<string, { value?: string | number | boolean; source: string; type: string }>;
  trust: boolean;
}

/**
 * `juju config <application> --format json`.
 * @throws when it is of another shape; what juju printed is never part of the message, for it may hold secrets
 */
export function parseConfig(application: string, text: string): AppConfig {
  const result = configSchema.safeParse(jsonOf(text));
  if (!result.success)
    throw new Error(
      `\`juju config ${application}\` is not understood. Its options cannot be told. Try \`juju config ${application} --format json\` by hand`,
    );
  const trust = result.data["application-config"]?.trust?.value;
  const settings = Object.entries(result.data.settings ?? {}).map(([name, { value: set, source, type }]) => [
    name,
    { ...(set !== null && set !== undefined && { value: set }), source, type },
  ]);
  return { settings: Object.fromEntries(settings) as AppConfig["settings"], trust: trust === true || trust === "true" };
}
