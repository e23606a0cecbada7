const factors: Record<string, number> = {
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

/**
 * Whole MiB in a Kubernetes quantity, rounded down.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 * @throws for anything that is no size.
 */
export function mebibytes(quantity: string): number {
  const match = /^\+?(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(quantity);
  if (!match) throw new Error(`"${quantity}" is no size of a volume`);
  return Math.floor((Number(match[1] + (match[2] ?? "")) * factors[match[3] ?? ""]) / 2 ** 20);
}

/**
 * A size in MiB as Kubernetes writes it back: "10Gi", never "10240Mi". Server-side apply compares the text, so a claim that an
 * interrupted run made would conflict with itself when the next run applies it in other words.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(sizeMiB: number): string {
  const units = ["Mi", "Gi", "Ti", "Pi", "Ei"];
  let size = sizeMiB;
  while (size % 1024 === 0 && units.length > 1) {
    size /= 1024;
    units.shift();
  }
  return `${size}${units[0]}`;
}
