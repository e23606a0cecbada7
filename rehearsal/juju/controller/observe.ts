import { refKey, type KubeObject } from "../cluster/types";
import type { Host } from "./host";
import type { Application, Unit } from "./state";

export interface PodView {
  providerId: string;
  address?: string;
  ready: boolean;
  /** Why its container does not start, when Kubernetes says so. */
  failure?: string;
}

/** One look at the model's namespace. */
export interface Observed {
  /** The pod of a unit, if there is one that is not on its way out. */
  podOf(app: Application, unit: Unit): PodView | undefined;
  /** All pods of an application, also terminating ones. */
  pods(app: string): KubeObject[];
  has(apiVersion: string, kind: string, name: string): boolean;
  service(name: string): KubeObject | undefined;
  claims: KubeObject[];
  volumes: KubeObject[];
}

function view(app: Application, pod: KubeObject): PodView {
  const statuses: { state?: { waiting?: { reason?: string; message?: string } } }[] =
    pod.status?.containerStatuses ?? [];
  const waiting = statuses
    .map(({ state }) => state?.waiting)
    .find((state) => /BackOff|Err|Error/.test(state?.reason ?? ""));
  const ready = (pod.status?.conditions ?? []).some(
    (condition: { type: string; status: string }) => condition.type === "Ready" && condition.status === "True",
  );
  const current =
    pod.metadata.annotations?.["charm.juju.is/modified-version"] === String(app.modifiedVersion) &&
    app.switching !== true;
  const stateful = (pod.metadata.ownerReferences ?? []).some(({ kind }) => kind === "StatefulSet");
  return {
    providerId: stateful ? pod.metadata.name : (pod.metadata.uid ?? pod.metadata.name),
    ready: ready && current,
    ...(pod.status?.podIP === undefined ? {} : { address: pod.status.podIP }),
    ...(waiting === undefined ? {} : { failure: waiting.message ?? waiting.reason ?? "container does not start" }),
  };
}

/** Lists what the reconciler looks at, once a round. */
export async function observe(host: Host): Promise<Observed> {
  const namespace = host.state.name;
  const stored = host.state.storage.length > 0;
  const [pods, services, statefulSets, deployments, claims, volumes] = await Promise.all([
    host.cluster.list("v1", "Pod", namespace),
    host.cluster.list("v1", "Service", namespace),
    host.cluster.list("apps/v1", "StatefulSet", namespace),
    host.cluster.list("apps/v1", "Deployment", namespace),
    stored ? host.cluster.list("v1", "PersistentVolumeClaim", namespace) : [],
    stored ? host.cluster.list("v1", "PersistentVolume") : [],
  ]);
  const present = new Set(
    [...services, ...statefulSets, ...deployments].map(({ apiVersion, kind, metadata: { name } }) =>
      refKey({ apiVersion, kind, namespace, name }),
    ),
  );
  const podsOf = new Map<string, KubeObject[]>();
  for (const pod of pods) {
    const app = pod.metadata.labels?.["app.kubernetes.io/name"];
    if (app !== undefined) podsOf.set(app, [...(podsOf.get(app) ?? []), pod]);
  }
  const rank = (app: Application, pod: KubeObject): string =>
    `${pod.metadata.annotations?.["charm.juju.is/modified-version"] === String(app.modifiedVersion) ? 0 : 1} ${pod.metadata.name}`;
  return {
    podOf(app, unit) {
      const alive = (podsOf.get(app.name) ?? []).filter(
        ({ metadata, status }) =>
          metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed",
      );
      const exact = alive.find(({ metadata }) => metadata.name === `${app.name}-${unit.number}`);
      const ranked = alive
        .filter(({ metadata }) => (metadata.ownerReferences ?? []).some(({ kind }) => kind === "ReplicaSet"))
        .sort((a, b) => rank(app, a).localeCompare(rank(app, b)));
      const pod = exact ?? ranked[unit.number];
      return pod === undefined ? undefined : view(app, pod);
    },
    pods: (app) => podsOf.get(app) ?? [],
    has: (apiVersion, kind, name) => present.has(refKey({ apiVersion, kind, namespace, name })),
    service: (name) => services.find(({ metadata }) => metadata.name === name),
    claims,
    volumes,
  };
}
