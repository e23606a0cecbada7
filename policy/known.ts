/** Stands where a preview does not know a value yet. */
export const UNKNOWN = Symbol("unknown in preview");

/** JSON in which values may be unknown. */
export type Known = string | number | boolean | null | undefined | typeof UNKNOWN | Known[] | { [key: string]: Known };

type Bag = Record<string, unknown>;

/**
 * Copies the properties of a resource into plain data.
 *
 * The policy SDK throws when an unknown value is read and then reports the whole rule as advisory, "can't run during
 * preview" (@pulumi/policy 1.20.0, server.js): one unknown in one resource would switch a rule off for the stack.
 */
export function known(value: unknown): Known {
  if (value === null || typeof value !== "object") return value as Known;
  const at = (key: string | number): Known => {
    let inner: unknown;
    try {
      inner = (value as Bag)[key];
    } catch {
      return UNKNOWN;
    }
    return known(inner);
  };
  // The SDK's proxies do not let an array's own methods be called.
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_item, index) => at(index));
  return Object.fromEntries(Object.keys(value).map((key) => [key, at(key)]));
}

/** Walks into nested data; undefined where a part of the path is missing, UNKNOWN where one is not known. */
export function at(value: Known, ...path: string[]): Known {
  let here = value;
  for (const key of path) {
    if (here === UNKNOWN) return UNKNOWN;
    if (here === null || typeof here !== "object" || Array.isArray(here)) return undefined;
    here = here[key];
  }
  return here;
}

/** The value when it is a known text. */
export function text(value: Known): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value when it is a known list, else an empty one. */
export function list(value: Known): Known[] {
  return Array.isArray(value) ? value : [];
}

/** The known texts of a list. */
export function texts(value: Known): string[] {
  return list(value).filter((item): item is string => typeof item === "string");
}

/** Parses JSON; undefined for what is none. */
export function parsed(json: Known): Known {
  if (typeof json !== "string") return undefined;
  try {
    return JSON.parse(json) as Known;
  } catch {
    return undefined;
  }
}
