import { canonicalJson } from "../components/canonical";
import type { KubeObject } from "../kube/custom";

/** What the API server or a controller writes by itself, and would refuse or ignore when the object is applied again. */
const serverFields = [
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "selfLink",
  "managedFields",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];

/** An object as it can be applied again: what was asked for, without what came of it. */
export function portable(object: KubeObject): KubeObject {
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([field]) => !serverFields.includes(field)),
  );
  return Object.fromEntries(
    Object.entries({ ...object, metadata }).filter(([field]) => field !== "status"),
  ) as KubeObject;
}

/**
 * Whether an object is somebody's own and not made for another one. Those that have an owner are made again by their
 * controller, and applied back they would have an owner of a uid that is gone:
 * https://github.com/canonical/bundle-kubeflow/issues/1197
 */
export function isTop({ metadata }: KubeObject): boolean {
  return (metadata.ownerReferences ?? []).length === 0 && metadata.deletionTimestamp === undefined;
}

const place = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;

/** Objects as JSON, one a line, in the order of namespace and name: the same objects give the same text. */
export function jsonLines(objects: KubeObject[]): string {
  return [...objects]
    .sort((a, b) => (place(a) < place(b) ? -1 : 1))
    .map((object) => `${canonicalJson(object)}\n`)
    .join("");
}

/** The objects of such a text. */
export function parseLines(text: string): KubeObject[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as KubeObject);
}

/** At most three of them: the largest, and two that the digest of all decides. */
export function sample(objects: KubeObject[], digest: string): KubeObject[] {
  const largest = objects.reduce(
    (most, one) => (canonicalJson(one).length > canonicalJson(most).length ? one : most),
    objects[0],
  );
  const start = parseInt(digest.slice(0, 8), 16);
  const seeded = [start, start + Math.floor(objects.length / 2)].map((at) => objects[at % objects.length]);
  return [...new Set([largest, ...seeded])].filter((one) => one !== undefined);
}
