import { z } from "zod";

/** Bytes that Kubernetes keeps of a termination message: https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/ */
export const resultLimit = 4096;

/** What a line of a mover's log starts with when the rest of it names something that differs. */
export const differencePrefix = "DIFFERS ";

const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "is no SHA-256 in 64 hex digits");

const common = {
  /** Name of the Job. */
  job: z.string(),
  /** Things compared: objects of every bucket, or files of the volume. */
  objects: count,
  bytes: count,
  /** SHA-256 of the sorted manifest of what was compared. */
  digest: sha256,
  /** How many names differ in any way; each is in the log. */
  differing: count,
  missing: count,
  extra: count,
  /** Other content, unreadable, other metadata or other attributes. */
  changed: count,
  /** The first of them, as "<how> <name>;". */
  first: z.string().optional(),
};

/** What a mover leaves that could not do its work. */
const failure = z.object({ job: z.string(), error: z.string() });

/** What the Job found of an earlier run: nothing, a part that it went on from, or all of it, so that it changed nothing. */
const resumed = z.enum(["fresh", "partial", "complete"]);

const backup = z.object({
  ...common,
  mover: z.literal("backup"),
  buckets: count,
  copied: count,
  resumed,
  /** The copies of all objects, or only the records of them. */
  kept: z.enum(["objects", "manifest"]),
  /** SHA-256 over the hashes of all records, the manifest among them: what a later run finds must be what was proven. */
  records: sha256,
  /** Objects that were written from the backup into a scratch bucket and read back, and their bytes. */
  restored: count,
  restoredBytes: count,
});

const resources = z.object({
  ...common,
  mover: z.literal("resources"),
  resumed,
});

const database = z.object({
  ...common,
  mover: z.literal("database"),
  resumed,
  /** The rows, or only how many there are. */
  kept: z.enum(["objects", "manifest"]),
  /** SHA-256 over what the log says the server held (databases/held.ts). */
  held: sha256,
  rows: count,
});

/** Backend that a MinIO's .minio.sys/format.json names; "other" where the volume is no MinIO's. */
const format = z.enum(["fs", "xl-single", "other"]);

const presync = z.object({
  ...common,
  mover: z.literal("presync"),
  /** Node that it ran on, beside its application. */
  node: z.string().default(""),
  passes: count,
  /** Files that were copied, in all passes, and their bytes. */
  copied: count,
  copiedBytes: count,
  /** What the last pass found to copy: about as much is left for the stopped phase. */
  remaining: count,
  remainingBytes: count,
  format,
  resumed,
});

const migration = z.object({
  ...common,
  mover: z.literal("migration"),
  directories: count,
  links: count,
  copied: count,
  /** Files that were wrong after the copy and were copied a second time. */
  repaired: count,
  format,
  resumed,
});

const verify = z.object({
  ...common,
  mover: z.literal("verify"),
  buckets: count,
  /** Objects and buckets that came since the backup. */
  new: count.default(0),
  /** Digest over the records of the backup that the objects were held against: its `records`. */
  backupDigest: sha256,
});

const schema = z.discriminatedUnion("mover", [backup, resources, database, presync, migration, verify]);

export type MoverResult = z.infer<typeof schema>;
export type BackupResult = z.infer<typeof backup>;
export type PresyncResult = z.infer<typeof presync>;
export type MigrationResult = z.infer<typeof migration>;
export type VerifyResult = z.infer<typeof verify>;

/**
 * The result that a mover left as its container's termination message.
 * @throws when the message is empty, cut off, no JSON or not of the shape of its job.
 */
export function parseResult(message: string): MoverResult {
  const text = message.trim();
  if (text === "")
    throw new Error(
      "the mover left no termination message: its container ended before it had a result; its log says why",
    );
  if (Buffer.byteLength(text) > resultLimit)
    throw new Error(
      `the mover's termination message has ${Buffer.byteLength(text)} bytes, more than the ${resultLimit} that Kubernetes keeps: it is not a mover's result`,
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(
      `the mover's termination message is no JSON but ${JSON.stringify(text.slice(0, 200))}: it was not written by a mover of this program, or was cut off`,
    );
  }
  const failed = failure.safeParse(value);
  if (failed.success) throw new Error(`Job "${failed.data.job}" could not do its work: ${failed.data.error}`);
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues
      .map(({ path, message: fault }) => `${path.join(".") || "result"}: ${fault}`)
      .join("; ");
    throw new Error(
      `the mover's result ${JSON.stringify(text.slice(0, 200))} is not understood (${faults}): image and program are of different versions`,
    );
  }
  return parsed.data;
}

/** Names that a mover's log calls different, in the order of the log, each once, as "<how>: <name>". */
export function differingNames(log: string): string[] {
  const names = log
    .split("\n")
    .filter((line) => line.startsWith(differencePrefix))
    .map((line) => line.slice(differencePrefix.length));
  return [...new Set(names)];
}
