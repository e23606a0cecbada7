import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(__dirname, "..", "..");
const pages = [
  ...readdirSync(root).map((file) => join(root, file)),
  ...readdirSync(join(root, "docs")).map((file) => join(root, "docs", file)),
].filter((file) => file.endsWith(".md"));

/** The anchor that a heading gets: https://docs.github.com/en/get-started/writing-on-github (section links). */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** Links of a page to files and headings of this repository that are not there. */
function broken(page: string): string[] {
  const links = [...readFileSync(page, "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path, anchor] = link.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    if (!existsSync(file)) return true;
    const headings = anchor
      ? [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, text]) => anchorOf(text))
      : [];
    return anchor !== undefined && !headings.includes(anchor);
  });
}

test.each(pages.map((page) => [relative(root, page), page]))("every link of %s leads somewhere", (_name, page) => {
  expect(broken(page)).toEqual([]);
});

test("every page of docs/ is in its index", () => {
  const index = readFileSync(join(root, "docs", "index.md"), "utf8");
  const own = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md") && file !== "index.md");
  expect(own.filter((file) => !index.includes(`](${file})`))).toEqual([]);
});
