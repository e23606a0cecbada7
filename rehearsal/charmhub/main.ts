import { readFileSync } from "node:fs";
import { type CharmhubOptions, startCharmhub } from ".";

/**
 * The stand-in as a process of its own, for a world that outlives its rehearsal: `node --import tsx rehearsal/charmhub/main.ts FILE`,
 * where FILE has the options (CharmhubOptions) as JSON. The first line of its output is its URL; SIGTERM ends it.
 */
async function main(file: string): Promise<void> {
  const options = JSON.parse(readFileSync(file, "utf8")) as CharmhubOptions;
  const charmhub = await startCharmhub({ ...options, log: (line) => console.log(line) });
  console.log(charmhub.url);
  process.once("SIGTERM", () => void charmhub.stop().then(() => process.exit(0)));
}

main(process.argv[2]).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
