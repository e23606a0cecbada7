import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Command, Option } from "commander";
import { judgeStatus } from "../status/judge";
import { stackName } from "../status/name";
import { exportText } from "../status/pulumi";
import { readStatusFacts } from "../status/read";
import { renderPage } from "./page";
import { type RehearsalRecord, pageData } from "./page-data";
import { parseRecorded } from "./recorded";

interface Options {
  stack: string;
  out: string;
  rehearsal?: string;
}

async function main({ stack, out, rehearsal }: Options): Promise<void> {
  const facts = await readStatusFacts(stack);
  const page = await renderPage(
    pageData({
      facts,
      status: judgeStatus(facts),
      recorded: parseRecorded((await exportText(stack)) ?? "", `${facts.plan.from}-${facts.plan.to}`),
      at: new Date().toISOString(),
      ...(rehearsal !== undefined && { rehearsal: JSON.parse(readFileSync(rehearsal, "utf8")) as RehearsalRecord }),
    }),
  );
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, page);
  process.stdout.write(`written to ${out}\n`);
}

const program = new Command("npm run report --")
  .description(
    "Writes what became of an upgrade as one HTML file, from the stack's state and the records in the cluster. Changes nothing else.",
  )
  .addOption(new Option("--stack <name>", "stack of the upgrade").argParser(stackName).makeOptionMandatory())
  .addOption(new Option("--out <file>", "the page").default("out/report.html"))
  .addOption(new Option("--rehearsal <file>", "record of the rehearsal of that stack, e.g. out/rehearsal.json"))
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(main);

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
