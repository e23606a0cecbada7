/** Names of options whose value may be a secret; generous, for a name too many costs a line and a secret told cannot be taken back. */
const name = /key|password|passwd|secret|token|cert|credential|ssl|tls/i;
/** The same inside a structured value, such as dex-auth's `connectors` with its clientSecret. */
const inside = /(password|passwd|secret|token|key|credential)\w*["']?\s*[:=]|-----BEGIN|:\/\/[^/\s:@]+:[^/\s@]+@/i;

/** Whether the value of a charm's option may be a secret, so that it must not be recorded anywhere. */
export function maySecret(option: string, value: unknown): boolean {
  return name.test(option) || (typeof value === "string" && inside.test(value));
}
