import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { type CharmhubOptions, startCharmhub } from ".";

/**
 * The stand-in as a process of its own: `node --import tsx rehearsal/charmhub/main.ts FILE`, where FILE has the options
 * (CharmhubOptions) as JSON. The first line of its output is its URL. It ends with its standard input, unless a line "keep" came
 * by that, and at SIGTERM.
 */
async function main(file: string): Promise<void> {
  const options = JSON.parse(readFileSync(file, "utf8")) as CharmhubOptions;
  const charmhub = await startCharmhub({ ...options, log: (line) => console.error(line) });
  console.log(charmhub.url);
  const end = (): void => void charmhub.stop().then(() => process.exit(0));
  process.once("SIGTERM", end);
  let kept = false;
  createInterface({ input: process.stdin })
    .on("line", (line) => (kept ||= line === "keep"))
    .on("close", () => kept || end());
}

main(process.argv[2]).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
