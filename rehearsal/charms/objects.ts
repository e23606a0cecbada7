import type { CharmRevision, Definition } from "./catalogue";
import { app, model, shell, type Value, variable } from "./render";

/** Spec of a definition that accepts any content: its objects are stored, named, owned and collected as real ones. */
export function definitionSpec({ group, version, kind, plural, scope }: Definition): Value {
  return {
    group,
    scope,
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        subresources: { status: {} },
      },
    ],
  };
}

export const definitionName = ({ group, plural }: Definition): string => `${plural}.${group}`;

/** Names of the ClusterRoles that kubeflow-roles makes. */
export const aggregatedRoles = ["admin", "edit", "view"].map((role) => `kubeflow-${role}`);

const aggregatedRole = (name: string): Value => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name },
  aggregationRule: {
    clusterRoleSelectors: [{ matchLabels: { [`rbac.authorization.kubeflow.org/aggregate-to-${name}`]: "true" } }],
  },
});

/** The ClusterRole that most sidecar charms make for their workload: without trust the hook that makes it fails (F40). */
const workloadRole: Value = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: variable("$app-workload") },
  rules: [{ apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "watch"] }],
};

/** Ports of a real server on the Service that Juju makes for a sidecar with a placeholder's port. */
const service = (ports: number[]): Value => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: app, namespace: model },
  spec: { ports: ports.map((port) => ({ name: `port-${port}`, port, targetPort: port })) },
});

/** What the hooks of a sidecar charm make in the cluster, and delete when it is removed. */
export function objects({ name, data }: CharmRevision): Value[] {
  return [
    ...data.definitions.map((definition) => ({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: definitionName(definition) },
      spec: definitionSpec(definition),
    })),
    ...(data.untrusted ? [] : [workloadRole]),
    ...(data.ports.length > 0 ? [service(data.ports)] : []),
    ...(name === "kubeflow-roles" ? aggregatedRoles.map(aggregatedRole) : []),
  ];
}

/**
 * GUESS: a web server plays Envoy and everything behind it: as long as the gateway's Pod runs, its root answers 200,
 * whether or not the dashboard is there.
 */
const webServer = [
  "/bin/sh",
  "-c",
  "trap 'exit 0' TERM INT; mkdir -p /tmp/www; echo dashboard > /tmp/www/index.html; httpd -f -p 80 -h /tmp/www & wait $!",
];

interface IstioWorkload {
  name: Value;
  image: string;
  labels: { [name: string]: Value };
  ports: Record<string, number>;
  type: Value;
  command?: string[];
}

const istio: Record<string, IstioWorkload> = {
  "istio-pilot": {
    name: "istiod",
    image: "pilot",
    labels: { app: "istiod", istio: "pilot" },
    ports: { "grpc-xds": 15010, "https-dns": 15012 },
    type: "ClusterIP",
  },
  "istio-gateway": {
    name: variable("$app-workload"),
    image: "proxyv2",
    labels: { app: variable("$app-workload"), istio: "ingressgateway" },
    ports: { http2: 80, https: 443 },
    type: shell("config-get gateway_service_type"),
    command: webServer,
  },
};

/**
 * Deployment and Service that a charm of Istio makes by itself: Juju does not own them (F11). The image's tag names the version.
 * @param image of workloads, without tag
 */
export function istioWorkload({ name: charm, version = "" }: CharmRevision, image: string): Value[] {
  const workload = istio[charm];
  if (workload === undefined) return [];
  const { name, labels, ports, type, command } = workload;
  const metadata = { name, namespace: model, labels: { ...labels, "operator.istio.io/version": version } };
  const container = { name: "istio", image: `${image}:${workload.image}-${version}`, ...(command && { command }) };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 5,
            containers: [container],
          },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        type,
        selector: labels,
        ports: Object.entries(ports).map(([port, number]) => ({ name: port, port: number, targetPort: number })),
      },
    },
  ];
}

/** KnativeServing or KnativeEventing, named as the application. */
export const knativeResource = (kind: string): Value => ({
  apiVersion: "operator.knative.dev/v1beta1",
  kind,
  metadata: { name: app, namespace: shell("config-get namespace") },
  spec: { version: shell("config-get version") },
});
