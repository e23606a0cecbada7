import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contents } from "../guide/contents";

const root = join(__dirname, "..");
const readme = join(root, "README.md");
const [begin, end] = ["<!-- guide: npm run docs:guide -->", "<!-- /guide -->"];

/** The table "guide step, folder, way back" in Markdown. */
function table(): string {
  const rows = contents.map(([folder, title], index) => {
    const back = ["rollback.ts", "redeploy-rollback.ts"].filter((file) =>
      existsSync(join(root, "guide", folder, file)),
    );
    const links = back.map((file) => `[${file}](guide/${folder}/${file})`).join(", ");
    return `| ${index + 1}. ${title} | [guide/${folder}](guide/${folder}) | ${links} |`;
  });
  return ["| guide step | folder | taken back by |", "|---|---|---|", ...rows].join("\n");
}

/**
 * README.md with its table of the guide written again.
 * @throws when the markers are missing
 */
export function withGuide(text: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`README.md lacks the markers ${begin} and ${end}: the table has no place. Put them back`);
  return `${text.slice(0, from + begin.length)}\n\n${table()}\n\n${text.slice(to)}`;
}

if (require.main === module) writeFileSync(readme, withGuide(readFileSync(readme, "utf8")));
