import { type Known, at, list, parsed } from "./known";

/** A value that looks like a secret, and where it stands: "environment.MINIO_SECRET_KEY". */
export interface Suspect {
  path: string;
  /** How it was recognised; never the value. */
  as: string;
}

const shapes: { pattern: RegExp; as: string }[] = [
  { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, as: "a private key" },
  { pattern: /\bAKIA[0-9A-Z]{16}\b/, as: "an AWS access key" },
  { pattern: /\bgh[pousr]_[A-Za-z0-9]{30,}\b/, as: "a GitHub token" },
  { pattern: /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+/, as: "a JSON web token" },
  { pattern: /\bBearer +(?![$<])[\w.~+/-]{8,}/i, as: "a bearer token" },
  { pattern: /:\/\/[^\s/:@$]+:(?!\$)[^\s/:@]+@/, as: "a URL with a password" },
];

const names =
  "pass(?:word|wd|phrase)|secret[-_]?key|access[-_]?key|private[-_]?key|api[-_]?key|auth[-_]?key|encryption[-_]?key|client[-_]?secret|token|credentials?";
const assignment = new RegExp(
  `(?:^|[\\s"'{,;&-])[\\w-]*(?:${names})["']?(?:\\s*[=:]\\s*|\\s+)["']?(?![-$<"'{}\\[]|\\s)([^\\s"',;&|]+)`,
  "i",
);
/** "secret" and "credentials" alone name a Kubernetes Secret in the steps' vocabulary; as a variable they hold one. */
const secretOption = new RegExp(`(?:${names.replace("|credentials?", "")})$`, "i");
const secretVariable = new RegExp(`(?:${names}|secret)$`, "i");

function inText(text: string, path: string): Suspect[] {
  const shape = shapes.find(({ pattern }) => pattern.test(text));
  if (shape) return [{ path, as: shape.as }];
  const words = assignment.exec(text);
  // A flag or option is meant where the name is followed by a value, not where a sentence goes on.
  return words && /[=:]|--/.test(words[0]) ? [{ path, as: "a password or key given as an option" }] : [];
}

function inJson(value: Known, path: string): Suspect[] {
  if (typeof value === "string") return inText(value, path);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = `${path}.${key}`;
    if (typeof inner === "string" && inner !== "" && secretOption.test(key))
      return [{ path: here, as: `the option ${key}` }];
    return inJson(inner as Known, here);
  });
}

function inValue(value: Known, path: string): Suspect[] {
  const json = parsed(value);
  return json !== null && typeof json === "object" ? inJson(json, path) : inJson(value, path);
}

/** Finds what looks like a secret among the inputs of a Command. */
export function secretsInCommand(props: Known): Suspect[] {
  const environment = at(props, "environment");
  const variables =
    environment !== null && typeof environment === "object" && !Array.isArray(environment)
      ? Object.entries(environment)
      : [];
  return [
    ...["create", "update", "delete", "stdin"].flatMap((field) => inValue(at(props, field), field)),
    ...list(at(props, "interpreter")).flatMap((word, index) => inValue(word, `interpreter.${index}`)),
    ...list(at(props, "triggers")).flatMap((trigger, index) => inValue(trigger, `triggers.${index}`)),
    ...variables.flatMap(([name, value]) => {
      const path = `environment.${name}`;
      if (typeof value === "string" && value !== "" && secretVariable.test(name))
        return [{ path, as: `the variable ${name}` }];
      return inValue(value, path);
    }),
  ];
}
