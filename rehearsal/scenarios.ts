import type { StoragePath } from "../plan/types";

/** A live model to rehearse the upgrade on, and what the program must make of it. */
export interface Scenario {
  description: string;
  /** Bundle, in releases/, that the model is deployed from. */
  bundle: string;
  /** Release whose revisions the bundle's channels had. */
  release: string;
  /** Channels that differ from the bundle's. */
  channels: Record<string, string>;
  /** Sizes that differ from the charms' own, as `juju deploy --storage` takes them. */
  storage?: Record<string, Record<string, string>>;
  /** Applications beside the bundle's, which no release knows, with their relations. */
  beside: { charm: string; channel: string; relations: [string, string][] }[];
  /** Applications that somebody removed once all was active. */
  removed?: string[];
  /** Settings of the stack that differ from their defaults. */
  settings?: Record<string, string>;
  /** The storage path that the program must choose. */
  storagePath: StoragePath;
  /** Steps that must not be there, since the model has them behind it; "all" where nothing is to be done. */
  behind: string[] | "all";
}

const mlflow: Scenario["beside"][number] = {
  charm: "mlflow-server",
  channel: "latest/stable",
  relations: [["mlflow-server:object-storage", "minio:object-storage"]],
};

const stock: Scenario = {
  description: "1.6 as the stable bundle deploys it: MinIO is refreshed in place, no data moves",
  bundle: "1.6.yaml",
  release: "1.6",
  channels: {},
  beside: [mlflow],
  storagePath: "refresh",
  behind: [],
};

const changedStorage: Scenario = {
  ...stock,
  description:
    "1.6 with a MinIO charm from the weeks in which it declared 1 GiB: Juju refuses its refresh (F1), the volume must be copied",
  channels: { minio: "latest/edge" },
  storagePath: "copy",
};

/** Scenarios by name. */
export const scenarios: Record<string, Scenario> = {
  "changed-storage": changedStorage,
  stock,
  lite: {
    ...stock,
    description: "1.6 lite: no Katib, no TensorBoard, nothing beside it",
    bundle: "1.6-lite.yaml",
    beside: [],
  },
  "extra-apps": {
    ...changedStorage,
    description: "applications that no release knows hang on a MinIO that is deployed again, and on each other",
    beside: [
      mlflow,
      {
        charm: "resource-dispatcher",
        channel: "1.0/stable",
        relations: [
          ["mlflow-server:secrets", "resource-dispatcher:secrets"],
          ["mlflow-server:pod-defaults", "resource-dispatcher:pod-defaults"],
        ],
      },
      {
        charm: "grafana-agent-k8s",
        channel: "latest/stable",
        relations: [
          ["grafana-agent-k8s:metrics-endpoint", "minio:metrics-endpoint"],
          ["grafana-agent-k8s:metrics-endpoint", "metacontroller-operator:metrics-endpoint"],
        ],
      },
    ],
  },
  rebind: {
    ...changedStorage,
    description:
      "the same with a volume of 20 GiB, larger than the stack lets MinIO be copied: the new MinIO takes over the volume itself",
    storage: { minio: { "minio-data": "20G" } },
    settings: { copyLimitMiB: "10240", backupSizeMiB: "1024" },
    storagePath: "rebind",
  },
  "already-1.7": {
    ...stock,
    description: "1.7 as its bundle deploys it: there is nothing to do",
    bundle: "1.7.yaml",
    release: "1.7",
    behind: "all",
  },
  "half-upgraded": {
    ...stock,
    description:
      "somebody began by hand and stopped: Istio is at 1.13 and its gateway removed, some charms are at 1.7, and no baseline was recorded",
    channels: {
      "istio-pilot": "1.13/stable",
      "istio-ingressgateway": "1.13/stable",
      "admission-webhook": "1.7/stable",
      "jupyter-controller": "1.7/stable",
      "katib-controller": "0.15/stable",
      "kfp-persistence": "2.0-alpha.7/stable",
    },
    removed: ["istio-ingressgateway"],
    settings: { "ignorePreflight[1]": "applications-restless" },
    behind: [
      "unrelate-istio-ingressgateway-istio-pilot",
      "refresh-istio-pilot-1.12",
      "refresh-istio-pilot-1.13",
      "refresh-admission-webhook",
      "refresh-jupyter-controller",
      "refresh-katib-controller",
      "refresh-kfp-persistence",
    ],
  },
};
