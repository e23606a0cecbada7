import type { ObjectRef } from "../controller/state";

/** A Kubernetes object as plain JSON. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
    creationTimestamp?: string | Date;
    deletionTimestamp?: string | Date;
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects of any kind pass this seam
  [field: string]: any;
}

/** The seam to Kubernetes: all that the stand-in does to a cluster. Errors other than "not found" are thrown. */
export interface Cluster {
  /** Server-side apply, forcing ownership of conflicting fields. */
  apply(object: KubeObject): Promise<KubeObject>;
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** Empty when the kind does not exist (its CRD is gone). */
  list(apiVersion: string, kind: string, namespace?: string): Promise<KubeObject[]>;
  /** False when it was not there. Foreground: the object stays visible until what it owns is gone. */
  delete(ref: ObjectRef, options?: { foreground?: boolean }): Promise<boolean>;
  /** JSON merge patch; `subresource` e.g. "status". Undefined when it is not there. */
  patch(ref: ObjectRef, patch: object, subresource?: string): Promise<KubeObject | undefined>;
}

/** The reference to an object. */
export function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

export function refKey({ apiVersion, kind, namespace, name }: ObjectRef): string {
  return `${apiVersion}/${kind}/${namespace ?? ""}/${name}`;
}
