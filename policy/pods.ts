import type { Node } from "./graph";
import { type Known, at, list, text } from "./known";

/** A claim that a Job's Pod mounts. */
export interface Mount {
  /** UNKNOWN values become undefined: a claim whose name a step finds out. */
  claim: string | undefined;
  /** True where every container that mounts it, or the volume itself, says read-only. */
  readOnly: boolean;
}

/** The Pod of whatever runs one: a Pod itself, a CronJob, or what has a template. */
export function podSpec({ type, props }: Node): Known {
  if (/:Pod$/.test(type)) return at(props, "spec");
  return at(props, "spec", ...(/:CronJob$/.test(type) ? ["jobTemplate", "spec"] : []), "template", "spec");
}

/** Whether a resource runs Pods, by its type alone: its inputs may not be known in a preview. */
export function runsPods({ type }: Node): boolean {
  return /^kubernetes:.*:(Pod|Job|CronJob|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController)$/.test(
    type,
  );
}

/** All containers of a Pod, init containers included. */
export function containers(job: Node): Known[] {
  const spec = podSpec(job);
  return [...list(at(spec, "initContainers")), ...list(at(spec, "containers"))];
}

/** The value of a variable that a Job's containers are given, where it is known. */
export function environment(job: Node, name: string): string | undefined {
  return containers(job)
    .flatMap((container) => list(at(container, "env")))
    .flatMap((variable) => (at(variable, "name") === name ? (text(at(variable, "value")) ?? []) : []))[0];
}

/** The claims that a Job mounts. */
export function mounts(job: Node): Mount[] {
  return list(at(podSpec(job), "volumes")).flatMap((volume) => {
    const source = at(volume, "persistentVolumeClaim");
    if (source === undefined) return [];
    const mounted = containers(job)
      .flatMap((container) => list(at(container, "volumeMounts")))
      .filter((mount) => at(mount, "name") === at(volume, "name"));
    const readOnly =
      at(source, "readOnly") === true ||
      (mounted.length > 0 && mounted.every((mount) => at(mount, "readOnly") === true));
    return [{ claim: text(at(source, "claimName")), readOnly }];
  });
}

/** The Secrets that a Job's Pod reads, through its environment or as volumes. */
export function secretsRead(job: Node): string[] {
  const fromEnvironment = containers(job).flatMap((container) => [
    ...list(at(container, "env")).map((variable) => at(variable, "valueFrom", "secretKeyRef", "name")),
    ...list(at(container, "envFrom")).map((source) => at(source, "secretRef", "name")),
  ]);
  const fromVolumes = list(at(podSpec(job), "volumes")).map((volume) => at(volume, "secret", "secretName"));
  return [...new Set([...fromEnvironment, ...fromVolumes].flatMap((name) => text(name) ?? []))];
}

/** Whether a Pod copies from one claim to another. */
export function migrates(job: Node): boolean {
  if (!runsPods(job)) return false;
  const claims = mounts(job);
  return claims.length >= 2 && claims.some(({ readOnly }) => !readOnly);
}
