import { refKey, refOf } from "../cluster/types";
import { relatedEndpoints } from "../controller/host";
import { strikes } from "../controller/faults";
import { workloadDeployment } from "./istio-workload";
import type { CharmRule, RuleContext } from "./rule";
import type { KubeObject } from "../cluster/types";

/** The address that a load balancer gives the gateway (Charmed Kubeflow asks for MetalLB; the stand-in plays its part). */
const loadBalancerAddress = "10.64.140.43";

/**
 * GUESS: a web server plays Envoy and everything behind it: as long as the gateway's Pod runs, its root answers 200,
 * whether or not the dashboard is there.
 */
const webServer = [
  "/bin/sh",
  "-c",
  "trap 'exit 0' TERM INT; mkdir -p /tmp/www; echo dashboard > /tmp/www/index.html; httpd -f -p 80 -h /tmp/www & wait $!",
];

function workload({ host, app }: RuleContext): KubeObject[] {
  const version = app.charmState.gatewayVersion;
  if (version === undefined) return [];
  return workloadDeployment(
    host,
    `${app.name}-workload`,
    host.images.workload("proxyv2", version),
    version,
    { app: `${app.name}-workload`, istio: "ingressgateway" },
    {
      type: app.charmState.serviceType ?? "LoadBalancer",
      ports: [
        { name: "http2", port: 80 },
        { name: "https", port: 443 },
      ],
    },
    webServer,
  );
}

/**
 * istio-gateway makes Deployment and Service `<app>-workload` itself once it is related to istio-pilot. They are not Juju's:
 * they go a bit after the application, or stay (F11, fault "gateway-workload-stays").
 */
export const gateway: CharmRule = {
  charms: ["istio-gateway"],
  async hook(context, { kind }) {
    const { host, app, revision } = context;
    if (
      kind === "stop" ||
      kind === "remove" ||
      kind === "relation-broken" ||
      !relatedEndpoints(host, app.name).has("istio-pilot")
    )
      return undefined;
    app.charmState.gatewayVersion = host.catalogue.revision(app.charm, revision).version ?? "0.0.0";
    app.charmState.serviceType = String(app.config.gateway_service_type ?? "LoadBalancer");
    const wanted = workload(context);
    const keys = new Set(wanted.map((object) => refKey(refOf(object))));
    host.state.pendingDeletes = host.state.pendingDeletes.filter(({ ref }) => !keys.has(refKey(ref)));
    for (const object of wanted) await host.cluster.apply(object);
    delete app.charmState.balanced;
    return undefined;
  },
  async work({ host, app }) {
    if (
      app.charmState.gatewayVersion === undefined ||
      app.charmState.serviceType !== "LoadBalancer" ||
      app.charmState.balanced === "true"
    )
      return;
    const service = { apiVersion: "v1", kind: "Service", namespace: host.state.name, name: `${app.name}-workload` };
    const patched = await host.cluster.patch(
      service,
      { status: { loadBalancer: { ingress: [{ ip: loadBalancerAddress }] } } },
      "status",
    );
    if (patched !== undefined) app.charmState.balanced = "true";
  },
  async teardown(context) {
    const { host } = context;
    if (strikes(host.state, "gateway-workload-stays", { application: context.app.name })) return;
    const due = new Set(host.state.pendingDeletes.map(({ ref }) => refKey(ref)));
    for (const object of workload(context)) {
      if (!due.has(refKey(refOf(object))))
        host.state.pendingDeletes.push({ ref: refOf(object), at: host.now() + host.settle("gatewayRemoval") });
    }
  },
};
