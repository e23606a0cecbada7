import { type KubeObject, pluck } from "../object";
import { isBag } from "../../rpc/values";
import type { Condition, Finding, Probe } from "./probe";

const stale = (object: KubeObject, observedGeneration: number | undefined): boolean =>
  object.metadata.generation !== undefined &&
  observedGeneration !== undefined &&
  observedGeneration < object.metadata.generation;

/** Keys and list positions of "{.status.conditions[0].type}", "{.metadata.annotations['a.b/c']}". */
function steps(path: string): (string | number)[] {
  const inner = /^\{\s*(.*?)\s*\}$/.exec(path)?.[1];
  if (inner === undefined) throw new Error(`${path} should be wrapped in brackets { ... }`);
  const found: (string | number)[] = [];
  const rest = inner
    .replace(/^\$/, "")
    .replace(/\.([A-Za-z_][\w-]*)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/g, (_, key, index, single, double) => {
      found.push(index === undefined ? (key ?? single ?? double) : Number(index));
      return "";
    });
  if (rest)
    throw new Error(
      `parsing ${JSON.stringify(path)}: the rehearsal's stand-in for the kubernetes plugin knows names and positions only, not ${JSON.stringify(rest)}`,
    );
  return found;
}

function jsonPath(text: string): (object: KubeObject) => Finding {
  const [path, value, ...more] = text.split(/(?<!=)=(?!=)/);
  if (more.length > 0) throw new Error(`format should be {.path}=value or {.path}, got ${JSON.stringify(text)}`);
  if (value === "") throw new Error(`${path}= requires a value`);
  const keys = steps(path);
  return (object) => {
    const status = `Waiting for ${text}`;
    if (stale(object, pluck<number>(object, "status", "observedGeneration")))
      return { ready: false, status, problems: [] };
    let found: unknown = object;
    for (const key of keys)
      found = Array.isArray(found) ? found[Number(key)] : isBag(found) ? found[String(key)] : undefined;
    if (found === undefined) return { ready: false, status: `${path} selected nothing`, problems: [] };
    if (value === undefined) return { ready: true, problems: [] };
    if (typeof found === "object" && found !== null)
      return {
        ready: false,
        failed: true,
        problems: [`${JSON.stringify(path)} has a non-primitive value (${JSON.stringify(found)})`],
      };
    return {
      ready: String(found) === value,
      status: `${status} (found ${JSON.stringify(String(found))})`,
      problems: [],
    };
  };
}

function namedCondition(text: string): (object: KubeObject) => Finding {
  const [type, wanted = "True"] = text.split("=");
  const equal = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  return (object) => {
    const found = pluck<Condition[]>(object, "status", "conditions")?.find((entry) => equal(entry.type, type));
    if (!found) return { ready: false, status: `Waiting for condition ${type}`, problems: [] };
    const old = stale(object, found.observedGeneration ?? pluck<number>(object, "status", "observedGeneration"));
    return {
      ready: !old && equal(found.status, wanted),
      status: `Resource has condition ${type}=${found.status} (want ${wanted})`,
      problems: [],
    };
  };
}

/**
 * What annotation pulumi.com/waitFor asks for: `jsonpath={.path}=value`, `condition=Type=Status`, or a JSON list of
 * these, all of which must hold (provider/pkg/metadata/overrides.go).
 *
 * @throws when it is neither
 */
export function waitFor(annotation: string): Probe {
  let expressions: string[];
  try {
    const list: unknown = JSON.parse(annotation);
    expressions = Array.isArray(list) ? list.map(String) : [annotation];
  } catch {
    expressions = [annotation];
  }
  if (expressions.length === 0) throw new Error("at least one condition must be specified");
  const tests = expressions.map((expression) => {
    if (expression.startsWith("jsonpath=")) return jsonPath(expression.slice("jsonpath=".length));
    if (expression.startsWith("condition=")) return namedCondition(expression.slice("condition=".length));
    throw new Error(`expected a "jsonpath=" or "condition=" prefix, got ${JSON.stringify(expression)}`);
  });
  return async (object) => {
    const findings = tests.map((test) => test(object));
    return (
      findings.find((finding) => finding.failed) ??
      findings.find((finding) => !finding.ready) ?? { ready: true, problems: [] }
    );
  };
}
