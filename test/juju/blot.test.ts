import fc from "fast-check";
import { stringify } from "yaml";
import { blot } from "../../juju/blot";

/** Go's %q, as far as it differs from JSON: https://pkg.go.dev/strconv#Quote */
const go = (text: string): string =>
  JSON.stringify(text)
    .replace(/\\u00([01][0-9a-f])/g, (_, byte: string) => ({ "07": "\\a", "0b": "\\v" })[byte] ?? `\\x${byte}`)
    .replaceAll("\x7f", "\\x7f");
/** What Go's encoding/json makes of it besides: https://pkg.go.dev/encoding/json#HTMLEscape */
const goJson = (text: string): string =>
  JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
const ways: Record<string, (text: string) => string> = {
  plain: (text) => text,
  JSON: (text) => JSON.stringify(text),
  "Go's %q": go,
  "Go's %+q": (text) =>
    go(text).replace(/[^\x20-\x7e]/gu, (sign) =>
      sign.length > 1
        ? `\\U${sign.codePointAt(0)!.toString(16).padStart(8, "0")}`
        : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  "Go's JSON": goJson,
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify(text)),
  "YAML in double quotes": (text) => stringify(text, { defaultStringType: "QUOTE_DOUBLE", lineWidth: 0 }).trimEnd(),
  "YAML in single quotes": (text) => `'${text.replaceAll("'", "''")}'`,
  "a shell": (text) => `'${text.replaceAll("'", "'\\''")}'`,
  "a shell, other quotes": (text) => `'${text.replaceAll("'", `'"'"'`)}'`,
  "a shell in double quotes": (text) => `"${text.replace(/["$`\\]/g, "\\$&")}"`,
  "a URL": encodeURIComponent,
  "a form": (text) => new URLSearchParams({ "": text }).toString().slice(1),
};

test.each(Object.entries(ways))("a secret is not in a message that quotes it as %s", (_, quoted) => {
  expect(
    blot(`option "key" expected int, got ${quoted(`hun"ter'2 \\x$é\n%&`)}: refused`, [`hun"ter'2 \\x$é\n%&`]),
  ).toMatch(/^option "key" expected int, got ['"\\]*\*\*\*['"\\]*: refused$/);
  const binary = fc.string({ unit: "binary", minLength: 4, maxLength: 12 }).filter((text) => !/\p{Cs}/u.test(text));
  // One of quotes and spaces alone cannot be told from the quotes around it.
  const any = fc.oneof(binary, fc.stringMatching(/^[A-Z$"' \n\\&é]{4,12}$/)).filter((text) => /[^\s'"\\]/.test(text));
  fc.assert(
    fc.property(any, (text) =>
      expect(blot(`[got]${quoted(text)}[end]`, [text])).toMatch(/^\[got\]['"\\]*(\*\*\*)+['"\\]*\[end\]$/),
    ),
  );
});

test("what is no secret stays as it is, and each of several is gone", () => {
  expect(blot('ERROR option "secret-key" expected int, got "a.c", not "abc"', ["a.c", "hunter2", ""])).toBe(
    'ERROR option "secret-key" expected int, got "***", not "abc"',
  );
  expect(blot("minio and minio/hunter2", ["minio", "hunter2"])).toBe("*** and ***/***");
  expect(blot(undefined, ["hunter2"])).toBe("");
});
