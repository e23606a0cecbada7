import { z } from "zod";
import { jsonOf } from "./json";

const resourcesSchema = z.object({
  resources: z.array(z.object({ name: z.string(), origin: z.string() })).nullish(),
});

/**
 * Names of resources that somebody attached in place of Charmhub's, from `juju resources APPLICATION --format json`. An application
 * without resources prints nothing but "No resources to display." on stderr (seen on 2.9.42).
 * @throws when it is of another shape
 */
export function parseAttached(application: string, text: string): string[] {
  if (text.trim() === "") return [];
  const found = resourcesSchema.safeParse(jsonOf(text));
  if (!found.success)
    throw new Error(
      `\`juju resources ${application}\` is not understood. Whether somebody attached an image of their own cannot be told. Try \`juju resources ${application} --format json\` by hand`,
    );
  return (found.data.resources ?? [])
    .filter(({ origin }) => origin === "upload")
    .map(({ name }) => name)
    .sort();
}
