import { deflateRawSync } from "node:zlib";

const table = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(content: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of content) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}

/** Fields of two ("H") or four ("I") bytes, little-endian. */
function record(fields: string, values: number[]): Buffer {
  return Buffer.concat(
    values.map((value, at) => {
      const field = Buffer.alloc(fields[at] === "H" ? 2 : 4);
      field.writeUIntLE(value, 0, field.length);
      return field;
    }),
  );
}

const UNIX = 3 << 8;
const DEFLATED = 8;
const FIRST_DAY_OF_1980 = 33;

/**
 * A zip archive (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT) of text files, whose bytes depend on nothing but them.
 * Files named in `executable` have mode 0755, the others 0644.
 */
export function zip(files: Record<string, string>, executable: string[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const path of Object.keys(files).sort()) {
    const content = Buffer.from(files[path]);
    const packed = deflateRawSync(content);
    const name = Buffer.from(path);
    const common = [
      20,
      0,
      DEFLATED,
      0,
      FIRST_DAY_OF_1980,
      crc32(content),
      packed.length,
      content.length,
      name.length,
      0,
    ];
    const mode = 0o100000 | (executable.includes(path) ? 0o755 : 0o644);
    const local = Buffer.concat([record("IHHHHHIIIHH", [0x04034b50, ...common]), name, packed]);
    const entry = [0x02014b50, UNIX | 20, ...common, 0, 0, 0, mode * 0x10000, offset];
    directory.push(record("IHHHHHHIIIHHHHHII", entry), name);
    bodies.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const count = Object.keys(files).length;
  const end = record("IHHHHIIH", [0x06054b50, 0, 0, count, count, index.length, offset, 0]);
  return Buffer.concat([...bodies, index, end]);
}
