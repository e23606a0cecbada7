import { InvalidArgumentError } from "commander";

/** Name of a stack, as Pulumi allows it, with organization and project before it or not; it becomes a part of commands and of a file's name. */
export function stackName(text: string): string {
  if (!/^(\w[\w.-]*\/){0,2}\w[\w.-]*$/.test(text)) throw new InvalidArgumentError("It is no name of a stack.");
  return text;
}
