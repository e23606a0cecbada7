/**
 * Property values as they travel between the engine and a provider: plain JSON in which a secret is an object that
 * carries a signature and an unknown is a reserved string
 * (https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go).
 */

export type Bag = Record<string, unknown>;

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The unknown of each type: boolean, number, string, array, asset, archive, object. */
const UNKNOWNS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** What a provider answers for an output that it cannot know in a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && UNKNOWNS.has(value);
}

function isSecret(value: unknown): value is { value: unknown } {
  return isBag(value) && value[SIGNATURE] === SECRET;
}

/** A deep copy without the secret marks. */
export function plain<T = unknown>(value: unknown): T {
  return strip(value) as T;
}

function strip(value: unknown): unknown {
  if (isSecret(value)) return strip(value.value);
  if (Array.isArray(value)) return value.map(strip);
  if (isBag(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, strip(item)]));
  return value;
}

/** Deep equality of JSON values, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isBag(a) || !isBag(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}
