import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import execa from "execa";
import type { SourceEdit } from "./modules";

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
 * Writes the edited files and the file that makes `go build` take them (https://pkg.go.dev/cmd/go, -overlay).
 * @param source folder with go.mod
 * @param folder where to write
 * @param env of the build
 * @returns the arguments for `go build`
 */
export async function overlayArguments(
  edits: SourceEdit[],
  { source, folder, env }: { source: string; folder: string; env: Record<string, string> },
): Promise<string[]> {
  if (edits.length === 0) return [];
  const replaced: Record<string, string> = {};
  for (const [i, edit] of edits.entries()) {
    const { stdout } = await execa("go", ["mod", "download", "-json", edit.module], { cwd: source, env });
    const original = join((JSON.parse(stdout) as { Dir: string }).Dir, edit.file);
    await mkdir(join(folder, String(i)), { recursive: true });
    replaced[original] = join(folder, String(i), basename(edit.file));
    await writeFile(replaced[original], applyEdit(await readFile(original, "utf8"), edit));
  }
  const file = join(folder, "overlay.json");
  await writeFile(file, JSON.stringify({ Replace: replaced }));
  return ["-overlay", file];
}
