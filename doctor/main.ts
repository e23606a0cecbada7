import { Command, Option } from "commander";
import { stackName } from "../status/name";
import { examine } from "./read";
import { renderRows } from "./row";

const program = new Command("npm run doctor --")
  .description("Looks at all that the upgrade of a real model needs before its first preview. Changes nothing.")
  .addOption(new Option("--stack <name>", "stack of the upgrade").argParser(stackName).makeOptionMandatory())
  .addHelpText("after", "\nExit codes: 0 all is well; 1 something is to be mended; 2 wrong words on the command line.")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async ({ stack }: { stack: string }) => {
    const rows = await examine(stack);
    process.stdout.write(renderRows(rows));
    process.exitCode = rows.every(({ mend }) => mend === undefined) ? 0 : 1;
  });

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
