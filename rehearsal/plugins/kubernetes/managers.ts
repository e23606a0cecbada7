import { createHash, randomBytes } from "node:crypto";
import { type Bag, isBag } from "../rpc/values";
import { ANNOTATION, annotation, isMarked, type KubeObject, type ManagedFields } from "./object";

/** Manager under which objects are created; the first update takes their fields over (await.go fixCSAFieldManagers). */
export const CREATOR = "pulumi-kubernetes";

/** Eight hex digits, made from the engine's seed when there is one. */
export const randomSuffix = (seed?: Uint8Array): string =>
  (seed?.length ? createHash("sha256").update(seed).digest() : randomBytes(4)).subarray(0, 4).toString("hex");

/** Manager of a resource's fields: the annotation's, else the one in the state, else a new one. */
export function fieldManager(inputs: Bag, remembered: string | undefined): string {
  return annotation(inputs, ANNOTATION.patchFieldManager) || remembered || `${CREATOR}-${randomSuffix()}`;
}

const predecessors = (entry: ManagedFields): boolean =>
  !entry.subresource &&
  ((entry.operation === "Update" &&
    ["kubectl", "before-first-apply", CREATOR, "pulumi-kubernetes.exe", "pulumi-resource-kubernetes"].includes(
      entry.manager,
    )) ||
    (entry.operation === "Apply" && entry.manager === "kubectl"));

function union(a: Bag, b: Bag): Bag {
  const result: Bag = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const mine = result[key];
    result[key] = isBag(mine) && isBag(value) ? union(mine, value) : value;
  }
  return result;
}

/**
 * The JSON patch by which `manager` takes over what was created or set with the plain verbs, so that applying does not
 * conflict with the creation. Undefined when there is nothing to take over.
 */
export function takeOver(live: KubeObject, manager: string): Bag[] | undefined {
  const entries = live.metadata.managedFields ?? [];
  const taken = entries.filter(predecessors);
  if (taken.length === 0) return undefined;
  const mine = entries.find((entry) => entry.manager === manager && entry.operation === "Apply" && !entry.subresource);
  const merged: ManagedFields = {
    ...(mine ?? taken[0]),
    manager,
    operation: "Apply",
    fieldsV1: taken.reduce((fields, entry) => union(fields, entry.fieldsV1), mine?.fieldsV1 ?? {}),
  };
  const rest = entries.filter((entry) => !taken.includes(entry) && entry !== mine);
  return [
    { op: "test", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion },
    { op: "replace", path: "/metadata/managedFields", value: [...rest, merged] },
  ];
}

/** Whether fields of other managers may be overwritten (await.go patchForce). */
export function mayForce(inputs: Bag, live: KubeObject | undefined, always: boolean, preview: boolean): boolean {
  if (isMarked(inputs, ANNOTATION.patchForce) || always) return true;
  if (live && (live.metadata.managedFields ?? []).length === 0) return true;
  // What a real run takes over first cannot be taken over in a preview.
  return (
    preview &&
    (!live ||
      (live.metadata.managedFields ?? []).some(
        (entry) => entry.operation === "Update" && entry.manager.startsWith("pulumi-"),
      ))
  );
}
