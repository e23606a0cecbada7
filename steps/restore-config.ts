import { getConfig } from "../juju/read";
import { setOptions } from "../juju/secretive";
import { configure } from "../juju/write";
import { until } from "../kube/wait";
import { type Action, type StepRunner, timeouts } from "./context";

/** Options that are set otherwise than recorded, and those that are set and were not. What may be a secret is left alone: it was not recorded. */
async function differences(
  { application, config }: Action<"restore-config">,
  model: string,
): Promise<{ values: Action<"restore-config">["config"]; reset: string[] }> {
  const { settings } = await getConfig(model, application);
  return {
    values: Object.fromEntries(
      Object.entries(config).filter(
        ([option, value]) => settings[option] !== undefined && settings[option].value !== value,
      ),
    ),
    reset: Object.keys(setOptions(settings).told).filter((option) => !(option in config)),
  };
}

/** Gives an application the options back that were recorded, and reads them back. */
export const restoreConfig: StepRunner<"restore-config"> = async (action, { model, say }) => {
  const { application } = action;
  const { values, reset } = await differences(action, model);
  const options = [...Object.keys(values), ...reset].sort();
  if (options.length > 0) {
    say(options.join(", "));
    await configure(model, application, values, reset);
  }
  await until(`${application} has the options that were recorded`, timeouts.relation, async () => {
    const left = await differences(action, model);
    const still = [...Object.keys(left.values), ...left.reset];
    return { ok: still.length === 0, why: `${still.join(", ")} is otherwise` };
  });
  return { changed: options.length > 0, application, options };
};
