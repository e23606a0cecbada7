import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sharedFolder } from "./folder";
import { nextTry, tryLock } from "./slots";

export interface Snapshot {
  /** When it was asked for, in ms since 1970: it shows nothing that happened before this and was undone later. */
  askedAt: number;
  text: string;
}

function stored(file: string): Snapshot | undefined {
  try {
    const found = JSON.parse(readFileSync(file, "utf8")) as Partial<Snapshot>;
    // A clock that was set back must not make an old snapshot new.
    if (typeof found.askedAt === "number" && typeof found.text === "string" && found.askedAt <= Date.now())
      return found as Snapshot;
  } catch {
    // None yet, or of another version: asking again is all it takes.
  }
  return undefined;
}

function store(file: string, snapshot: Snapshot): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, JSON.stringify(snapshot), { mode: 0o600, flag: "wx" });
  renameSync(draft, file);
}

/**
 * An answer about a model that was asked for at `after` or later. All steps of a run share it: whoever finds none asks,
 * and everybody who waited meanwhile reads that answer. So many steps that wait cost juju no more than one.
 */
export async function snapshot(
  model: string,
  name: string,
  after: number,
  ask: (model: string) => Promise<string>,
): Promise<Snapshot> {
  const folder = join(sharedFolder(), encodeURIComponent(model));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const file = join(folder, `${name}.json`);
  for (;;) {
    const found = stored(file);
    if (found && found.askedAt >= after) return found;
    const release = await tryLock(file);
    if (!release) {
      await nextTry();
      continue;
    }
    try {
      const meanwhile = stored(file);
      if (meanwhile && meanwhile.askedAt >= after) return meanwhile;
      const askedAt = Date.now();
      const fresh = { askedAt, text: await ask(model) };
      store(file, fresh);
      return fresh;
    } finally {
      await release();
    }
  }
}
