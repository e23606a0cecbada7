/** JSON as Go's encoding/json writes it on one line: `<`, `>`, `&` escaped, `undefined` left out. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A Go map prints its keys sorted. */
export function sortedMap<T>(entries: Record<string, T> | [string, T][]): Record<string, T> {
  const list = Array.isArray(entries) ? entries : Object.entries(entries);
  return Object.fromEntries([...list].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Fields that Go's omitempty would leave out become undefined. */
export function orOmit<T>(value: T): T | undefined {
  const empty =
    value === undefined ||
    value === null ||
    value === "" ||
    value === 0 ||
    value === false ||
    (typeof value === "object" && Object.keys(value).length === 0);
  return empty ? undefined : value;
}
