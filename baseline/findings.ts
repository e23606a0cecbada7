import { preflight } from "../guide/preflight/judge";
import { preflightQuestion } from "../guide/preflight/question";
import { renderFinding, widthOf } from "../guide/preflight/render";
import type { Settings } from "../plan/settings";
import type { Baseline } from "../plan/types";
import type { Hop } from "../releases/load";
import { readLiveFacts } from "./facts";

/** Where people read; `pulumi.log` is one. */
interface Log {
  warn(text: string): Promise<void>;
  info(text: string): Promise<void>;
}

/**
 * Looks at the live model and says all that preflight finds: as a warning what the `preflight` step would refuse, as a
 * plain line what was set to be ignored or could not be checked.
 * @returns whether a step has changed the model
 */
export async function tellFindings(hop: Hop, baseline: Baseline, settings: Settings, log: Log): Promise<boolean> {
  const question = preflightQuestion(hop, baseline, settings);
  const facts = await readLiveFacts(baseline.model.name, question);
  const { refusing, ignored, told } = preflight(question, facts);
  const width = widthOf([...refusing, ...ignored, ...told]);
  for (const finding of refusing) await log.warn(renderFinding(finding, width));
  for (const { name, subject, fact } of ignored)
    await log.info(`${name.padEnd(width)}  ${subject} ${fact} (ignored, as set)`);
  for (const { name, subject, fact } of told) await log.info(`${name.padEnd(width)}  ${subject} ${fact}`);
  return facts.resumed;
}
