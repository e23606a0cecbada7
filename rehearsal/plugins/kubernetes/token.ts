import type { Bag } from "../rpc/values";
import { pluck } from "./object";

/** Type token of a resource, e.g. "kubernetes:core/v1:ConfigMap", from its URN. */
export const tokenOf = (urn: string): string => urn.split("::")[2]?.split("$").pop() ?? "";

/** Name that the program gave the resource, from its URN. */
export const resourceName = (urn: string): string => urn.split("::").slice(3).join("::");

/**
 * Kind of object that a token stands for. The group "core" is the unnamed one; a Patch resource is for the kind that it patches.
 * The inputs say it too, and are what counts: the SDK sets both there.
 */
export function kindOf(urn: string, inputs: Bag): { apiVersion: string; kind: string; patch: boolean } {
  const [, groupVersion = "", name = ""] = tokenOf(urn).split(":");
  const kind = pluck<string>(inputs, "kind") ?? name.replace(/Patch$/, "");
  const apiVersion = pluck<string>(inputs, "apiVersion") ?? groupVersion.replace(/^core\//, "");
  return { apiVersion, kind, patch: name === `${kind}Patch` };
}
