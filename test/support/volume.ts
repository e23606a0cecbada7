import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { awkwardKeys } from "../../rehearsal/data/objects";

const id = "11111111-2222-3333-4444-555555555555";

export function write(folder: string, name: string, content: string | Buffer = name): string {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

export function format(folder: string, backend = "fs", ofId = id): void {
  write(
    folder,
    ".minio.sys/format.json",
    JSON.stringify({ version: "1", format: backend, id: ofId, fs: { version: "2" } }),
  );
}

/** A volume of the kind that a MinIO of 2021 keeps, and things that no MinIO does but a volume can hold. */
export function fillVolume(source: string, keys = awkwardKeys): void {
  format(source);
  for (const key of keys) {
    write(source, `mlpipeline/${key}`);
    write(source, `.minio.sys/buckets/mlpipeline/${key}/fs.json`, `{"meta":"${key.length}"}`);
  }
  write(source, "mlpipeline/zero", "");
  // A time that Node can put back exactly.
  utimesSync(write(source, "mlpipeline/large", Buffer.alloc(3_000_000, "abc")), 1_600_000_000, 1_600_000_000);
  mkdirSync(join(source, "empty-bucket/empty/deeper"), { recursive: true });
  write(source, "modes/locked");
  chmodSync(join(source, "modes/locked"), 0o000);
  write(source, "modes/group");
  chownSync(join(source, "modes/group"), 1000, 584792);
  chmodSync(join(source, "modes/group"), 0o640);
  mkdirSync(join(source, "modes/shared"));
  chownSync(join(source, "modes/shared"), 0, 2000);
  chmodSync(join(source, "modes/shared"), 0o2770);
  symlinkSync("../mlpipeline/large", join(source, "modes/link"));
  symlinkSync("nowhere", join(source, "empty-bucket/broken"));
  utimesSync(join(source, "mlpipeline/zero"), 1_600_000_000.123456, 1_600_000_000.123456);
  utimesSync(join(source, "empty-bucket/empty"), 1_500_000_000, 1_500_000_000);
  chownSync(source, 0, 3000);
  chmodSync(source, 0o2775);
}

/** Everything of a tree but the numbers that each volume gives by itself. */
export function tree(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.startsWith(".ckf-upgrade-migration"),
  );
  return Object.fromEntries(
    ["", ...names].map((name) => {
      const path = join(folder, name);
      const { mode, uid, gid, mtimeNs } = lstatSync(path, { bigint: true });
      const facts = `${mode.toString(8)} ${uid}:${gid}`;
      if (lstatSync(path).isSymbolicLink()) return [name, `${facts} -> ${readlinkSync(path)}`];
      if (lstatSync(path).isFile()) return [name, `${facts} ${mtimeNs} ${readFileSync(path).toString("base64")}`];
      // The root's own time changes with the marker in it.
      return [name, name === "" ? facts : `${facts} ${mtimeNs}`];
    }),
  );
}
