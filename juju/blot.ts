/** Signs that have a short escape in Go, JSON or YAML. */
const short: Record<string, string> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\x1b": "e",
  "\x85": "N",
  "\xa0": "_",
  "\u2028": "L",
  "\u2029": "P",
};

const literal = (sign: string): string => sign.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");

/** A number in hexadecimal digits of either case. */
const hex = (number: number, width: number): string =>
  number
    .toString(16)
    .padStart(width, "0")
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

/** Any number of backslashes stands before what is quoted more than once. */
function signPattern(sign: string): string {
  const utf16 = sign
    .split("")
    .map((unit) => `\\\\+u${hex(unit.charCodeAt(0), 4)}`)
    .join("");
  const inUrl = [...Buffer.from(sign)].map((byte) => `%${hex(byte, 2)}`).join("");
  const code = sign.codePointAt(0)!;
  return `(?:\\\\*${literal(sign)}|${utf16}|${inUrl}|\\\\+x${hex(code, 2)}|\\\\+U${hex(code, 8)}${sign in short ? `|\\\\+${short[sign]}` : ""})`;
}

// Quotes are what quoting changes most, with more quotes and backslashes; and a line is broken, or broken anew, at white space.
const quotes = `(?:\\\\u00(?:2[27]|5[cC])|%(?:2[27]|5[cC])|['"\\\\])+`;
const space = `(?:\\\\[ux](?:00)?(?:20|0[9a-dA-D])|\\\\[nrtvf]|%(?:20|0[9a-dA-D])|[ \\n\\r\\t\\f\\v+\\\\])+`;

/**
 * A text without secrets, however it quotes them: as they are, as Go's %q, JSON or YAML write them, for a shell, in a URL, or one
 * in another. A secret in Base64 or another encoding of its bytes is not found.
 */
export function blot(text = "", secrets: string[]): string {
  return secrets
    .filter((secret) => secret !== "")
    .reduce((left, secret) => {
      const tokens = secret.match(/['"\\]+|[ \n\r\t\f\v]+|./gsu)!;
      const pattern = tokens
        .map((token) => (/^['"\\]/.test(token) ? quotes : /^[ \n\r\t\f\v]/.test(token) ? space : signPattern(token)))
        .join("");
      return left.replace(new RegExp(pattern, "gu"), "***");
    }, text);
}
