import { readFileSync, readdirSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { jsonOf } from "../juju/json";

/** A lock that a run of pulumi holds, or left behind when it was killed. */
export interface Lock {
  /** "user@machine, process 4711, since 2026-11-26T10:00:00Z" */
  holder: string;
  /** Whether that process runs; undefined where it is one of another machine. */
  alive: boolean | undefined;
}

const schema = z.object({ pid: z.number().int(), username: z.string(), hostname: z.string(), timestamp: z.string() });

function running(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function files(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}

/**
 * Locks of a stack whose backend is a folder of this machine: a file for each, below `.pulumi/locks`
 * (https://github.com/pulumi/pulumi pkg/backend/diy/lock.go). Other backends tell nobody: undefined.
 */
export function locksOf(backend: string, project: string, stack: string): Lock[] | undefined {
  const root = /^file:\/\/(~?)(\/.*)?$/.exec(backend);
  if (!root) return undefined;
  const folder = join(
    root[1] ? homedir() : "/",
    root[2] ?? "",
    ".pulumi",
    "locks",
    "organization",
    project,
    stack.split("/").at(-1)!,
  );
  return files(folder).flatMap((name) => {
    const found = schema.safeParse(jsonOf(readFileSync(join(folder, name), "utf8")));
    if (!found.success) return [{ holder: `unknown, by ${join(folder, name)}`, alive: undefined }];
    const { pid, username, hostname: machine, timestamp } = found.data;
    return [
      {
        holder: `${username}@${machine}, process ${pid}, since ${timestamp}`,
        alive: machine === hostname() ? running(pid) : undefined,
      },
    ];
  });
}
