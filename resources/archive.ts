import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { gunzipSync, gzipSync } from "node:zlib";
import { extract, pack } from "tar-stream";

/** path -> text */
export type Files = Record<string, string>;

/** Name of the file that lists the others, in the format of sha256sum. */
export const sumsFile = "SHA256SUMS";

/** Bytes of one part: a Secret holds at most 1 MiB (https://kubernetes.io/docs/concepts/configuration/secret/). */
const partBytes = 900 * 1024;

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

/** "<hash>  <path>" of every file, sorted by bytes. */
export function sums(files: Files): string {
  return Object.entries(files)
    .map(([path, text]) => `${sha256(text)}  ${path}\n`)
    .sort()
    .join("");
}

/** What stands for all the files: SHA-256 of their sums. */
export function digestOf(files: Files): string {
  return sha256(sums(files));
}

/** The files and their sums as a compressed tar, cut into parts that each fit a Secret. */
export async function packFiles(files: Files): Promise<Buffer[]> {
  const archive = pack();
  for (const [name, text] of Object.entries({ ...files, [sumsFile]: sums(files) }).sort())
    archive.entry({ name, mtime: new Date(0) }, text);
  archive.finalize();
  const bytes = gzipSync(await buffer(archive));
  return Array.from({ length: Math.ceil(bytes.length / partBytes) }, (_, index) =>
    bytes.subarray(index * partBytes, (index + 1) * partBytes),
  );
}

/**
 * The files out of the parts.
 * @throws when they are not those that their own sums were made of.
 */
export async function unpackFiles(parts: Buffer[]): Promise<Files> {
  const files: Files = {};
  const entries = Readable.from([gunzipSync(Buffer.concat(parts))]).pipe(extract());
  for await (const entry of entries) files[entry.header.name] = (await buffer(entry)).toString("utf8");
  const { [sumsFile]: recorded, ...rest } = files;
  if (recorded !== sums(rest)) throw new Error("the exported resources do not have the hashes they were exported with");
  return rest;
}
