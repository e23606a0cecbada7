import { contentOf, random, type SeedObject } from "../rehearsal/data/objects";

export const bucket = "mlpipeline";

/** What changes on a store while its volume is copied. */
export interface Change {
  put: { object: SeedObject; content: Buffer }[];
  removed: SeedObject[];
}

/**
 * Objects as pipelines leave them: `count` of them with `bytes` in all, sizes spread evenly over four powers of ten. The
 * same numbers give the same list.
 */
export function benchObjects(seed: number, count: number, bytes: number): SeedObject[] {
  const next = random(seed);
  const weights = Array.from({ length: count }, () => 2 ** (next() * 14));
  const unit = bytes / weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight, index) => {
    const run = `pipeline-${Math.floor(index / 20)}`;
    const key = `artifacts/${run}/2023/0${1 + (index % 9)}/${run}-${index % 20}/output_artifact_${index}.tgz`;
    return { bucket, key, size: Math.round(weight * unit) };
  });
}

/** One in a hundred objects: three quarters of them written again, the others gone, and as many new ones as are gone. */
export function onePercent(seed: number, objects: SeedObject[]): Change {
  const next = random(seed);
  const rest = [...objects];
  const chosen = Array.from(
    { length: Math.ceil(objects.length / 100) },
    () => rest.splice(Math.floor(next() * rest.length), 1)[0],
  );
  const kept = Math.ceil((chosen.length * 3) / 4);
  const removed = chosen.slice(kept);
  const put = [...chosen.slice(0, kept), ...removed.map((object) => ({ ...object, key: `${object.key}.new` }))];
  return { removed, put: put.map((object) => ({ object, content: contentOf(seed, object) })) };
}
