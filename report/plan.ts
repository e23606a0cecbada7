import { Command, InvalidArgumentError, Option } from "commander";
import { isColorSupported } from "picocolors";
import { stackName } from "../status/name";
import { makeGuide } from "./guide";
import type { Guide } from "./guide-schema";
import { guideMarkdown } from "./markdown";
import { guideMermaid } from "./mermaid";
import { type PlanSource, planOfFile, planOfStack, readTimes } from "./source";
import { guideText } from "./text";

const formats = {
  text: (guide: Guide): string =>
    guideText(guide, {
      color: process.stdout.isTTY && isColorSupported,
      width: Math.max(72, Math.min(process.stdout.columns ?? 100, 120)),
    }),
  markdown: guideMarkdown,
  json: (guide: Guide): string => `${JSON.stringify(guide, null, 2)}\n`,
  mermaid: guideMermaid,
};

interface Options {
  stack?: string;
  baseline?: string;
  set: Record<string, string>;
  format: keyof typeof formats;
  times?: string;
}

/** "databases=mysql" */
function setting(text: string, before: Record<string, string>): Record<string, string> {
  const [name, ...value] = text.split("=");
  if (name === "" || value.length === 0) throw new InvalidArgumentError("It must be name=value.");
  return { ...before, [name]: value.join("=") };
}

async function source({ stack, baseline, set }: Options): Promise<PlanSource> {
  if (stack !== undefined && baseline === undefined) return planOfStack(stack);
  if (baseline !== undefined && stack === undefined) return planOfFile(baseline, set);
  throw new Error(
    "neither or both of --stack and --baseline are given: what to plan is not known. Give one of them: the stack of a model that can be reached, or a file with its recorded baseline",
  );
}

const program = new Command("npm run plan --")
  .description(
    "Prints an upgrade, or the way back, as a guide: each step with its reason, times without service, what cannot be undone. Changes nothing.",
  )
  .addOption(new Option("--stack <name>", "stack of the upgrade").argParser(stackName))
  .option("--baseline <file>", "recorded baseline, as JSON or as its ConfigMap: plans offline, with default settings")
  .option("--set <name=value...>", "setting beside --baseline, e.g. databases=mysql", setting, {})
  .addOption(new Option("--format <name>", "how it is printed").choices(Object.keys(formats)).default("text"))
  .option("--times <file>", "take durations from this rehearsal, e.g. out/rehearsal.json, as far as it has them")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (options: Options) => {
    const { plan, ...planned } = await source(options);
    const guide = makeGuide(plan, planned, options.times === undefined ? undefined : readTimes(options.times));
    process.stdout.write(formats[options.format](guide));
  });

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
