import { Command, Option } from "commander";
import { exitCodes, judgeStatus } from "./judge";
import { stackName } from "./name";
import { readStatusFacts } from "./read";
import { renderStatus } from "./render";

const help = `
Exit codes: 0 nothing is left to do; 1 the status cannot be told; 2 wrong words on the command line; 3 work is left and
nothing known stands in its way; 4 a person has to do something first; 5 pulumi is at work.`;

const program = new Command("npm run status --")
  .description(
    "Tells what of an upgrade is done, what is left, what is at risk and what to type next. Changes nothing.",
  )
  .addOption(new Option("--stack <name>", "stack of the upgrade").argParser(stackName).makeOptionMandatory())
  .addHelpText("after", help)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async ({ stack }: { stack: string }) => {
    const facts = await readStatusFacts(stack);
    const status = judgeStatus(facts);
    process.stdout.write(renderStatus(facts, status));
    process.exitCode = status.exitCode;
  });

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exitCodes.unknown;
});
