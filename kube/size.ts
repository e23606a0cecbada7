const factors: Record<string, number> = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 };

/**
 * Whole MiB in a Kubernetes quantity, rounded down.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 * @throws for anything that is no size.
 */
export function mebibytes(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)([kMGTP]|[KMGTP]i)?$/.exec(quantity);
  if (!match) throw new Error(`"${quantity}" is no size of a volume`);
  return Math.floor((Number(match[1]) * factors[match[2] ?? ""]) / 2 ** 20);
}
