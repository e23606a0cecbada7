import type { KubeObject } from "../cluster/types";
import type { CharmRule, RuleContext } from "./rule";
import { HookError } from "./rule";
import { workloadDeployment } from "./istio-workload";
import type { ObjectRef } from "../controller/state";

export const gatewayWorkload = "istio-ingressgateway-workload";

function gatewayRef({ host }: RuleContext, kind: "Deployment" | "Service"): ObjectRef {
  return { apiVersion: kind === "Service" ? "v1" : "apps/v1", kind, namespace: host.state.name, name: gatewayWorkload };
}

const minor = (version: string): number => Number(version.split(".")[1]);

/** What the charm's upgrade handler does; see F9, F10. */
async function upgrade(context: RuleContext, target: string): Promise<"again" | undefined> {
  const { host, app } = context;
  const current = app.charmState.controlPlane ?? target;
  if (minor(target) - minor(current) > 1) {
    throw new HookError(
      `istioctl upgrade: client version ${target} is more than one minor version ahead of control plane version ${current} (F9)`,
    );
  }
  if (minor(target) < minor(current))
    throw new HookError(`istioctl upgrade: downgrade from ${current} to ${target} is not supported (F9)`);
  if (minor(target) === minor(current)) return undefined;
  if ((await host.cluster.get(gatewayRef(context, "Deployment"))) !== undefined) {
    app.charmState.rolloutAt = "";
    return "again";
  }
  if ((app.charmState.rolloutAt ?? "") === "") {
    app.charmState.rolloutAt = String(
      host.now() + host.settle(minor(current) === 11 ? "controlPlaneFirst" : "controlPlane"),
    );
  }
  if (host.now() < Number(app.charmState.rolloutAt)) return "again";
  app.charmState.controlPlane = target;
  delete app.charmState.rolloutAt;
  return undefined;
}

/**
 * istio-pilot: one minor at a time (F9, charm README), hangs while the gateway workload exists (F10), and between steps
 * waits for the gateway's Service (charmed-kubeflow.md 2.1 step 3). The tag of Deployment istiod tells the control plane's version.
 */
export const pilot: CharmRule = {
  charms: ["istio-pilot"],
  async hook(context, { kind }) {
    const { host, app, revision } = context;
    const version = host.catalogue.revision(app.charm, revision).version ?? "0.0.0";
    if (kind === "install") app.charmState.controlPlane ??= version;
    if (kind === "upgrade-charm") return upgrade(context, version);
    return undefined;
  },
  status(context) {
    if (context.app.charmState.gatewayService === "missing") {
      return { current: "waiting", message: "Missing istio-ingressgateway-workload service, deferring this event" };
    }
    return context.app.charmState.gatewayService === "no address"
      ? { current: "waiting", message: "Waiting for gateway address" }
      : undefined;
  },
  lasting({ host, app }): KubeObject[] {
    const version = app.charmState.controlPlane;
    if (version === undefined) return [];
    return workloadDeployment(
      host,
      "istiod",
      host.images.workload("pilot", version),
      version,
      { app: "istiod", istio: "pilot" },
      {
        ports: [
          { name: "grpc-xds", port: 15010 },
          { name: "https-dns", port: 15012 },
        ],
        type: "ClusterIP",
      },
    );
  },
  async work(context) {
    const service = await context.host.cluster.get(gatewayRef(context, "Service"));
    const address =
      service?.spec?.type === "LoadBalancer" ? service.status?.loadBalancer?.ingress?.[0] : service?.spec?.clusterIP;
    context.app.charmState.gatewayService =
      service === undefined ? "missing" : address === undefined ? "no address" : "up";
  },
};
