import type { Graph } from "./graph";
import { at, text } from "./known";

/** What the pack knows of a release by itself, so that it need not trust the program that it judges. */
export interface Release {
  /** charm -> track of its channel. */
  tracks: Record<string, string>;
  /** Charms that the release runs with cluster access. */
  trusted: string[];
  /** Charms that are podspec in the release before and sidecar in this one. */
  sidecar: string[];
  /** Istio minors, first to last, that the hop to this release climbs. */
  istio: number[];
}

/** Charms whose removal deletes custom resource definitions, and every user's objects with them (F2). */
export const crdOwners = [
  "admission-webhook",
  "argo-controller",
  "istio-pilot",
  "jupyter-controller",
  "katib-controller",
  "kfp-schedwf",
  "kfp-viewer",
  "kubeflow-profiles",
  "seldon-core",
  "tensorboard-controller",
  "training-operator",
];

export const charms = { istio: "istio-pilot", gateway: "istio-gateway", dashboard: "kubeflow-dashboard" };

/** Applications that hold data in the releases known here, for graphs that carry no baseline. */
export const stateful = ["minio", "katib-db", "kfp-db"];

export const releases: Record<string, Release> = {
  "1.6": {
    tracks: {
      "admission-webhook": "1.6",
      "argo-controller": "3.3",
      "argo-server": "3.3",
      "charmed-osm-mariadb-k8s": "latest",
      "dex-auth": "2.31",
      "istio-gateway": "1.11",
      "istio-pilot": "1.11",
      "jupyter-controller": "1.6",
      "jupyter-ui": "1.6",
      "katib-controller": "0.14",
      "katib-db-manager": "0.14",
      "katib-ui": "0.14",
      "kfp-api": "2.0",
      "kfp-persistence": "2.0",
      "kfp-profile-controller": "2.0",
      "kfp-schedwf": "2.0",
      "kfp-ui": "2.0",
      "kfp-viewer": "2.0",
      "kfp-viz": "2.0",
      "kubeflow-dashboard": "1.6",
      "kubeflow-profiles": "1.6",
      "kubeflow-roles": "1.6",
      "kubeflow-volumes": "1.6",
      "metacontroller-operator": "2.0",
      minio: "ckf-1.6",
      "oidc-gatekeeper": "ckf-1.6",
      "seldon-core": "1.14",
      "tensorboard-controller": "1.6",
      "tensorboards-web-app": "1.6",
      "training-operator": "1.5",
    },
    trusted: [
      "dex-auth",
      "istio-gateway",
      "istio-pilot",
      "kubeflow-roles",
      "metacontroller-operator",
      "training-operator",
    ],
    // Nothing climbs to it, and a sidecar charm comes back to podspec only by a removal.
    sidecar: [],
    istio: [],
  },
  "1.7": {
    tracks: {
      "admission-webhook": "1.7",
      "argo-controller": "3.3",
      "argo-server": "3.3",
      "dex-auth": "2.31",
      "istio-gateway": "1.16",
      "istio-pilot": "1.16",
      "jupyter-controller": "1.7",
      "jupyter-ui": "1.7",
      "katib-controller": "0.15",
      "katib-db-manager": "0.15",
      "katib-ui": "0.15",
      "kfp-api": "2.0-alpha.7",
      "kfp-persistence": "2.0-alpha.7",
      "kfp-profile-controller": "2.0-alpha.7",
      "kfp-schedwf": "2.0-alpha.7",
      "kfp-ui": "2.0-alpha.7",
      "kfp-viewer": "2.0-alpha.7",
      "kfp-viz": "2.0-alpha.7",
      "knative-eventing": "1.8",
      "knative-operator": "1.8",
      "knative-serving": "1.8",
      "kserve-controller": "0.10",
      "kubeflow-dashboard": "1.7",
      "kubeflow-profiles": "1.7",
      "kubeflow-roles": "1.7",
      "kubeflow-volumes": "1.7",
      "metacontroller-operator": "2.0",
      minio: "ckf-1.7",
      "mysql-k8s": "8.0",
      "oidc-gatekeeper": "ckf-1.7",
      "seldon-core": "1.15",
      "tensorboard-controller": "1.7",
      "tensorboards-web-app": "1.7",
      "training-operator": "1.6",
    },
    trusted: [
      "dex-auth",
      "istio-gateway",
      "istio-pilot",
      "jupyter-ui",
      "katib-db-manager",
      "katib-ui",
      "kfp-api",
      "knative-eventing",
      "knative-operator",
      "knative-serving",
      "kserve-controller",
      "kubeflow-dashboard",
      "kubeflow-profiles",
      "kubeflow-roles",
      "metacontroller-operator",
      "mysql-k8s",
      "seldon-core",
      "training-operator",
    ],
    sidecar: [
      "jupyter-ui",
      "katib-db-manager",
      "katib-ui",
      "kfp-api",
      "kubeflow-dashboard",
      "kubeflow-profiles",
      "seldon-core",
    ],
    istio: [12, 13, 14, 15, 16],
  },
};

const newest = Object.keys(releases).at(-1)!;

/** The release a graph goes to, forth or back: what its `verify` step expects, else the newest one known here. */
export function releaseOf(graph: Graph): { name: string; release: Release | undefined } {
  const name =
    graph.steps("verify").flatMap(({ step }) => text(at(step.action, "expected", "release")) ?? [])[0] ?? newest;
  return { name, release: releases[name] };
}

/** The charm under an application's name: as deployed or refreshed in the graph, as recorded, else of the same name. */
export function charmOf(graph: Graph, application: string): string {
  const named = graph
    .steps("refresh", "deploy")
    .filter(({ step }) => text(at(step.action, "application")) === application)
    .flatMap(({ step }) => text(at(step.action, "charm")) ?? []);
  return named[0] ?? graph.baseline?.applications.get(application)?.charm ?? application;
}
