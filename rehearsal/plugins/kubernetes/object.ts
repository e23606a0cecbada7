import { type Bag, isBag } from "../rpc/values";

/** A Kubernetes object as plain JSON. */
export interface KubeObject extends Bag {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    generation?: number;
    resourceVersion?: string;
    annotations?: Record<string, string>;
    ownerReferences?: { uid: string }[];
    finalizers?: string[];
    managedFields?: ManagedFields[];
    [field: string]: unknown;
  };
}

export interface ManagedFields {
  manager: string;
  operation: "Apply" | "Update";
  apiVersion: string;
  time?: string;
  fieldsType: string;
  fieldsV1: Bag;
  subresource?: string;
}

/** Annotations by which a program tells the provider how to treat an object (provider/pkg/metadata/annotations.go). */
export const ANNOTATION = {
  autonamed: "pulumi.com/autonamed",
  skipAwait: "pulumi.com/skipAwait",
  waitFor: "pulumi.com/waitFor",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  replaceUnready: "pulumi.com/replaceUnready",
  patchForce: "pulumi.com/patchForce",
  patchFieldManager: "pulumi.com/patchFieldManager",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
} as const;

/** The value at a path, or undefined where the path ends early. */
export function pluck<T>(value: unknown, ...path: string[]): T | undefined {
  let found = value;
  for (const key of path) found = isBag(found) ? found[key] : undefined;
  return found as T | undefined;
}

export const annotation = (object: Bag, name: string): string | undefined =>
  pluck<string>(object, "metadata", "annotations", name);

export const isMarked = (object: Bag, name: string): boolean => annotation(object, name) === "true";

export const nameOf = (object: Bag): string => pluck<string>(object, "metadata", "name") ?? "";

export const namespaceOf = (object: Bag): string => pluck<string>(object, "metadata", "namespace") ?? "";

/** "namespace/name", or the name of an object without namespace: the resource's id. */
export function idOf(object: Bag): string {
  return namespaceOf(object) ? `${namespaceOf(object)}/${nameOf(object)}` : nameOf(object);
}

/** As messages name an object: the default namespace is left out. */
export function displayName(object: Bag): string {
  return ["", "default"].includes(namespaceOf(object)) ? nameOf(object) : idOf(object);
}

/** Returns a copy without one property. */
export const without = (bag: Bag, property: string): Bag =>
  Object.fromEntries(Object.entries(bag).filter(([key]) => key !== property));

/** Returns a copy of the object with one field of its metadata set, or removed when the value is undefined. */
export function withMetadata(object: Bag, field: string, value: unknown): Bag {
  const rest = isBag(object.metadata) ? without(object.metadata, field) : {};
  return { ...object, metadata: value === undefined ? rest : { ...rest, [field]: value } };
}
