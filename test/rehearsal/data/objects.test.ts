import { awkwardKeys, buckets, contentOf, seedObjects } from "../../../rehearsal/data/objects";

const objects = seedObjects(1, 2_000);

test("a seed is 2,000 objects of 0 bytes to 8 MB, under names of their own, and not too much to copy", () => {
  expect(objects.length).toBeGreaterThanOrEqual(2_000);
  expect(new Set(objects.map(({ bucket, key }) => `${bucket}/${key}`)).size).toBe(objects.length);
  const sizes = objects.map(({ size }) => size);
  expect(Math.min(...sizes)).toBe(0);
  expect(Math.max(...sizes)).toBe(8_000_000);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000_000);
  expect(buckets.filter((bucket) => !objects.some((object) => object.bucket === bucket))).toEqual(["empty-bucket"]);
});

test("the same seed gives the same objects with the same bytes, another one does not", () => {
  expect(seedObjects(1, 2_000)).toEqual(objects);
  expect(seedObjects(2, 2_000)).not.toEqual(objects);
  const large = objects.find(({ size }) => size > 1_000)!;
  expect(contentOf(1, large).equals(contentOf(1, large))).toBe(true);
  expect(contentOf(1, large).equals(contentOf(2, large))).toBe(false);
  expect(contentOf(1, large)).toHaveLength(large.size);
  expect(contentOf(1, { ...large, key: `${large.key}x` }).equals(contentOf(1, large))).toBe(false);
});

test("no key is one that S3 or MinIO refuses", () => {
  for (const key of awkwardKeys) {
    expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
    for (const segment of key.split("/")) {
      expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(255);
      expect(["", ".", ".."]).not.toContain(segment.trim());
    }
  }
});

test("some keys differ in nothing but case, or in how an accent is composed", () => {
  const folded = new Set(awkwardKeys.map((key) => key.toLowerCase()));
  const composed = new Set(awkwardKeys.map((key) => key.normalize("NFC")));
  expect(folded.size).toBeLessThan(awkwardKeys.length);
  expect(composed.size).toBeLessThan(awkwardKeys.length);
});
