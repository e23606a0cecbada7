import { refKey, refOf, type Cluster, type KubeObject } from "../../../rehearsal/juju/cluster/types";
import type { ObjectRef } from "../../../rehearsal/juju/controller/state";

const builtIn = new Set([
  "Namespace",
  "Service",
  "Secret",
  "Pod",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Deployment",
  "StatefulSet",
  "CustomResourceDefinition",
  "ClusterRole",
]);

/** Kubernetes in memory: stores objects; `step` plays its controllers (pods, claims, volumes, garbage collection). */
export class FakeCluster implements Cluster {
  private readonly kinds = new Map<string, Map<string, KubeObject>>();
  private counter = 0;

  copy(): FakeCluster {
    const copy = new FakeCluster();
    for (const [kind, objects] of this.kinds) copy.kinds.set(kind, structuredClone(objects));
    copy.counter = this.counter;
    return copy;
  }

  all(kind: string): KubeObject[] {
    return [...this.of(kind).values()];
  }

  named(kind: string, name: string): KubeObject | undefined {
    return this.all(kind).find(({ metadata }) => metadata.name === name);
  }

  private of(kind: string): Map<string, KubeObject> {
    const found = this.kinds.get(kind) ?? new Map<string, KubeObject>();
    this.kinds.set(kind, found);
    return found;
  }

  private known(kind: string): boolean {
    return builtIn.has(kind) || this.all("CustomResourceDefinition").some(({ spec }) => spec.names.kind === kind);
  }

  async apply(object: KubeObject): Promise<KubeObject> {
    if (!this.known(object.kind)) throw new Error(`no matches for kind ${object.kind}`);
    const key = refKey(refOf(object));
    const before = this.of(object.kind).get(key);
    const next: KubeObject = {
      ...before,
      ...structuredClone(object),
      metadata: {
        ...before?.metadata,
        ...object.metadata,
        uid: before?.metadata.uid ?? `uid-${++this.counter}`,
        labels: { ...before?.metadata.labels, ...object.metadata.labels },
        annotations: { ...before?.metadata.annotations, ...object.metadata.annotations },
      },
    };
    if (next.kind === "Service" && next.spec.clusterIP === undefined)
      next.spec.clusterIP = before?.spec.clusterIP ?? `10.152.183.${++this.counter % 250}`;
    this.of(object.kind).set(key, next);
    return next;
  }

  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return this.of(ref.kind).get(refKey(ref));
  }

  async list(apiVersion: string, kind: string, namespace?: string): Promise<KubeObject[]> {
    return this.all(kind).filter(
      (object) =>
        object.apiVersion === apiVersion && (namespace === undefined || object.metadata.namespace === namespace),
    );
  }

  async delete(ref: ObjectRef): Promise<boolean> {
    const object = this.of(ref.kind).get(refKey(ref));
    if (object === undefined) return false;
    this.of(ref.kind).delete(refKey(ref));
    if (object.kind === "CustomResourceDefinition") this.drop(({ kind }) => kind === object.spec.names.kind);
    if (object.kind === "Namespace") this.drop(({ metadata }) => metadata.namespace === object.metadata.name);
    return true;
  }

  async patch(ref: ObjectRef, patch: object): Promise<KubeObject | undefined> {
    const object = this.of(ref.kind).get(refKey(ref));
    if (object !== undefined) Object.assign(object, patch);
    return object;
  }

  private drop(which: (object: KubeObject) => boolean): void {
    for (const objects of this.kinds.values())
      for (const [key, object] of objects) if (which(object)) objects.delete(key);
  }

  /** One turn of Kubernetes' own controllers. */
  async step(): Promise<void> {
    for (const pod of this.all("Pod")) {
      const owner = pod.metadata.ownerReferences?.[0];
      const workload = this.named(
        owner?.kind === "StatefulSet" ? "StatefulSet" : "Deployment",
        pod.metadata.labels?.owner ?? "",
      );
      if (workload === undefined) await this.delete(refOf(pod));
    }
    for (const kind of ["StatefulSet", "Deployment"])
      for (const workload of this.all(kind)) await this.runPods(workload);
    for (const namespace of this.all("Namespace")) {
      const owner = namespace.metadata.ownerReferences?.[0];
      if (owner !== undefined && !this.all(owner.kind).some(({ metadata }) => metadata.uid === owner.uid))
        await this.delete(refOf(namespace));
    }
  }

  private async runPods(workload: KubeObject): Promise<void> {
    const { name = "", namespace = "" } = workload.metadata;
    const wanted: string[] = Array.from({ length: workload.spec.replicas }, (_, number) => `${name}-${number}`);
    const mine = this.all("Pod").filter(({ metadata }) => metadata.labels?.owner === name);
    for (const pod of mine) {
      const stale =
        JSON.stringify(pod.metadata.annotations) !== JSON.stringify(workload.spec.template.metadata.annotations);
      if (!wanted.includes(pod.metadata.name) || stale) await this.delete(refOf(pod));
    }
    for (const pod of wanted) {
      for (const template of workload.spec.volumeClaimTemplates ?? [])
        await this.claim(`${template.metadata.name}-${pod}`, namespace, template, name);
      if (this.named("Pod", pod) !== undefined) continue;
      const { metadata, spec } = workload.spec.template;
      await this.apply({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: pod,
          namespace,
          labels: { ...metadata.labels, owner: name },
          annotations: metadata.annotations,
          ownerReferences: [
            {
              apiVersion: "apps/v1",
              kind: workload.kind === "StatefulSet" ? "StatefulSet" : "ReplicaSet",
              name,
              uid: workload.metadata.uid ?? "",
            },
          ],
        },
        spec,
        status: {
          phase: "Running",
          podIP: `10.1.1.${++this.counter % 250}`,
          conditions: [{ type: "Ready", status: "True" }],
        },
      });
    }
  }

  private async claim(name: string, namespace: string, template: KubeObject, app: string): Promise<void> {
    if (this.named("PersistentVolumeClaim", name) !== undefined) return;
    const volume = `pvc-${++this.counter}`;
    const labels = { ...template.metadata.labels, "app.kubernetes.io/name": app };
    await this.apply({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace, labels },
      spec: { ...template.spec, volumeName: volume },
    });
    await this.apply({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: volume },
      spec: { claimRef: { name, namespace }, persistentVolumeReclaimPolicy: "Delete" },
    });
  }
}
