import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { type Mover, moverScript } from "../../objectstore/jobs";
import { progressOf } from "../../objectstore/progress";
import { parseResult, type MoverResult } from "../../objectstore/result";
import type { Store } from "../../rehearsal/data/store";
import { tools } from "./tools";

export interface Moved {
  exitCode: number;
  log: string;
  /** Termination message as it was left. */
  message: string;
  /** @throws as parseResult does */
  result: () => MoverResult;
}

interface RunOptions {
  store?: Store;
  env?: Record<string, string>;
  /** Another text than the Job's own. */
  script?: string;
}

/** Phases that a log tells the progress of, each once, in their order. */
export const phases = (log: string): string[] => [
  ...new Set(log.split("\n").flatMap((line) => progressOf(line)?.split(":")[0] ?? [])),
];

/** A PATH on which some tools of the mover's are shell text of a test's own, by name; "$real" in it is the tool itself. */
export async function wrapped(lab: Lab, texts: Record<string, string>): Promise<string> {
  const { moverPath } = await tools();
  const folder = mkdtempSync(join(lab.root, "path-"));
  for (const tool of readdirSync(moverPath)) {
    const real = join(moverPath, tool);
    if (tool in texts)
      writeFileSync(
        join(folder, tool),
        `#!/bin/sh\nreal="${tool === "rclone" ? realpathSync(real) : real}"\n${texts[tool]}\n`,
        { mode: 0o755 },
      );
    else symlinkSync(real, join(folder, tool));
  }
  return folder;
}

/** Folders that stand for the claims of a mover; removed by `clean`. */
export class Lab {
  readonly root = mkdtempSync(join(tmpdir(), "mover-"));
  readonly backup = this.folder("backup");
  readonly source = this.folder("source");
  readonly destination = this.folder("destination");
  readonly objects = join(this.backup, "1.6-1.7", "objects");
  readonly records = join(this.backup, "1.6-1.7", "records");

  folder(name: string): string {
    mkdirSync(join(this.root, name), { recursive: true });
    return join(this.root, name);
  }

  clean(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private async start(
    mover: Mover,
    { store, env = {}, script = moverScript(mover, `minio-${mover}`) }: RunOptions,
  ): Promise<{ child: execa.ExecaChildProcess; result: string }> {
    const { moverPath } = await tools();
    const result = join(this.root, `${mover}.message`);
    rmSync(result, { force: true });
    const child = execa(join(moverPath, "sh"), ["-ceu", script], {
      all: true,
      reject: false,
      detached: true,
      stdin: "ignore",
      extendEnv: false,
      env: {
        PATH: moverPath,
        HOP: "1.6-1.7",
        HOME: this.root,
        WORK_DIR: join(this.root, "work"),
        RESULT_FILE: result,
        BACKUP_DIR: this.backup,
        SOURCE_DIR: this.source,
        DEST_DIR: this.destination,
        BACKUP_DIGEST: "0".repeat(64),
        PROVEN_DIGEST: "0".repeat(64),
        SOURCE_VOLUME: "pvc-old",
        OBJECT_STORE: "true",
        ...(store && {
          RCLONE_CONFIG_STORE_ENDPOINT: store.endpoint,
          RCLONE_CONFIG_STORE_ACCESS_KEY_ID: store.accessKey,
          RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY: store.secretKey,
        }),
        ...env,
      },
    });
    return { child, result };
  }

  /** Environment of a backup that goes into a bucket. */
  into(bucket: string, { endpoint, accessKey, secretKey }: Store): Record<string, string> {
    return {
      BACKUP_BUCKET: bucket,
      RCLONE_CONFIG_TARGET_ENDPOINT: endpoint,
      RCLONE_CONFIG_TARGET_ACCESS_KEY_ID: accessKey,
      RCLONE_CONFIG_TARGET_SECRET_ACCESS_KEY: secretKey,
      RCLONE_CONFIG_TARGET_REGION: "us-east-1",
    };
  }

  /** Runs the very text that a Job runs, under busybox, to its end. */
  async run(mover: Mover, options: RunOptions = {}): Promise<Moved> {
    const { child, result } = await this.start(mover, options);
    const { exitCode, all = "" } = await child;
    const message = existsSync(result) ? readFileSync(result, "utf8") : "";
    return { exitCode, log: all, message, result: () => parseResult(message) };
  }

  /** Runs it until `when` holds, then kills it and all it started, as an eviction would. @returns false when it ended before */
  async runUntil(mover: Mover, when: () => boolean, options: RunOptions = {}): Promise<boolean> {
    const { child } = await this.start(mover, options);
    let ended = false;
    void child.then(() => (ended = true));
    while (!ended && !when()) await new Promise((resolve) => setTimeout(resolve, 2));
    if (ended) return false;
    process.kill(-child.pid!, "SIGKILL");
    await child;
    return true;
  }
}
