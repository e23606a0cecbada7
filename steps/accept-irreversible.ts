import { StepError, type StepRunner } from "./context";

/** What may be lost is accepted by a person, item by item, before anything is done. */
export const acceptIrreversible: StepRunner<"accept-irreversible"> = async ({ asked, accepted }) => {
  const missing = asked.filter(({ name }) => !accepted.includes(name));
  if (missing.length > 0) {
    throw new StepError(
      `going back cannot undo, or not without a risk:\n${missing.map(({ name, what }) => `  ${name}: ${what}`).join("\n")}\n`,
      "Nothing was changed by this run",
      `Where you accept that: ${missing.map(({ name }, index) => `\`pulumi config set --path 'acceptIrreversible[${accepted.length + index}]' ${name}\``).join(", ")}, then run it again`,
    );
  }
  return { changed: false, accepted: asked.map(({ name }) => name) };
};
