/**
 * Longest line that a step prints on stderr, in bytes. Pulumi's plugin for commands reads the lines that it logs with a
 * buffer of 64 KiB; at a longer one it stops reading, and the step hangs for ever (facts of the official plugin 1.2.1;
 * https://pkg.go.dev/bufio#Scanner). Output that is not logged has no such limit: evidence goes to stdout.
 */
export const LINE_BYTES = 16 * 1024;

function shorten(line: string): string {
  const bytes = Buffer.from(line);
  if (bytes.length <= LINE_BYTES) return line;
  const left = ` ... (${bytes.length} bytes in all)`;
  // Half a character at the cut becomes U+FFFD, which is no longer than 3 bytes.
  return bytes.subarray(0, LINE_BYTES - left.length - 3).toString() + left;
}

/** Prints a text for people on stderr, with every line short enough to be logged. */
export function log(text: string): void {
  process.stderr.write(`${text.split("\n").map(shorten).join("\n")}\n`);
}
