import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Mover, moverScript } from "../objectstore/jobs";
import { tools } from "../test/support/tools";

export interface Run {
  seconds: number;
  /** Most memory that the process and all it started held at once, in bytes, looked at ten times a second. */
  peak: number;
}

/** Resident memory of every process of a session. */
function residentOf(session: number): number {
  let pages = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      if (Number(fields[3]) === session) pages += Number(fields[21]);
    } catch {
      // It ended meanwhile.
    }
  }
  return pages * 4096;
}

/** Seconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - started) / 1e9;
}

/** Runs a command to its end. @throws when it fails, with the end of what it said */
export async function run(program: string, args: string[], env: NodeJS.ProcessEnv = process.env): Promise<Run> {
  const started = process.hrtime.bigint();
  const child = spawn(program, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, residentOf(child.pid!))), 100);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with ${String(code)}: ${said}`);
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, peak };
}

/** Runs the text of a Job of a copy, with the tools of its image, on two folders. */
export async function runMover(mover: Mover, source: string, destination: string, work: string): Promise<Run> {
  const { moverPath } = await tools();
  const digest = "0".repeat(64);
  mkdirSync(work, { recursive: true });
  return run(join(moverPath, "sh"), ["-ceu", moverScript(mover, `minio-${mover}`)], {
    PATH: moverPath,
    GOMEMLIMIT: "400MiB",
    HOP: "1.6-1.7",
    HOME: work,
    WORK_DIR: work,
    RESULT_FILE: join(work, "result-file"),
    SOURCE_DIR: source,
    DEST_DIR: destination,
    BACKUP_DIGEST: digest,
    PROVEN_DIGEST: digest,
    SOURCE_VOLUME: "pvc-bench",
    OBJECT_STORE: "true",
  });
}
