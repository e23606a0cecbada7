import { ApiException, CoreV1Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { runOnClaim } from "./pods";

export const profileKind = { group: "kubeflow.org", version: "v1", plural: "profiles" };
export const notebookKind = { group: "kubeflow.org", version: "v1", plural: "notebooks" };

/** The Profile that the dashboard's charm makes, and that of a user. */
export const seededProfiles = ["admin", "alice"];

/** Claim of the notebook that a user works in, and the file in it. */
export const notebookClaim = "workspace-notebook";
const notebookFile = "experiments/ünicode notebook.ipynb";

/** A Notebook with this annotation is stopped: https://github.com/kubeflow/kubeflow components/notebook-controller/pkg/culler */
export const stopMark = "kubeflow-resource-stopped";

/** Secret through which pipelines of a namespace reach the object store (charmed-kubeflow.md section 6). */
export const artifactSecret = "mlpipeline-minio-artifact";

export interface Clients {
  core: CoreV1Api;
  custom: CustomObjectsApi;
}

export function clientsFor(kubeconfig: string): Clients {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return { core: config.makeApiClient(CoreV1Api), custom: config.makeApiClient(CustomObjectsApi) };
}

/** The answer, or undefined where there is no such thing. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}

/** True when this call made it; what is there already is left as it is. */
async function make(created: Promise<unknown>): Promise<boolean> {
  try {
    await created;
    return true;
  } catch (error) {
    if (error instanceof ApiException && error.code === 409) return false;
    throw error;
  }
}

export interface SeedClusterOptions {
  kubeconfig: string;
  /** Image with a shell, for the short Pods that write into claims. */
  image: string;
  /** Profile that the dashboard charm made, or will. */
  profile: string;
  /** A second Profile, that no charm knows of. */
  user?: string;
  /** What the secret mlpipeline-minio-artifact holds where nobody made it. */
  credentials: { accessKey: string; secretKey: string };
}

async function namespaceOf(core: CoreV1Api, name: string): Promise<void> {
  for (const started = Date.now(); ;) {
    const namespace = await ifThere(core.readNamespace({ name }));
    if (namespace?.status?.phase === "Active") return;
    if (Date.now() - started > 120_000)
      throw new Error(
        `Profile "${name}" has no namespace after 120 s: the profile controller does not run, or is not related`,
      );
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function seedNamespace(
  { core, custom }: Clients,
  namespace: string,
  { image, credentials }: SeedClusterOptions,
): Promise<void> {
  const claim = notebookClaim;
  await make(
    core.createNamespacedPersistentVolumeClaim({
      namespace,
      body: {
        metadata: { name: claim },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "64Mi" } } },
      },
    }),
  );
  await make(
    core.createNamespacedSecret({
      namespace,
      body: {
        metadata: { name: artifactSecret },
        stringData: { accesskey: credentials.accessKey, secretkey: credentials.secretKey },
      },
    }),
  );
  const container = { name: "notebook", image, volumeMounts: [{ name: claim, mountPath: "/home/jovyan" }] };
  const body = {
    apiVersion: `${notebookKind.group}/${notebookKind.version}`,
    kind: "Notebook",
    metadata: { name: "notebook", namespace, annotations: { [stopMark]: "2026-01-01T00:00:00Z" } },
    spec: {
      template: {
        spec: { containers: [container], volumes: [{ name: claim, persistentVolumeClaim: { claimName: claim } }] },
      },
    },
  };
  // Where the kind is not known there is nothing to lose.
  await ifThere(make(custom.createNamespacedCustomObject({ ...notebookKind, namespace, body })));
  const script = `mkdir -p /claim/experiments; echo '{"cells": ["work of ${namespace}"]}' > '/claim/${notebookFile}'; seq 1 100000 > /claim/data.csv`;
  await runOnClaim(core, { namespace, claim, image, script, writes: true });
}

/**
 * Puts into the cluster what users would miss: a second Profile, and in its and the dashboard's namespace a stopped notebook, its
 * claim with files, and the secret for the object store. May be run again.
 * @throws when a Profile gets no namespace.
 */
export async function seedCluster(options: SeedClusterOptions): Promise<void> {
  const { kubeconfig, profile, user = "alice" } = options;
  const clients = clientsFor(kubeconfig);
  const body = {
    apiVersion: `${profileKind.group}/${profileKind.version}`,
    kind: "Profile",
    metadata: { name: user },
    spec: { owner: { kind: "User", name: `${user}@example.com` } },
  };
  await make(clients.custom.createClusterCustomObject({ ...profileKind, body }));
  await Promise.all(
    [profile, user].map(async (namespace) => {
      await namespaceOf(clients.core, namespace);
      await seedNamespace(clients, namespace, options);
    }),
  );
}
