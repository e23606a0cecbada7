import type { Log } from "../rpc/plugin";
import { type Client, HttpClient } from "./client";
import { connection } from "./kubeconfig";
import type { Options } from "./options";

/** What the operations on resources share. */
export interface Session {
  options: Options;
  client: Client;
  /** Namespace for objects that name none. */
  namespace: string;
  /** Why the cluster cannot be used; undefined when it can. */
  unreachable?: string;
  log: Log;
  cancelled: AbortSignal;
}

/** Stands in for a client where there is no cluster: whoever gets to use it has not asked first. */
function noClient(reason: string): Client {
  const refuse = async (): Promise<never> => {
    throw new Error(`configured Kubernetes cluster is unreachable: ${reason}`);
  };
  return {
    ping: refuse,
    isNamespaced: refuse,
    get: refuse,
    list: refuse,
    create: refuse,
    apply: refuse,
    jsonPatch: refuse,
    delete: refuse,
  };
}

/**
 * Connects, or keeps the reason why not: like the official provider, which lets a preview go on without a cluster
 * and refuses only what would need it (provider.go Configure).
 */
export async function openSession(
  options: Options,
  env: NodeJS.ProcessEnv,
  log: Log,
  cancelled: AbortSignal,
): Promise<Session> {
  const closed = (unreachable: string): Session => ({
    options,
    client: noClient(unreachable),
    namespace: options.namespace ?? "default",
    unreachable,
    log,
    cancelled,
  });
  let client: HttpClient;
  let namespace: string;
  try {
    const found = connection(options, env);
    namespace = found.namespace;
    client = new HttpClient(found);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (options.kubeconfig)
      return closed(`failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${reason}`);
    return closed(
      "unable to load Kubernetes client configuration from kubeconfig file. Make sure you have: \n\n" +
        ` \t • set up the provider as per https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ \n\n ${reason}`,
    );
  }
  try {
    await client.ping();
  } catch (error) {
    return closed(
      `unable to load schema information from the API server: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return { options, client, namespace, log, cancelled };
}

/** Refuses to go on without a cluster. */
export function requireCluster({ unreachable }: Session): void {
  if (unreachable !== undefined) throw new Error(`configured Kubernetes cluster is unreachable: ${unreachable}`);
}
