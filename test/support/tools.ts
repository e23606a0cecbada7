import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { ensureToolchain, toolPath } from "../../rehearsal/toolchain/ensure";

/** Executables that tests run for real. */
export interface Tools {
  minio: string;
  rclone: string;
  /** Folder with the applets of busybox and rclone, and nothing else: what the mover's image has on its PATH. */
  moverPath: string;
}

let found: Promise<Tools> | undefined;

async function find(): Promise<Tools> {
  const toolchain = await ensureToolchain({ log: (line) => process.stderr.write(`${line}\n`), parts: ["images"] });
  const moverPath = mkdtempSync(join(tmpdir(), "mover-path-"));
  const busybox = toolPath(toolchain, "busybox");
  const rclone = toolPath(toolchain, "rclone");
  await execa(busybox, ["--install", "-s", moverPath]);
  await execa("ln", ["-s", rclone, join(moverPath, "rclone")]);
  return { minio: toolPath(toolchain, "minio"), rclone, moverPath };
}

/** From PATH, else from the cache, else built: minutes the first time, so ask for it in a beforeAll with `toolsTimeout`. */
export function tools(): Promise<Tools> {
  found ??= find();
  return found;
}

export const toolsTimeout = 900_000;
