import { z } from "zod";
import type { LiveFacts } from "./facts";
import type { Finding } from "./finding";
import type { PreflightQuestion } from "./types";

/** What MinIO writes to .minio.sys/format.json; `sets` holds an id for each drive. https://github.com/minio/minio/pull/14970 */
const schema = z.object({ format: z.string(), xl: z.object({ sets: z.array(z.array(z.string())) }).optional() });

function parsed(text: string): z.infer<typeof schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Whether the object store's volume is of a format that a MinIO on one volume reads, as the target's is. */
export function findingsOfFormat({ objectStore }: PreflightQuestion, { format }: LiveFacts): Finding[] {
  if (!objectStore || !format) return [];
  const of = (weight: Finding["weight"], fact: string, meaning: string, next: string): Finding[] => [
    { name: "on-disk-format", subject: objectStore.application, fact, meaning, next, weight },
  ];
  if ("why" in format)
    return of(
      "told",
      `not checked: ${format.why}`,
      "a copy looks at it before it copies, nothing else does",
      "Look at .minio.sys/format.json on its volume yourself",
    );
  const found = parsed(format.text);
  if (found?.format === "fs") return [];
  const drives = found?.xl?.sets.flat().length ?? 0;
  if (found?.format === "xl-single" && drives === 1) {
    // Single drives are of that format since RELEASE.2022-06-02: https://github.com/minio/docs/pull/494
    return of(
      "told",
      "has a volume of format xl-single, which the image that the charms of both releases name (2021-09) does not read: it runs another, and so must the new one",
      "an older MinIO expects fs, and does not start on it",
      "Compare the resource oci-image of both",
    );
  }
  return of(
    "refuses",
    `has a volume of ${found ? `format ${found.format}${found.xl ? ` (drives: ${drives})` : ""}` : "a format that its format.json does not tell"}`,
    "the target's MinIO runs on one volume, reads fs there, or xl-single of one drive where its image knows that, and does not start on anything else",
    "Look how this MinIO is run and at .minio.sys/format.json on its volume; objects of another format are moved through S3, into a MinIO of the release",
  );
}
