import { type Bag, containsUnknown, isBag } from "../rpc/values";

const readOnly = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** The API server stores `stringData` in `data`, and data re-encoded. */
function normalSecret(object: Bag): Bag {
  const { stringData, ...rest } = object;
  const data: Bag = { ...(isBag(rest.data) ? rest.data : {}) };
  for (const [key, value] of Object.entries(data))
    if (typeof value === "string") data[key] = Buffer.from(value, "base64").toString("base64");
  for (const [key, value] of Object.entries(isBag(stringData) ? stringData : {})) data[key] = base64(String(value));
  return Object.keys(data).length > 0 ? { ...rest, data } : object;
}

/** Inputs without what only the server may set, and in the shape the server gives them, so that equal things compare equal. */
export function normalize(object: Bag): Bag {
  const known = !containsUnknown(object);
  const shaped = known && object.kind === "Secret" && object.apiVersion === "v1" ? normalSecret(object) : object;
  const metadata = isBag(shaped.metadata)
    ? Object.fromEntries(Object.entries(shaped.metadata).filter(([key]) => !readOnly.includes(key)))
    : shaped.metadata;
  return metadata === undefined ? shaped : { ...shaped, metadata };
}

const typeOf = (value: unknown): string =>
  value === null || value === undefined ? "none" : Array.isArray(value) ? "array" : typeof value;

/**
 * What of a live object a program gave: its values at the places that `inputs` has. The server adds a lot that the
 * program said nothing of, and none of that is a difference (provider/pkg/provider/util.go pruneMap).
 */
export function prune(live: Bag, inputs: Bag): Bag {
  const given = Object.entries(live).filter(([key]) => Object.hasOwn(inputs, key));
  return Object.fromEntries(given.map(([key, value]) => [key, pruneValue(value, inputs[key])]));
}

function pruneValue(live: unknown, input: unknown): unknown {
  if (typeOf(live) !== typeOf(input)) return live;
  if (isBag(live) && isBag(input)) return prune(live, input);
  if (!Array.isArray(live) || !Array.isArray(input)) return live;
  if (live.length > 0 && input.length > 0 && typeOf(live[0]) !== typeOf(input[0])) return live;
  return live.slice(0, input.length).map((value, i) => pruneValue(value, input[i]));
}

/** A copy without properties that are null: the API takes both for "not set". */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => withoutNulls<unknown>(item)) as T;
  if (!isBag(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, withoutNulls(item)]),
  ) as T;
}
