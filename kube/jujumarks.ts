/*
 * Marks by which Juju takes an object for a part of an application (F5; guide 1.6 to 1.7, step 6). Those that begin with "juju-"
 * are of models from before Juju 2.9. https://github.com/juju/juju caas/kubernetes/provider/constants/labels.go at juju-2.9.42
 */
const created = "app.juju.is/created-by";
const manager = "app.kubernetes.io/managed-by";
const named = "app.kubernetes.io/name";
const legacy = "juju-app";

export const labels = [created, manager, named, "model.juju.is/name", legacy, "juju-model"];
export const annotations = ["controller.juju.is/id", "model.juju.is/id", "juju.io/controller", "juju-model"];

interface Metadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** Label selectors that together find whatever carries the marks of one of these applications. */
export function selectorsOf(applications: string[]): string[] {
  const any = `in (${applications.join(",")})`;
  return [`${named} ${any},${manager}=juju`, `${created} ${any}`, `${legacy} ${any}`];
}

/** Whether these are labels of one of these applications; one of the names alone may be of another manager, such as Helm. */
export function isMarked({ labels: found = {} }: Metadata, applications: string[]): boolean {
  const of = (label: string): boolean => applications.includes(found[label] ?? "");
  return (of(named) && found[manager] === "juju") || of(created) || of(legacy);
}

/** Marks that are there, each to be taken off by a merge patch. */
export function marksOf(metadata: Metadata): { labels: Record<string, null>; annotations: Record<string, null> } {
  const nothing = (all: string[], found: Record<string, string> = {}): Record<string, null> =>
    Object.fromEntries(all.filter((key) => key in found).map((key) => [key, null]));
  return { labels: nothing(labels, metadata.labels), annotations: nothing(annotations, metadata.annotations) };
}
