import { z } from "zod";

const option = z.object({ value: z.union([z.string(), z.number(), z.boolean()]).optional(), source: z.string().default("default") });

const configSchema = z.object({
  settings: z.record(z.string(), option).default({}),
  "application-config": z.object({ trust: option.optional() }).default({}),
});

export interface AppConfig {
  /** Charm options; `source` is "user" for those that an operator or a bundle set. */
  settings: Record<string, { value?: string | number | boolean; source: string }>;
  trust: boolean;
}

/**
 * `juju config <application> --format json`.
 * @throws when it is of another shape; the text is never part of the message, for it may hold secrets
 */
export function parseConfig(application: string, text: string): AppConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const result = configSchema.safeParse(value);
  if (!result.success) throw new Error(`\`juju config ${application}\` is not understood. Its options cannot be told. Try \`juju config ${application} --format json\` by hand`);
  const { settings, "application-config": own } = result.data;
  return { settings, trust: own.trust?.value === true || own.trust?.value === "true" };
}
