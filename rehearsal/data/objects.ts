import { createCipheriv, createHash } from "node:crypto";

/** One object to be written: where, how large, and what is said about it. */
export interface SeedObject {
  bucket: string;
  key: string;
  size: number;
  contentType?: string;
  metadata?: Record<string, string>;
  contentEncoding?: string;
  /** Written in parts, so that its ETag is no MD5 of its content. */
  multipart?: boolean;
}

/** Buckets of the seed; the last one stays empty. */
export const buckets = ["mlpipeline", "mlflow", "team-data", "empty-bucket"];

const MiB = 1024 * 1024;

/** Numbers in [0, 1), the same in every run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Keys that tools stumble over. Each is legal in S3 and accepted by MinIO. */
export const awkwardKeys: string[] = [
  "reports/quarter 1/final report (2).txt",
  " leading space",
  "trailing space ",
  "two  spaces/  and more  ",
  "-rf",
  "--delete",
  "-/-",
  "~/home",
  "caf\u00e9/composed",
  "cafe\u0301/decomposed",
  "same-look/\u00c5ngstr\u00f6m.csv",
  "same-look/A\u030angstro\u0308m.csv",
  "日本語/データ/結果.json",
  "кириллица/модель.pkl",
  "עברית/קובץ",
  "emoji/🚀/👩‍👩‍👧‍👦.txt",
  "case/Model.bin",
  "case/model.bin",
  "case/MODEL.BIN",
  "percent/100%.txt",
  "percent/%2F/not-a-slash",
  "percent/%41%42",
  "plus+and+plus",
  "quotes/'single'/\"double\"/`back`",
  "shell/$HOME/$(id)/;ls|wc&&true",
  "query?versionId=null&uploads",
  "fragment#1",
  "glob/*/[a-z]/{x,y}/?.txt",
  "colon:semi;comma,equals=at@",
  "pipe|less<more>",
  "backslash\\in\\name",
  "...",
  ".hidden/.file",
  "a.b/..c/d..",
  "dots./trailing.",
  "part.1",
  "xl.meta/inner",
  "file.rclonelink",
  "file.partial",
  ".minio.sys-like/format.json",
  "lost+found/inner",
  "fullwidth／solidus",
  "quote‛mark‛／",
  "picture␀␊␍␠",
  "tab\there",
  "line\nbreak",
  "return\rhere",
  "delete\u007fchar",
  "zero\u200bwidth\ufeff",
  "right\u202eleft",
  `long/${"n".repeat(255)}`,
  `long/${"é".repeat(127)}`,
  `longest/${Array.from({ length: 5 }, (_, level) => String(level).repeat(200)).join("/")}`,
  `deep/${Array.from({ length: 60 }, (_, level) => `level-${level}`).join("/")}/leaf`,
];

/**
 * Everything that a seed writes, in order: at least `count` objects of 0 bytes to 8 MB, about 100 MB at 2,000. Most are
 * small, as pipelines leave them; the same numbers give the same list.
 * @param largest no object gets more bytes
 */
export function seedObjects(seed: number, count: number, largest = 8_000_000): SeedObject[] {
  const next = random(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  const small = (): number => Math.floor(2 ** (next() * 14)) - 1;
  const objects: SeedObject[] = [
    { bucket: "mlpipeline", key: "sizes/zero", size: 0 },
    { bucket: "mlpipeline", key: "sizes/one", size: 1 },
    { bucket: "mlpipeline", key: "sizes/just-8-MB", size: 8_000_000 },
    { bucket: "team-data", key: "sizes/multipart", size: 7 * MiB + 13, multipart: true },
    { bucket: "mlflow", key: "1/model.tar.gz", size: 6 * MiB + 1, multipart: true, contentType: "application/gzip" },
    { bucket: "team-data", key: "a folder/", size: 0 },
    {
      bucket: "team-data",
      key: "described/page.html",
      size: 2_345,
      contentType: "text/html; charset=utf-8",
      metadata: { owner: "alice", purpose: "a b=c" },
    },
    {
      bucket: "team-data",
      key: "described/encoded.json.gz",
      size: 777,
      contentType: "application/json",
      contentEncoding: "gzip",
    },
    ...awkwardKeys.map((key, index): SeedObject => ({
      bucket: index % 3 === 0 ? "mlpipeline" : "team-data",
      key,
      size: index % 7 === 0 ? 0 : small(),
    })),
  ];
  for (let index = 0; index < 8; index++)
    objects.push({
      bucket: "mlpipeline",
      key: `artifacts/models/${index}/saved_model.pb`,
      size: 2 * MiB + below(5 * MiB),
    });
  for (let index = 0; index < 60; index++)
    objects.push({
      bucket: "mlflow",
      key: `${index % 9}/${runId(next)}/artifacts/checkpoint ${index}.pkl`,
      size: 16_384 + below(400_000),
    });
  while (objects.length < count) {
    const run = `pipeline-${runId(next).slice(0, 5)}`;
    const day = `2023/0${1 + below(9)}/${10 + below(19)}`;
    for (const file of ["main.log", "mlpipeline-metrics.tgz", "output_artifact.tgz"]) {
      objects.push({
        bucket: "mlpipeline",
        key: `artifacts/${run}/${day}/${run}-${below(1e9)}/${file}`,
        size: next() < 0.05 ? 0 : small(),
      });
    }
    objects.push({
      bucket: "mlpipeline",
      key: `pipelines/${runId(next)}`,
      size: small(),
      contentType: "application/yaml",
    });
  }
  return objects.map((object) => ({ ...object, size: Math.min(object.size, largest) }));
}

const runId = (next: () => number): string =>
  Array.from({ length: 32 }, () => "0123456789abcdef"[Math.floor(next() * 16)]).join("");

/** Content of an object: a stream of its own for each name and seed, so that no two objects can stand in for each other. */
export function contentOf(seed: number, { bucket, key, size }: SeedObject): Buffer {
  const digest = createHash("sha256").update(`${seed}\0${bucket}\0${key}`).digest();
  return createCipheriv("aes-128-ctr", digest.subarray(0, 16), digest.subarray(16)).update(Buffer.alloc(size));
}
