import { existsSync, readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import type { Options } from "./options";

type Credentials = Pick<RequestOptions, "ca" | "cert" | "key" | "rejectUnauthorized" | "servername" | "headers">;

/** How to reach a cluster, and the namespace for objects that name none. */
export interface Connection {
  server: URL;
  namespace: string;
  /** TLS material and headers of each request; asked for anew each time, as a token may expire. */
  credentials(): Promise<Credentials>;
}

interface Named<T> {
  name: string;
  value: T;
  /** Folder that relative paths start from. */
  folder: string;
}

type Fields = Record<string, string | boolean | undefined>;

interface Config {
  current?: string;
  clusters: Named<Fields>[];
  contexts: Named<Fields>[];
  users: Named<Fields>[];
  /** Set when there is one source only: what client-node can be given whole. */
  source?: string;
}

function load(text: string, folder: string): Config {
  const doc = (parse(text) ?? {}) as Record<string, unknown>;
  if (typeof doc !== "object")
    throw new Error("couldn't get version/kind; it is neither a kubeconfig nor the path of one");
  const list = (key: string, field: string): Named<Fields>[] =>
    ((doc[key] as ({ name: string } & Record<string, Fields>)[] | null | undefined) ?? []).map((entry) => ({
      name: entry.name,
      value: entry[field] ?? {},
      folder,
    }));
  return {
    current: doc["current-context"] as string | undefined,
    clusters: list("clusters", "cluster"),
    contexts: list("contexts", "context"),
    users: list("users", "user"),
    source: text,
  };
}

/** Of several files the first to name something wins (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/). */
function merge(configs: Config[]): Config {
  return {
    current: configs.find((config) => config.current)?.current,
    clusters: configs.flatMap((config) => config.clusters),
    contexts: configs.flatMap((config) => config.contexts),
    users: configs.flatMap((config) => config.users),
    source: configs.length === 1 ? configs[0].source : undefined,
  };
}

function given(pathOrContents: string): Config {
  const path =
    pathOrContents === "~" || pathOrContents.startsWith("~/")
      ? join(homedir(), pathOrContents.slice(1))
      : pathOrContents;
  return existsSync(path)
    ? load(readFileSync(path, "utf8"), dirname(resolve(path)))
    : load(pathOrContents, process.cwd());
}

function ambient(env: NodeJS.ProcessEnv): Config {
  const paths = env.KUBECONFIG ? env.KUBECONFIG.split(delimiter).filter(Boolean) : [join(homedir(), ".kube", "config")];
  return merge(paths.filter((path) => existsSync(path)).map(given));
}

const pick = (list: Named<Fields>[], name: string | undefined): Named<Fields> | undefined =>
  list.find((entry) => entry.name === name);

function material(entry: Named<Fields>, field: string): Buffer | undefined {
  const data = entry.value[`${field}-data`];
  if (data) return Buffer.from(String(data), "base64");
  const path = entry.value[field];
  return path ? readFileSync(resolve(entry.folder, String(path))) : undefined;
}

/** Credentials that a program or a cloud gives out are left to client-node; it takes over a second to load, so only then. */
async function delegated(source: string, context: string): Promise<Credentials> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromString(source);
  config.setCurrentContext(context);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

/**
 * Resolves how to reach the cluster: the provider's `kubeconfig`, else the files of $KUBECONFIG, else ~/.kube/config.
 * Understands certificates, tokens, token files and passwords itself.
 *
 * @throws with the wording of client-go when nothing usable is configured
 */
export function connection(
  options: Pick<Options, "kubeconfig" | "context" | "cluster" | "namespace">,
  env: NodeJS.ProcessEnv,
): Connection {
  const config = options.kubeconfig ? given(options.kubeconfig) : ambient(env);
  const contextName = options.context ?? config.current;
  const context = pick(config.contexts, contextName);
  if (contextName && !context) throw new Error(`context ${JSON.stringify(contextName)} does not exist`);
  const cluster = pick(config.clusters, options.cluster ?? (context?.value.cluster as string | undefined));
  if (!cluster?.value.server) {
    throw new Error(
      "invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable",
    );
  }
  const user = pick(config.users, context?.value.user as string | undefined) ?? { name: "", value: {}, folder: "" };
  const namespace = options.namespace ?? ((context?.value.namespace as string | undefined) || "default");
  const base = {
    server: new URL(String(cluster.value.server)),
    namespace,
  };
  if (user.value.exec || user.value["auth-provider"]) {
    if (!config.source)
      throw new Error(
        `user ${user.name} gets its credentials from a program, which the rehearsal's stand-in can only use from one kubeconfig, but KUBECONFIG names several`,
      );
    const source = config.source;
    return { ...base, credentials: () => delegated(source, String(contextName)) };
  }
  return {
    ...base,
    credentials: async () => {
      const token =
        user.value.token ??
        (user.value.tokenFile
          ? readFileSync(resolve(user.folder, String(user.value.tokenFile)), "utf8").trim()
          : undefined);
      const basic = user.value.username
        ? `Basic ${Buffer.from(`${user.value.username}:${user.value.password}`).toString("base64")}`
        : undefined;
      const authorization = token ? `Bearer ${token}` : basic;
      return {
        ca: material(cluster, "certificate-authority"),
        cert: material(user, "client-certificate"),
        key: material(user, "client-key"),
        rejectUnauthorized: cluster.value["insecure-skip-tls-verify"] !== true,
        servername: cluster.value["tls-server-name"] as string | undefined,
        headers: authorization ? { authorization } : {},
      };
    },
  };
}
