/**
 * JSON with sorted keys. Whatever becomes an input of a resource goes through it: an input whose text changes between
 * two runs that mean the same shows a difference, and a Command with a difference runs again.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
