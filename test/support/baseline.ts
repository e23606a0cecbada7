import { type Hop, channelsOf, loadHop } from "../../releases/load";
import type { Baseline } from "../../plan/types";
import type { Settings } from "../../plan/settings";

/** Charms of release 1.6 that are no podspec charms (facts, table 1.2). */
const sidecars = [
  "dex-auth",
  "training-operator",
  "istio-pilot",
  "istio-gateway",
  "kubeflow-roles",
  "metacontroller-operator",
];

export const hop: Hop = loadHop("1.7");

export const settings: Settings = {
  model: "kubeflow",
  to: "1.7",
  storagePath: "auto",
  copyLimitMiB: 1048576,
  volumes: [],
  databases: "mariadb",
  finalize: false,
  rollback: false,
  acceptIrreversible: [],
  moverImage: "docker.io/rclone/rclone:1.76.0",
  backupSizeMiB: 0,
  backupStorageClass: "",
  ignorePreflight: [],
  hooks: [],
  backupTarget: "claim",
  backupEndpoint: "",
  backupBucket: "",
  backupPrefix: "",
  backupRegion: "us-east-1",
  backupSecret: "",
  declaredBackupBy: "",
  declaredBackupWhen: "",
  declaredBackupWhat: "",
  jobTimeoutMinutes: 60,
};

const databaseImage = `rocks.canonical.com:443/mariadb/server@sha256:${"db".repeat(32)}`;

/** Revisions counted up from 1000 in the order of the channels: distinct, and the same in every run. */
function available(): Baseline["available"] {
  let revision = 1000;
  return Object.fromEntries(
    Object.entries(channelsOf(hop)).map(([charm, channels]) => [
      charm,
      Object.fromEntries(channels.map((channel) => [channel, revision++])),
    ]),
  );
}

/** A model that runs the stock 1.6 bundle with mlflow-server beside it. */
export function baseline16(): Baseline {
  const applications: Baseline["applications"] = {};
  let revision = 100;
  for (const [name, { charm, channel, trust, options }] of Object.entries(hop.source.applications)) {
    applications[name] = {
      charm,
      channel,
      revision: revision++,
      generation: sidecars.includes(charm) ? "sidecar" : "podspec",
      scale: 1,
      trust,
      config: options,
      configOmitted: [],
    };
  }
  applications.minio.revision = 99;
  applications["mlflow-server"] = {
    charm: "mlflow-server",
    channel: "latest/edge",
    revision: 90,
    generation: "podspec",
    scale: 1,
    trust: false,
    config: {},
    configOmitted: [],
  };
  return {
    schema: 2,
    release: "1.6",
    model: {
      name: "kubeflow",
      uuid: "0b1c7e1e-6a39-4c8e-8a1a-3a0a4a0f3b11",
      cloud: "microk8s",
      jujuVersion: "2.9.42",
      kubernetesVersion: "v1.24.17",
    },
    applications,
    relations: [...hop.source.relations, ["minio:object-storage", "mlflow-server:object-storage"]],
    volumes: {
      minio: [
        {
          storage: "minio-data",
          claim: "minio-data-0837847d-minio-0",
          volume: "pvc-1c0ffee0-2222-4333-8444-555566667777",
          requestedMiB: 10240,
          capacityMiB: 10240,
          storageClass: "standard",
          reclaimPolicy: "Delete",
          accessModes: ["ReadWriteOnce"],
          volumeMode: "Filesystem",
        },
      ],
    },
    dashboardProfile: "admin",
    profiles: {
      admin: {
        namespaceUid: "7f4d7a52-0000-4000-8000-000000000001",
        claims: { workspace: "7f4d7a52-0000-4000-8000-000000000002" },
        volumes: { workspace: "pvc-2c0ffee0" },
      },
    },
    databases: {
      "katib-db": { image: databaseImage, pullSecrets: [] },
      "kfp-db": { image: databaseImage, pullSecrets: [] },
    },
    definitions: ["notebooks.kubeflow.org", "profiles.kubeflow.org"],
    objects: { Notebook: { admin: 2 } },
    available: available(),
    bundle: "bundle: kubernetes\n",
  };
}

