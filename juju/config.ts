import { z } from "zod";
import { jsonOf } from "./json";

const option = z.object({
  value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  source: z.string().default("default"),
  type: z.string().default("string"),
});

const configSchema = z.object({
  settings: z.record(z.string(), option).nullish(),
  "application-config": z.record(z.string(), option).nullish(),
});

export interface AppConfig {
  /** Charm options; `source` is "user" for those that an operator or a bundle set, `value` is missing where none is set. */
  settings: Record<string, { value?: string | number | boolean; source: string; type: string }>;
  trust: boolean;
  /** Juju's own options of an application on Kubernetes, in the same form; without trust. */
  application?: AppConfig["settings"];
}

function optionsOf(found: Record<string, z.infer<typeof option>>): AppConfig["settings"] {
  return Object.fromEntries(
    Object.entries(found).map(([name, { value: set, source, type }]) => [
      name,
      { ...(set !== null && set !== undefined && { value: set }), source, type },
    ]),
  );
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
  const { trust, ...own } = result.data["application-config"] ?? {};
  return {
    settings: optionsOf(result.data.settings ?? {}),
    trust: trust?.value === true || trust?.value === "true",
    application: optionsOf(own),
  };
}
