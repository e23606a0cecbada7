import type { DiffResult } from "../rpc/plugin";
import { type Bag, isBag, isUnknown } from "../rpc/values";
import { sameQuantity } from "./quantity";
import { withoutNulls } from "./shape";

type Path = (string | number)[];

/** As the engine writes property paths: a.b[0]["c.d"]. */
function written(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/[."[\]]/.test(part)) text += `["${part.replaceAll('"', '\\"')}"]`;
    else text += text ? `.${part}` : part;
  }
  return text;
}

/** True when the change of `path` to `value` touches a field given as "spec.containers.*.image": on, below or above it. */
function touches(path: Path, value: unknown, field: string): boolean {
  const parts = field.split(".");
  for (const [i, part] of path.entries()) {
    if (i >= parts.length) return true;
    if (typeof part === "number" ? parts[i] !== "*" : parts[i] !== part) return false;
  }
  return holds(value, parts.slice(path.length));
}

function holds(value: unknown, parts: string[]): boolean {
  if (parts.length === 0) return true;
  if (parts[0] === "*") return Array.isArray(value) && value.some((item) => holds(item, parts.slice(1)));
  return isBag(value) && parts[0] in value && holds(value[parts[0]], parts.slice(1));
}

const maps = [
  "annotations",
  "binaryData",
  "data",
  "labels",
  "limits",
  "matchLabels",
  "nodeSelector",
  "requests",
  "stringData",
];

/** The server stores no empty list and no empty map of these: asking for one is asking for nothing. */
function empty(key: string | number, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isBag(value) && maps.includes(String(key)) && Object.keys(value).length === 0;
}

/**
 * Differences from the live object, cut down to what the program gave before, to what it gives now.
 *
 * @param immutable fields whose change replaces the object
 */
export function differences(old: Bag, news: Bag, immutable: string[]): DiffResult["detailed"] {
  const found: DiffResult["detailed"] = {};
  const record = (path: Path, kind: "add" | "delete" | "update", value: unknown): void => {
    const replace = immutable.some((field) => touches(path, value, field));
    found[written(path)] = { kind, replace, inputDiff: kind === "delete" };
  };
  const walk = (path: Path, was: unknown, is: unknown): void => {
    const key = path.at(-1) ?? "";
    const [a, b] = [empty(key, was) ? undefined : was, empty(key, is) ? undefined : is];
    if (a === undefined && b === undefined) return;
    if (b === undefined) return record(path, "delete", undefined);
    if (a === undefined) return record(path, "add", b);
    if (isUnknown(b)) return record(path, "update", b);
    if (isBag(a) && isBag(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) walk([...path, key], a[key], b[key]);
    } else if (Array.isArray(a) && Array.isArray(b)) {
      for (let i = 0; i < Math.max(a.length, b.length); i++) walk([...path, i], a[i], b[i]);
    } else if (a !== b && !sameQuantity(path, a, b)) record(path, "update", b);
  };
  walk([], withoutNulls(old), withoutNulls(news));
  return found;
}
