import { BatchV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { Looked } from "./files";
import { type Planted, secretsIn } from "./planted";

/**
 * Secrets that are there to hold a credential: the charm's own, the copy that outlives it, what users' pipelines are given,
 * with that of the charm which gives it, the password that a database is dumped with, and the key of a store elsewhere.
 */
const holders = [
  "minio-secret",
  "ckf-upgrade-minio-credentials",
  "mlpipeline-minio-artifact",
  "kfp-profile-controller-secret",
  "ckf-upgrade-kfp-db-root",
  "rehearsal-backup-keys",
];

interface Named {
  metadata?: { name?: string; namespace?: string; labels?: Record<string, string> };
}

const where = (kind: string, { metadata }: Named): string => `${kind} ${metadata?.namespace}/${metadata?.name}`;

/** What a charm, or its stand-in, puts into its own Pods is the charm's. */
const ofCharm = ({ metadata }: Named): boolean =>
  metadata?.labels?.["app.kubernetes.io/part-of"] !== "charmed-kubeflow-upgrade" &&
  metadata?.labels?.["app.kubernetes.io/name"] !== undefined;

/**
 * Searches Pods with their logs, Jobs, ConfigMaps and Secrets of every namespace.
 * @returns also the Secrets that hold one as they are meant to: none of those would mean that the search is blind
 */
export async function searchCluster(kubeconfig: string, planted: Planted[]): Promise<Looked & { holding: string[] }> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const [core, batch] = [config.makeApiClient(CoreV1Api), config.makeApiClient(BatchV1Api)];
  const [pods, jobs, maps, secrets, events] = await Promise.all([
    core.listPodForAllNamespaces(),
    batch.listJobForAllNamespaces(),
    core.listConfigMapForAllNamespaces(),
    core.listSecretForAllNamespaces(),
    core.listEventForAllNamespaces(),
  ]);
  const ours = pods.items.filter((pod) => !ofCharm(pod));
  const logs = await Promise.all(
    ours.map(async ({ metadata }) => {
      const { name = "", namespace = "" } = metadata ?? {};
      return {
        name: `log of Pod ${namespace}/${name}`,
        text: await core.readNamespacedPodLog({ name, namespace }).catch(() => ""),
      };
    }),
  );
  const named = (kind: string, items: Named[]): { name: string; text: string }[] =>
    items.map((item) => ({ name: where(kind, item), text: JSON.stringify(item) }));
  const isHolder = ({ metadata }: Named): boolean => holders.includes(metadata?.name ?? "");
  const all = [
    ...named("Pod", ours),
    ...logs,
    ...named("Job", jobs.items),
    ...named("ConfigMap", maps.items),
    ...named("Event", events.items),
    ...named(
      "Secret",
      secrets.items.filter((one) => !isHolder(one)),
    ),
  ];
  return {
    looked: all.length,
    found: all.flatMap(({ name, text }) => secretsIn(text, planted).map((secret) => `${secret} in ${name}`)),
    holding: named("Secret", secrets.items.filter(isHolder))
      .filter(({ text }) => secretsIn(text, planted).length > 0)
      .map(({ name }) => name)
      .sort(),
  };
}
