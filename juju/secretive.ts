/** Names of options whose value may be a secret; generous, for a name too many costs a line and a secret told cannot be taken back. */
const name = /key|pass|pwd|secret|token|cert|credential|ssl|tls|basic[-_]?auth|authorization|bearer|dsn/i;

/** What a value has that may be, or hold, a secret: */
const inside = [
  // a name of one inside something structured, such as dex-auth's `connectors` with its clientSecret
  /(pass|pwd|pw|secret|token|key|credential|authorization)[\w-]*["']?\s*[:=]/i,
  /-----BEGIN/,
  /\bbearer\s+\S/i,
  // an address with a user or a password, which may have slashes or be one without a user; not an "@" in a path
  /:\/\/[^\s/?#@:]+@/,
  /:\/\/[^\s/?#@]*:[^\s@]+@/,
  // the same without a scheme: user:password@host and user:password@tcp(host), but not image:tag@sha256:digest
  /(^|[\s"'=,;])[^\s:@/]+:(?!\/\/)[^\s@]+@(?!sha\d+:)[\w(]/,
  // what some issuers begin their tokens with, and a signed JSON Web Token
  /\b(gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|A[KS]IA[0-9A-Z]{12}|eyJ[\w-]+\.[\w-]+\.)/,
];

/** Whether the value of a charm's option may be a secret, so that it must not be recorded anywhere. */
export function maySecret(option: string, value: unknown): boolean {
  return name.test(option) || (typeof value === "string" && inside.some((sign) => sign.test(value)));
}

type Value = string | number | boolean;

/** Options that somebody set: those that can be told, with their values, and the names of those that may hold secrets. Both sorted. */
export function setOptions(settings: Record<string, { source: string; value?: unknown }>): {
  told: Record<string, Value>;
  omitted: string[];
} {
  const set = Object.entries(settings)
    .filter(([, { source, value }]) => source === "user" && value !== "" && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    told: Object.fromEntries(
      set
        .filter(([option, { value }]) => !maySecret(option, value))
        .map(([option, { value }]) => [option, value as Value]),
    ),
    omitted: set.filter(([option, { value }]) => maySecret(option, value)).map(([option]) => option),
  };
}
