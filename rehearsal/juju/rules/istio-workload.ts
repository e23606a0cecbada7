import type { KubeObject } from "../cluster/types";
import type { Host } from "../controller/host";

/** A Deployment and its Service that a charm makes by itself: Juju does not own them (F11). */
export function workloadDeployment(
  host: Host,
  name: string,
  image: string,
  version: string,
  labels: Record<string, string>,
  service: { type: string; ports: { name: string; port: number }[] },
  command?: string[],
): KubeObject[] {
  const metadata = { name, namespace: host.state.name, labels: { ...labels, "operator.istio.io/version": version } };
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
            containers: [{ name: "istio", image, imagePullPolicy: "Never", ...(command && { command }) }],
          },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        type: service.type,
        selector: labels,
        ports: service.ports.map(({ name: port, port: number }) => ({ name: port, port: number, targetPort: number })),
      },
    },
  ];
}
