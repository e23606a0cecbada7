import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CharmRevision } from "./catalogue";
import { definitionName, definitionSpec } from "./objects";
import { app, shell, type Value, variable } from "./render";

/** A program that runs in a workload's container. */
export const programText = (script: string): string => readFileSync(join(__dirname, "programs", script), "utf8");

const secretKey = (key: string): Value => ({ secret: { name: variable("$app-secret"), key } });

/** What the main container has beside its image. */
const mainContainers: Record<string, { [name: string]: Value }> = {
  // A Secret that changes restarts no Pod, so the real charm has a hash of it in its environment, too.
  minio: {
    args: ["server", "/data", "--console-address", ":9001"],
    envConfig: {
      MINIO_ACCESS_KEY: secretKey("MINIO_ACCESS_KEY"),
      MINIO_SECRET_KEY: secretKey("MINIO_SECRET_KEY"),
      MINIO_ROOT_USER: secretKey("MINIO_ACCESS_KEY"),
      MINIO_ROOT_PASSWORD: secretKey("MINIO_SECRET_KEY"),
      KEYS_HASH: shell("keys_hash"),
    },
    kubernetes: {
      readinessProbe: { httpGet: { path: "/minio/health/ready", port: 9000 }, periodSeconds: 1, failureThreshold: 3 },
    },
  },
  // Names of the public source, https://github.com/SMAK1993/charmed-osm-mariadb-k8s, src/charm.py; GUESS: the published charm has the same.
  "charmed-osm-mariadb-k8s": {
    envConfig: {
      MARIADB_ROOT_PASSWORD: shell("config-get root_password"),
      MARIADB_USER: shell("config-get user"),
      MARIADB_PASSWORD: shell("config-get password"),
      MARIADB_DATABASE: shell("config-get database"),
    },
    kubernetes: { readinessProbe: { tcpSocket: { port: 3306 }, periodSeconds: 1, failureThreshold: 3 } },
  },
  "kfp-profile-controller": {
    envConfig: {
      accesskey: secretKey("accesskey"),
      secretkey: secretKey("secretkey"),
      SECRET_NAME: shell("config-get minio-secret-name"),
      KEYS_HASH: shell("keys_hash"),
    },
  },
};

const PLACEHOLDER_PORT = 8080;

/** Every container needs a port: Juju makes no Service without one. */
function ports({ data, metadata }: CharmRevision, at: number): Value[] {
  const numbers = data.ports.length > 0 ? data.ports : [Number(metadata.config.port ?? PLACEHOLDER_PORT) + at];
  return numbers.map((number) => ({ name: `port-${number}`, containerPort: number, protocol: "TCP" }));
}

function containers(charm: CharmRevision): Value[] {
  const { name, data, metadata } = charm;
  return Object.keys(metadata.resources).map((resource, at, all) => {
    const program = data.program?.resource === resource ? data.program.script : undefined;
    const main = all.length === 1 || program !== undefined;
    return {
      name: main ? app : resource.replace(/-image$/, ""),
      imageDetails: { imagePath: shell(`image ${resource}`) },
      ports: ports(charm, at),
      ...(program !== undefined && { command: ["/bin/sh", "-c", programText(program)] }),
      ...(main && mainContainers[name]),
    };
  });
}

/** Rights of the workloads that call Kubernetes. */
const rights: Record<string, Value[]> = {
  "kubeflow-profiles": [
    { apiGroups: ["kubeflow.org"], resources: ["profiles"], verbs: ["get", "list", "watch"] },
    { apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "create"] },
  ],
  "kfp-profile-controller": [
    { apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "watch"] },
    { apiGroups: [""], resources: ["secrets"], verbs: ["get", "create", "patch"] },
  ],
};

/** Secrets of a podspec, which Juju makes, with its values in base64. */
const secrets: Record<string, Value> = {
  minio: {
    name: variable("$app-secret"),
    type: "Opaque",
    data: { MINIO_ACCESS_KEY: shell("encoded access_key"), MINIO_SECRET_KEY: shell("encoded secret_key") },
  },
  "kfp-profile-controller": {
    name: variable("$app-secret"),
    type: "Opaque",
    data: { accesskey: shell("encoded access_key"), secretkey: shell("encoded secret_key") },
  },
};

/**
 * The pod spec, version 3 (juju 2.9, caas/kubernetes/provider/specs/v3.go: unknown fields are refused). Juju puts its marks on the
 * definitions and objects in it, and deletes what carries them with the application. The dashboard's has the first user's Profile (F5).
 */
export function podSpec(charm: CharmRevision): Value {
  const { name, data } = charm;
  const definitions = data.definitions.map((definition) => ({
    name: definitionName(definition),
    spec: definitionSpec(definition),
  }));
  const profile = {
    apiVersion: "kubeflow.org/v1",
    kind: "Profile",
    metadata: { name: shell("config-get profile") },
    spec: { owner: { kind: "User", name: shell("config-get profile") } },
  };
  const resources: { [name: string]: Value } = {
    ...(definitions.length > 0 && { customResourceDefinitions: definitions }),
    ...(name === "kubeflow-dashboard" && { customResources: { "profiles.kubeflow.org": [profile] } }),
    ...(secrets[name] !== undefined && { secrets: [secrets[name]] }),
  };
  return {
    version: 3,
    ...(rights[name] && {
      serviceAccount: { automountServiceAccountToken: true, roles: [{ global: true, rules: rights[name] }] },
    }),
    containers: containers(charm),
    ...(Object.keys(resources).length > 0 && { kubernetesResources: resources }),
  };
}
