import { InvalidArgumentError } from "commander";

const started = Date.now();

/** A line for people, with the time since this program began. */
export function log(line: string): void {
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stderr.write(
    `[${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, "0")}] ${line}\n`,
  );
}

/** An option's number. @throws when it is none above 0 */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}
