import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Planted, secretsIn } from "./planted";

export interface Looked {
  looked: number;
  /** "minio secret-key in <where>" */
  found: string[];
}

function content(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined; // a folder, or gone meanwhile
  }
}

/** Searches every file below some folders; one that is not there is an error, for nothing would be looked at. */
export function searchFiles(folders: string[], planted: Planted[]): Looked {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const found: string[] = [];
  let looked = 0;
  for (const file of files) {
    const text = content(file);
    if (text === undefined) continue;
    looked += 1;
    found.push(...secretsIn(text, planted).map((secret) => `${secret} in ${file}`));
  }
  return { looked, found };
}
