/** Names of options whose value may be a secret; generous, for a name too many costs a line and a secret told cannot be taken back. */
const name = /key|password|passwd|secret|token|cert|credential|ssl|tls/i;
/** The same inside a structured value, such as dex-auth's `connectors` with its clientSecret. */
const inside = /(password|passwd|secret|token|key|credential)\w*["']?\s*[:=]|-----BEGIN|:\/\/[^/\s:@]+:[^/\s@]+@/i;

/** Whether the value of a charm's option may be a secret, so that it must not be recorded anywhere. */
export function maySecret(option: string, value: unknown): boolean {
  return name.test(option) || (typeof value === "string" && inside.test(value));
}

type Value = string | number | boolean;

/** Options that somebody set: those that can be told, with their values, and the names of those that may hold secrets. Both sorted. */
export function setOptions(settings: Record<string, { source: string; value?: unknown }>): { told: Record<string, Value>; omitted: string[] } {
  const set = Object.entries(settings)
    .filter(([, { source, value }]) => source === "user" && value !== "" && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    told: Object.fromEntries(set.filter(([option, { value }]) => !maySecret(option, value)).map(([option, { value }]) => [option, value as Value])),
    omitted: set.filter(([option, { value }]) => maySecret(option, value)).map(([option]) => option),
  };
}
