import { writeFileSync } from "node:fs";
import {
  ApiException,
  AuthorizationV1Api,
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
} from "@kubernetes/client-node";
import { stringify } from "yaml";
import { account, manifest } from "../docs/permissions";
import type { Trial } from "./trial";

function load(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config;
}

/** Makes the account of docs/permissions.yaml and writes a kubeconfig that has its token and nothing else. What is there already stays. */
export async function grantAccess(admin: string, model: string, file: string): Promise<void> {
  const config = load(admin);
  const objects = KubernetesObjectApi.makeApiClient(config);
  for (const one of manifest(model)) {
    await objects.create(one as KubernetesObject).catch((error: unknown) => {
      if (!(error instanceof ApiException) || error.code !== 409) throw error;
    });
  }
  const request = {
    namespace: account.namespace,
    name: account.name,
    body: { spec: { audiences: [], expirationSeconds: 24 * 3600 } },
  };
  const { status } = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken(request);
  const { server, caData, caFile, skipTLSVerify } = config.getCurrentCluster()!;
  const cluster = {
    server,
    ...(caData && { "certificate-authority-data": caData }),
    ...(caFile && { "certificate-authority": caFile }),
    ...(skipTLSVerify && { "insecure-skip-tls-verify": true }),
  };
  const text = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster }],
    users: [{ name: account.name, user: { token: status!.token } }],
    contexts: [{ name: account.name, context: { cluster: "cluster", user: account.name } }],
    "current-context": account.name,
  };
  writeFileSync(file, stringify(text), { mode: 0o600 });
}

interface Question {
  verb: string;
  group?: string;
  resource: string;
  namespace?: string;
  name?: string;
}

/** What no upgrade needs. */
const refused = (model: string): Question[] => [
  {
    verb: "delete",
    group: "apiextensions.k8s.io",
    resource: "customresourcedefinitions",
    name: "profiles.kubeflow.org",
  },
  { verb: "delete", group: "kubeflow.org", resource: "profiles", name: "admin" },
  { verb: "delete", resource: "namespaces", name: model },
  { verb: "delete", resource: "persistentvolumeclaims", namespace: "admin" },
  { verb: "list", resource: "secrets" },
  { verb: "get", resource: "secrets", namespace: model, name: "kfp-db-secret" },
  { verb: "create", resource: "pods", namespace: model },
  { verb: "create", resource: "pods", namespace: "admin" },
  { verb: "patch", group: "apps", resource: "statefulsets", namespace: model },
  { verb: "delete", group: "apps", resource: "deployments", namespace: model },
  { verb: "create", group: "rbac.authorization.k8s.io", resource: "clusterrolebindings" },
  { verb: "impersonate", resource: "users" },
];

/** What it does need, so that not everything is refused. */
const granted = (model: string): Question[] => [
  { verb: "list", group: "apiextensions.k8s.io", resource: "customresourcedefinitions" },
  { verb: "create", group: "batch", resource: "jobs", namespace: model },
  { verb: "get", resource: "secrets", namespace: model, name: "minio-secret" },
];

const said = ({ verb, resource, namespace, name }: Question): string =>
  [verb, resource, ...(name ? [name] : []), ...(namespace ? ["in", namespace] : [])].join(" ");

/** The account of the rehearsal has what it needs, and a number of rights it does not need are refused: the cluster itself is asked. */
export async function accessTrial(kubeconfig: string, model: string): Promise<Trial> {
  const config = load(kubeconfig);
  const api = config.makeApiClient(AuthorizationV1Api);
  const may = async (question: Question): Promise<boolean> =>
    (await api.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes: question } } })).status?.allowed ===
    true;
  const wrong: string[] = [];
  for (const question of refused(model)) if (await may(question)) wrong.push(`it may ${said(question)}`);
  for (const question of granted(model)) if (!(await may(question))) wrong.push(`it may not ${said(question)}`);
  // Asked for in earnest, too: the refusal must come from the cluster, whatever it answers to questions.
  const code = await config
    .makeApiClient(CoreV1Api)
    .listSecretForAllNamespaces()
    .then(
      () => 200,
      (error: unknown) => (error instanceof ApiException ? error.code : String(error)),
    );
  if (code !== 403) wrong.push(`listing all Secrets was answered with ${code}`);
  return {
    name: "least rights",
    ok: wrong.length === 0,
    detail:
      wrong.join("; ") ||
      `every step ran with the rights of docs/permissions.yaml; ${refused(model).length} others are refused, e.g. to ${said(refused(model)[0])}`,
  };
}
