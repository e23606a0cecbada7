import { createHash } from "node:crypto";
import type { KubeObject } from "../cluster/types";
import { rulesFor } from "../rules";
import type { Host } from "./host";
import { appLabels, ownerAnnotations, selectorLabels, versionAnnotation } from "./labels";
import type { Application } from "./state";

export function contentHash(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
}

/** The claim template's name: podspec `<storage>-<uuid8>`, sidecar `<app>-<storage>-<uuid8>` (juju.md d); one that exists already is kept. */
function templateName(app: Application, storage: string, podspec: boolean): string {
  return (app.templates[storage] ??= podspec ? `${storage}-${app.uuid8}` : `${app.name}-${storage}-${app.uuid8}`);
}

/** The pod template of an application and its hash, without the counter that a change of it moves. Undefined before there is a workload. */
export function wantedTemplate(
  host: Host,
  app: Application,
): { template: KubeObject["spec"]; hash: string } | undefined {
  if (app.workloadRevision === undefined) return undefined;
  const revision = host.catalogue.revision(app.charm, app.workloadRevision);
  const podspec = revision.generation === "podspec";
  const container: KubeObject["spec"] = {
    name: podspec ? app.name : "charm",
    image: host.images.workload(app.charm, app.workloadRevision),
    imagePullPolicy: "Never",
  };
  const mounts = Object.entries(revision.storage).map(([storage, { location }]) => ({
    name: templateName(app, storage, podspec),
    mountPath: location,
  }));
  if (mounts.length > 0) container.volumeMounts = mounts;
  const context = { host, app, revision: app.workloadRevision };
  for (const rule of rulesFor(app)) rule.container?.(context, container);
  const template = {
    metadata: { labels: selectorLabels(app), annotations: ownerAnnotations(host) },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 5,
      containers: [container],
    },
  };
  const podObjects = rulesFor(app).flatMap((rule) => rule.objects?.(context) ?? []);
  // The revision counts by itself: an upgraded charm restarts its Pods even where their spec stays the same (juju.md d).
  return { template, hash: contentHash([template, podObjects, app.workloadRevision]) };
}

function services(host: Host, app: Application, stateful: boolean): KubeObject[] {
  const revision = host.catalogue.revision(app.charm, app.workloadRevision ?? app.revision);
  const ports =
    revision.ports.length > 0
      ? revision.ports.map((port) => ({ name: `port-${port}`, port, targetPort: port }))
      : [{ name: "placeholder", port: 65535, targetPort: 65535 }];
  const metadata = { namespace: host.state.name, labels: appLabels(app), annotations: ownerAnnotations(host) };
  const service: KubeObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...metadata, name: app.name },
    spec: { type: "ClusterIP", selector: selectorLabels(app), ports },
  };
  if (!stateful) return [service];
  return [
    service,
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...metadata, name: `${app.name}-endpoints` },
      spec: { clusterIP: "None", publishNotReadyAddresses: true, selector: selectorLabels(app), ports },
    },
  ];
}

function claimTemplates(host: Host, app: Application, storage: Record<string, unknown>, podspec: boolean): object[] {
  return Object.keys(storage).map((name) => ({
    metadata: {
      name: templateName(app, name, podspec),
      labels: { "storage.juju.is/name": name, "app.kubernetes.io/managed-by": "juju" },
      annotations: { "storage.juju.is/name": name, ...ownerAnnotations(host) },
    },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${app.storage[name] ?? 1024}Mi` } } },
  }));
}

/** Everything that Juju itself makes for an application now (juju.md section d): Services and one Deployment or StatefulSet. */
export function wantedObjects(host: Host, app: Application, replicas: number): KubeObject[] {
  const wanted = wantedTemplate(host, app);
  if (wanted === undefined) return [];
  const revision = host.catalogue.revision(app.charm, app.workloadRevision ?? app.revision);
  const podspec = revision.generation === "podspec";
  const stateful = !podspec || Object.keys(revision.storage).length > 0;
  const template = {
    ...wanted.template,
    metadata: {
      ...wanted.template.metadata,
      annotations: {
        ...wanted.template.metadata.annotations,
        "charm.juju.is/modified-version": String(app.modifiedVersion),
      },
    },
  };
  const workload: KubeObject = {
    apiVersion: "apps/v1",
    kind: stateful ? "StatefulSet" : "Deployment",
    metadata: {
      name: app.name,
      namespace: host.state.name,
      labels: appLabels(app),
      annotations: {
        ...ownerAnnotations(host),
        "app.juju.is/uuid": app.uuid8,
        "charm.juju.is/modified-version": String(app.modifiedVersion),
        ...(podspec ? {} : versionAnnotation(host)),
      },
    },
    spec: {
      replicas,
      selector: { matchLabels: selectorLabels(app) },
      template,
      ...(stateful ? { serviceName: `${app.name}-endpoints`, podManagementPolicy: "Parallel" } : {}),
      ...(Object.keys(revision.storage).length > 0
        ? { volumeClaimTemplates: claimTemplates(host, app, revision.storage, podspec) }
        : {}),
    },
  };
  const context = { host, app, revision: app.workloadRevision ?? app.revision };
  return [
    ...rulesFor(app).flatMap((rule) => rule.objects?.(context) ?? []),
    ...services(host, app, stateful),
    workload,
  ];
}
