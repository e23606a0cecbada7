import { open } from "node:fs/promises";

const PT_INTERP = 3;

/**
 * Whether an executable runs without a dynamic loader: a 64-bit little-endian ELF file whose program headers name
 * no interpreter. Scripts and other formats are not static.
 */
export async function isStatic(file: string): Promise<boolean> {
  const handle = await open(file, "r");
  try {
    const header = Buffer.alloc(64);
    const { bytesRead } = await handle.read(header, 0, 64, 0);
    if (bytesRead < 64 || header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1) return false;
    const offset = Number(header.readBigUInt64LE(32));
    const size = header.readUInt16LE(54);
    const count = header.readUInt16LE(56);
    const table = Buffer.alloc(size * count);
    await handle.read(table, 0, table.length, offset);
    for (let i = 0; i < count; i++) if (table.readUInt32LE(i * size) === PT_INTERP) return false;
    return true;
  } finally {
    await handle.close();
  }
}
