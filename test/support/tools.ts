import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { ensureToolchain, toolPath } from "../../rehearsal/toolchain/ensure";

/** Executables that tests run for real. */
export interface Tools {
  minio: string;
  rclone: string;
  /** Folder with the applets of busybox and rclone, and nothing else: what the mover's image has on its PATH. Kept for the next test. */
  moverPath: string;
}

let found: Promise<Tools> | undefined;

async function find(): Promise<Tools> {
  const toolchain = await ensureToolchain({ log: (line) => process.stderr.write(`${line}\n`), parts: ["images"] });
  const busybox = toolPath(toolchain, "busybox");
  const rclone = toolPath(toolchain, "rclone");
  const moverPath = join(
    tmpdir(),
    `ckf-mover-path-${createHash("sha256").update(`${busybox} ${rclone}`).digest("hex").slice(0, 10)}`,
  );
  if (!existsSync(moverPath)) {
    const made = mkdtempSync(`${moverPath}.`);
    await execa(busybox, ["--install", "-s", made]);
    symlinkSync(rclone, join(made, "rclone"));
    try {
      renameSync(made, moverPath);
    } catch {
      rmSync(made, { recursive: true }); // another test made it meanwhile
    }
  }
  return { minio: toolPath(toolchain, "minio"), rclone, moverPath };
}

/** From PATH, else from the cache, else built: minutes the first time, so ask for it in a beforeAll with `toolsTimeout`. */
export function tools(): Promise<Tools> {
  found ??= find();
  return found;
}

export const toolsTimeout = 900_000;
