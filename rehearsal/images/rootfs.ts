import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import execa from "execa";
import type { Header, Pack } from "tar-stream";

/** One entry of an image's file system; paths are relative to its root. */
export type Entry =
  | { path: string; folder: true; mode?: number }
  | { path: string; link: string }
  | { path: string; text: string; mode?: number }
  | { path: string; file: string; mode?: number };

/** Every entry carries the same owner and time, so that equal contents give equal bytes. */
const FIXED = { uid: 0, gid: 0, uname: "", gname: "", mtime: new Date(0) } as const;

/** Adds an entry whose bytes come from a stream of known size. */
export async function addStream(
  pack: Pack,
  header: Partial<Header> & { name: string; size: number },
  source: Readable,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const entry = pack.entry({ ...FIXED, ...header }, (error) => (error ? reject(error) : resolve()));
    source.on("error", reject);
    source.pipe(entry);
  });
}

/** Adds an entry held in memory (folders and links have no content). */
export function addEntry(pack: Pack, header: Partial<Header> & { name: string }, content = ""): void {
  pack.entry({ ...FIXED, ...header }, content);
}

/** Writes the entries of one layer in the order given. */
export async function packEntries(pack: Pack, entries: Entry[]): Promise<void> {
  for (const entry of entries) {
    if ("folder" in entry) addEntry(pack, { name: `${entry.path}/`, type: "directory", mode: entry.mode ?? 0o755 });
    else if ("link" in entry) addEntry(pack, { name: entry.path, type: "symlink", linkname: entry.link, mode: 0o777 });
    else if ("text" in entry) addEntry(pack, { name: entry.path, mode: entry.mode ?? 0o644 }, entry.text);
    else
      await addStream(
        pack,
        { name: entry.path, mode: entry.mode ?? 0o755, size: (await stat(entry.file)).size },
        createReadStream(entry.file),
      );
  }
}

/** What every image holds: busybox under all its names, the two user files, and the folders programs expect. */
export async function baseEntries(busybox: string): Promise<Entry[]> {
  const { stdout } = await execa(busybox, ["--list"], { stdin: "ignore" });
  const applets = stdout
    .split("\n")
    .map((name) => name.trim())
    .filter((name) => name && name !== "busybox");
  return [
    ...["bin", "etc", "root", "usr", "usr/bin", "var"].map((path): Entry => ({ path, folder: true })),
    { path: "tmp", folder: true, mode: 0o1777 },
    { path: "etc/passwd", text: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/false\n" },
    { path: "etc/group", text: "root:x:0:\nnogroup:x:65534:\n" },
    { path: "bin/busybox", file: busybox },
    ...applets.sort().map((name): Entry => ({ path: `bin/${name}`, link: "busybox" })),
  ];
}