/** The same model with MinIO from the weeks in which its charm declared 1 GiB (F1). */
export function baselineChangedStorage(): Baseline {
  const baseline = baseline16();
  Object.assign(baseline.applications.minio, { channel: "latest/edge", revision: 143 });
  baseline.volumes.minio[0].requestedMiB = 1024;
  baseline.volumes.minio[0].capacityMiB = 1024;
  return baseline;
}

/** The same model with MinIO from those weeks, deployed with 20 GiB: a volume that the new claim can be bound to. */
export function baselineLarge(): Baseline {
  const baseline = baselineChangedStorage();
  baseline.volumes.minio[0].requestedMiB = 20480;
  baseline.volumes.minio[0].capacityMiB = 20480;
  return baseline;
}

/** The stock model with the volume of a database. */
export function baselineKatib(): Baseline {
  const baseline = baseline16();
  baseline.volumes["katib-db"] = [
    {
      ...baseline.volumes.minio[0],
      storage: "database",
      claim: "database-11112222-katib-db-0",
      volume: "pvc-katib",
      requestedMiB: 1024,
      capacityMiB: 2048,
    },
  ];
  return baseline;
}

/** The same model from the kubeflow-lite bundle. */
export function baselineLite(): Baseline {
  const baseline = baseline16();
  delete baseline.databases!["katib-db"];
  const left = [
    "argo-server",
    "katib-controller",
    "katib-db",
    "katib-db-manager",
    "katib-ui",
    "tensorboard-controller",
    "tensorboards-web-app",
    "mlflow-server",
  ];
  for (const name of left) delete baseline.applications[name];
  baseline.relations = baseline.relations.filter(
    (relation) => !relation.some((endpoint) => left.includes(endpoint.split(":")[0])),
  );
  return baseline;
}

/** The model with a MinIO that is deployed again, and applications that no release knows on it and on each other. */
export function baselineExtraApps(): Baseline {
  const baseline = baselineChangedStorage();
  for (const charm of ["grafana-agent-k8s", "resource-dispatcher"]) {
    baseline.applications[charm] = {
      charm,
      channel: "latest/stable",
      revision: 7,
      generation: "sidecar",
      scale: 2,
      trust: true,
      config: {},
      configOmitted: [],
    };
  }
  baseline.relations.push(
    ["grafana-agent-k8s:metrics-endpoint", "istio-pilot:metrics-endpoint"],
    ["grafana-agent-k8s:metrics-endpoint", "minio:metrics-endpoint"],
    ["mlflow-server:secrets", "resource-dispatcher:secrets"],
  );
  return baseline;
}

/** The stock model in which somebody began by hand: Istio is in the middle of its ladder, some charms are refreshed. */
export function baselineHalfUpgraded(): Baseline {
  const baseline = baseline16();
  const { available, applications } = baseline;
  const at = {
    "istio-pilot": "1.13/stable",
    "dex-auth": "2.31/stable",
    "admission-webhook": "1.7/stable",
    "katib-controller": "0.15/stable",
  };
  for (const [name, channel] of Object.entries(at))
    Object.assign(applications[name], { channel, revision: available[applications[name].charm][channel] });
  Object.assign(applications["istio-ingressgateway"], { channel: "1.13/stable", revision: 900 });
  return baseline;
}

/** The same, and the gateway was removed, as the guide says, before somebody stopped. */
export function baselineGatewayRemoved(): Baseline {
  const baseline = baselineHalfUpgraded();
  delete baseline.applications["istio-ingressgateway"];
  baseline.relations = baseline.relations.filter(
    (relation) => !relation.some((endpoint) => endpoint.startsWith("istio-ingressgateway:")),
  );
  return baseline;
}

/** The model after the hop: every application at its target, mariadb kept. */
export function baselineUpgraded(): Baseline {
  const baseline = baseline16();
  for (const [name, { charm, channel, trust, options }] of Object.entries(hop.target.applications)) {
    const live = baseline.applications[name];
    if (live && live.charm !== charm) continue;
    baseline.applications[name] = {
      charm,
      channel,
      revision: baseline.available[charm][channel],
      generation: "sidecar",
      scale: 1,
      trust,
      config: options,
      configOmitted: [],
    };
  }
  baseline.relations.push(["istio-pilot:gateway-info", "kserve-controller:ingress-gateway"]);
  return { ...baseline, release: "1.7" };
}
