import { z } from "zod";
import { jsonOf } from "./json";

/** TestListJSON of juju's cmd/juju/block: a list, empty where nothing is disabled. */
const disabledSchema = z.array(z.object({ "command-set": z.string(), message: z.string().nullish() }));

/** A set of commands that an operator disabled, such as "all" or "remove-object". */
export interface DisabledCommands {
  commands: string;
  message: string;
}

/**
 * `juju disabled-commands --format json`.
 * @throws when it is of another shape
 */
export function parseDisabledCommands(text: string): DisabledCommands[] {
  const result = disabledSchema.safeParse(jsonOf(text));
  if (!result.success)
    throw new Error(
      "`juju disabled-commands` is not understood. Whether an operator locked the model cannot be told. Try `juju disabled-commands --format json` by hand",
    );
  return result.data.map(({ "command-set": commands, message }) => ({ commands, message: message ?? "" }));
}
