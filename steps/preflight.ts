import { readLiveFacts } from "../baseline/facts";
import { preflight as judge } from "../guide/preflight/judge";
import { renderFinding, widthOf } from "../guide/preflight/render";
import { StepError, type StepRunner } from "./context";

/**
 * Refuses a model that is not ready, naming everything at once; the preview showed the same. Each `up` asks again until a step has
 * changed the model. From then on it is half-way, and only what is broken or dangerous is a finding.
 */
export const preflight: StepRunner<"preflight"> = async (question, { model, say }) => {
  const facts = await readLiveFacts(model, question);
  const { refusing, ignored, told } = judge(question, facts);
  if (refusing.length > 0) {
    const width = widthOf(refusing);
    throw new StepError(
      `the model is not ready, ${refusing.length} ${refusing.length === 1 ? "finding" : "findings"}:\n\n${refusing.map((finding) => renderFinding(finding, width)).join("\n\n")}\n\n`,
      "An upgrade that starts here could not tell its own faults from these, or would lose what users are at",
      "Do what each finding says, then run the upgrade again; nothing was changed by this run",
    );
  }
  for (const { name, subject, fact } of ignored) say(`ignored as set: ${name}: ${subject} ${fact}`);
  for (const { name, subject, fact } of told) say(`${name}: ${subject} ${fact}`);
  if (facts.resumed) say("an earlier run was here: the model may be half-way, each step looks for itself");
  return {
    changed: false,
    applications: question.applications.length,
    model: facts.namespaceOf,
    resumed: facts.resumed,
    ignored: ignored.map(({ name, subject }) => `${name} ${subject}`),
  };
};
