// Written by `npm run policy:data`. Do not edit.

/** What the pack knows of a release. */
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

/** Oldest first. */
export const releases: Record<string, Release> = {
  "1.6": {
    "tracks": {
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
      "minio": "ckf-1.6",
      "oidc-gatekeeper": "ckf-1.6",
      "seldon-core": "1.14",
      "tensorboard-controller": "1.6",
      "tensorboards-web-app": "1.6",
      "training-operator": "1.5"
    },
    "trusted": [
      "dex-auth",
      "istio-gateway",
      "istio-pilot",
      "kubeflow-roles",
      "metacontroller-operator",
      "training-operator"
    ],
    "sidecar": [],
    "istio": []
  },
  "1.7": {
    "tracks": {
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
      "minio": "ckf-1.7",
      "mysql-k8s": "8.0",
      "oidc-gatekeeper": "ckf-1.7",
      "seldon-core": "1.15",
      "tensorboard-controller": "1.7",
      "tensorboards-web-app": "1.7",
      "training-operator": "1.6"
    },
    "trusted": [
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
      "training-operator"
    ],
    "sidecar": [
      "jupyter-ui",
      "katib-db-manager",
      "katib-ui",
      "kfp-api",
      "kubeflow-dashboard",
      "kubeflow-profiles",
      "seldon-core"
    ],
    "istio": [
      12,
      13,
      14,
      15,
      16
    ]
  }
};

/** Charms whose removal deletes custom resource definitions, and with them every user's objects of these kinds (F2). */
export const crdOwners: string[] = [
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
  "training-operator"
];

/** Applications that hold data, for graphs that carry no baseline. */
export const stateful: string[] = [
  "katib-db",
  "kfp-db",
  "minio"
];

/** Kinds of steps that do not change the model. */
export const readOnlyKinds: string[] = [
  "preflight",
  "accept-irreversible",
  "store-credentials",
  "store-root-password",
  "delete-root-password",
  "export-resources",
  "prove-resources",
  "delete-export",
  "prove-database",
  "prove-backup",
  "prove-migration",
  "prove-objects",
  "check-retain",
  "find-claim",
  "verify"
];
