const units: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Value of "1024Mi" and the like, undefined for other text (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/). */
export function quantity(text: unknown): number | undefined {
  const match = /^([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(?:([KMGTPE]i|[numkMGTPE])|e([+-]?\d+))?$/.exec(String(text));
  if (!match) return undefined;
  return Number(match[1]) * (match[3] ? 10 ** Number(match[3]) : units[match[2] ?? ""]);
}

/** The server writes quantities its own way, "1Gi" for "1024Mi": at these places texts of one value are the same. */
export function sameQuantity(path: (string | number)[], a: unknown, b: unknown): boolean {
  const place = path.at(-2);
  if (place !== "requests" && place !== "limits" && place !== "capacity" && path.at(-1) !== "sizeLimit") return false;
  const value = quantity(a);
  return value !== undefined && value === quantity(b);
}
