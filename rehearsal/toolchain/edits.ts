import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";

/** A named change to one file of a module that takes part, made at build time: the module itself stays as published. */
export interface SourceEdit {
  /** Shown in the report beside the version. */
  name: string;
  module: string;
  file: string;
  /** Each text must be in the file exactly once. */
  replace: { text: string; by: string }[];
  /** The executables of the build that contain the file. */
  executables: string[];
}

/** @throws when a text is not in the source exactly once: then the edit was written for another version. */
export function applyEdit(source: string, edit: SourceEdit): string {
  return edit.replace.reduce((text, { text: from, by }) => {
    const found = text.split(from).length - 1;
    if (found !== 1)
      throw new Error(
        `${edit.module}/${edit.file} holds ${JSON.stringify(from)} ${found} times instead of once, so the edit "${edit.name}" does not fit this version: write it anew in rehearsal/toolchain/modules.ts`,
      );
    return text.replace(from, () => by);
  }, source);
}

/**
 * Gives a build a copy of each edited module in the place of the published one. Not by `go build -overlay`: Go refuses
 * to overlay files of its module cache. The published one is downloaded first, and checked against go.sum.
 * @param source folder with the build's go.mod, which is changed
 * @param env of the build
 */
export async function applyEdits(edits: SourceEdit[], source: string, env: Record<string, string>): Promise<void> {
  const options = { cwd: source, env, stdin: "ignore" } as const;
  for (const module of new Set(edits.map((edit) => edit.module))) {
    const { stdout } = await execa("go", ["mod", "download", "-json", module], options);
    const copy = join("edited", module);
    await cp((JSON.parse(stdout) as { Dir: string }).Dir, join(source, copy), { recursive: true });
    // What Go unpacks is read-only.
    await execa("chmod", ["-R", "u+w", copy], options);
    for (const edit of edits.filter((candidate) => candidate.module === module)) {
      const file = join(source, copy, edit.file);
      await writeFile(file, applyEdit(await readFile(file, "utf8"), edit));
    }
    await execa("go", ["mod", "edit", `-replace=${module}=./${copy}`], options);
  }
}
