import { type ErrorKind, known } from "./known";

export type { ErrorKind } from "./known";

/** What a failure means and what to do about it, where that is documented. */
export interface Explanation {
  kind: ErrorKind;
  meaning?: string;
  next?: string;
  maybeDone?: true;
}

/** Sorts what juju said, its standard error as it was; what is not known is final. */
export function explain(stderr: string): Explanation {
  const found = known.find(({ text }) => text.test(stderr));
  if (!found) return { kind: "permanent" };
  const { kind, meaning, next, maybeDone } = found;
  return { kind, meaning, next, ...(maybeDone && { maybeDone }) };
}

const colours = /\x1b\[[0-9;]*m/g;

/** The last error that juju printed, on one line; 2.9 prints some without the word ERROR. */
export function lastError(stderr: string): string {
  const [head, ...errors] = stderr.replace(colours, "").split(/^ERROR /m);
  // 3.x names the cause first, and then that deploying failed.
  const causes = errors.filter((error) => !/^failed to deploy (charm|bundle) "[^"]*"\s*$/.test(error));
  const last = (causes.at(-1) ?? errors.at(-1) ?? head).split(/^(?:WARNING|INFO|DEBUG) /m)[0];
  return last.replace(/\s+/g, " ").trim();
}

/** Arguments as a message may show them: the value of an option is nobody's business. */
export function shown([verb, ...rest]: string[]): string {
  const hidden = rest.map((arg, index) =>
    verb === "config" || rest[index - 1] === "--config" ? arg.replace(/^([^=]+)=.*$/s, "$1=***") : arg,
  );
  return ["juju", verb, ...hidden].join(" ");
}

interface Output {
  stdout?: string;
  stderr?: string;
  exitCode?: number;
}

/** A juju command that failed. The message names the command, what juju said, what that means and what to do next. */
export class JujuError extends Error {
  override readonly name = "JujuError";
  readonly kind: ErrorKind;
  /** Whether the model must be looked at before this counts as a failure. */
  readonly maybeDone: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** None when the command did not end by itself. */
  readonly exitCode: number | undefined;

  /** @param explanation given where no output of juju tells it */
  constructor(
    args: string[],
    { stdout = "", stderr = "", exitCode }: Output,
    explanation: Explanation = explain(stderr),
  ) {
    const { meaning = "juju refused it", next = "Run the command by hand to see more" } = explanation;
    const said = lastError(stderr).replace(/[.:]$/, "") || "it failed without a word";
    super(`\`${shown(args)}\`: ${said}. ${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}. ${next}`);
    this.kind = explanation.kind;
    this.maybeDone = explanation.maybeDone ?? false;
    this.stdout = stdout;
    this.stderr = stderr;
    this.exitCode = exitCode;
  }
}
