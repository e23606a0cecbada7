import type { Inventory, InventoryObject } from "./inventory";

export interface ObjectName {
  bucket: string;
  key: string;
}

/** What differs between two inventories. */
export interface Comparison {
  /** There before and after, but not the same. */
  mismatched: (ObjectName & { reason: string })[];
  missing: ObjectName[];
  extra: ObjectName[];
  missingBuckets: string[];
  extraBuckets: string[];
}

const nameOf = ({ bucket, key }: ObjectName): string => `${bucket}/${key}`;

function reasonFor(before: InventoryObject, after: InventoryObject): string | undefined {
  if (before.error !== undefined) return `could not be read before: ${before.error}`;
  if (after.error !== undefined) return `cannot be read: ${after.error}`;
  if (before.size !== after.size) return `has ${after.size} bytes, had ${before.size}`;
  if (before.sha256 !== after.sha256) return "has other content of the same size";
  for (const field of ["contentType", "contentEncoding", "etag"] as const) {
    if (before[field] !== after[field]) return `has ${field} ${after[field]}, had ${before[field]}`;
  }
  const sorted = (metadata: Record<string, string>): string => JSON.stringify(Object.entries(metadata).sort());
  if (sorted(before.metadata) !== sorted(after.metadata)) return "has other metadata";
  return undefined;
}

/** Holds what is served after against what was served before. */
export function compareInventories(before: Inventory, after: Inventory): Comparison {
  const found = new Map(after.objects.map((object) => [nameOf(object), object]));
  const expected = new Set(before.objects.map(nameOf));
  const only = ({ bucket, key }: ObjectName): ObjectName => ({ bucket, key });
  return {
    mismatched: before.objects.flatMap((object) => {
      const match = found.get(nameOf(object));
      const reason = match && reasonFor(object, match);
      return reason === undefined ? [] : [{ ...only(object), reason }];
    }),
    missing: before.objects.filter((object) => !found.has(nameOf(object))).map(only),
    extra: after.objects.filter((object) => !expected.has(nameOf(object))).map(only),
    missingBuckets: before.buckets.filter((bucket) => !after.buckets.includes(bucket)),
    extraBuckets: after.buckets.filter((bucket) => !before.buckets.includes(bucket)),
  };
}

/** One sentence for each difference, for the report. */
export function describe({ mismatched, missing, extra, missingBuckets, extraBuckets }: Comparison): string[] {
  return [
    ...missingBuckets.map((bucket) => `bucket "${bucket}" is gone`),
    ...extraBuckets.map((bucket) => `bucket "${bucket}" was not there before`),
    ...missing.map((object) => `${JSON.stringify(nameOf(object))} is gone`),
    ...extra.map((object) => `${JSON.stringify(nameOf(object))} was not there before`),
    ...mismatched.map((object) => `${JSON.stringify(nameOf(object))} ${object.reason}`),
  ];
}
