import { Agent, request, type RequestOptions } from "node:https";
import type { Crd } from "../controller/catalogue";
import type { ObjectRef } from "../controller/state";
import type { Cluster, KubeObject } from "./types";

interface Kind {
  plural: string;
  namespaced: boolean;
}

const builtIn: Record<string, Kind> = {
  Namespace: { plural: "namespaces", namespaced: false },
  Service: { plural: "services", namespaced: true },
  Secret: { plural: "secrets", namespaced: true },
  Pod: { plural: "pods", namespaced: true },
  PersistentVolume: { plural: "persistentvolumes", namespaced: false },
  PersistentVolumeClaim: { plural: "persistentvolumeclaims", namespaced: true },
  Deployment: { plural: "deployments", namespaced: true },
  StatefulSet: { plural: "statefulsets", namespaced: true },
  CustomResourceDefinition: { plural: "customresourcedefinitions", namespaced: false },
  ClusterRole: { plural: "clusterroles", namespaced: false },
};

const fieldManager = "fieldManager=juju";

interface Answer {
  code: number;
  text: string;
}

/** Kubernetes' own words for a refusal, else the start of the body. */
function reason({ code, text }: Answer, what: string): Error {
  let message = text.slice(0, 300);
  try {
    message = (JSON.parse(text) as { message?: string }).message ?? message;
  } catch {
    // the body is not a Status object: its start says more than nothing
  }
  return new Error(`${what}: ${code} ${message}`);
}

/**
 * The real cluster behind a kubeconfig file. Plain requests on connections that stay open: the client library opens a new
 * one for each call and drops schema fields such as x-kubernetes-preserve-unknown-fields. It still reads the kubeconfig
 * (and ships ES modules only, so it is loaded when first needed).
 */
export async function kubeCluster(kubeconfig: string, crds: Crd[]): Promise<Cluster> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const server = new URL(config.getCurrentCluster()?.server ?? "https://localhost:6443");
  const credentials: RequestOptions = {};
  await config.applyToHTTPSOptions(credentials);
  const { ca, cert, key, rejectUnauthorized } = credentials;
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 8,
    ca,
    cert,
    key,
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  });
  const kinds: Record<string, Kind> = {
    ...builtIn,
    ...Object.fromEntries(
      crds.map(({ kind, plural, scope }) => [kind, { plural, namespaced: scope === "Namespaced" }]),
    ),
  };

  const pathOf = (apiVersion: string, kind: string, namespace?: string, name?: string): string => {
    const known = kinds[kind];
    if (known === undefined) throw new Error(`kind ${kind} is not in the table of cluster/kube.ts`);
    return [
      apiVersion.includes("/") ? "/apis" : "/api",
      apiVersion,
      ...(known.namespaced && namespace !== undefined ? ["namespaces", namespace] : []),
      known.plural,
      ...(name === undefined ? [] : [name]),
    ].join("/");
  };
  const send = (method: string, path: string, body?: object, type = "application/json"): Promise<Answer> =>
    new Promise((done, failed) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        ...credentials.headers,
        Accept: "application/json",
        ...(text === undefined ? {} : { "Content-Type": type, "Content-Length": Buffer.byteLength(text) }),
      };
      const call = request(
        { agent, host: server.hostname, port: server.port || 443, method, path, headers, auth: credentials.auth },
        (response) => {
          let received = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (received += chunk)).on("error", failed);
          response.on("end", () => done({ code: response.statusCode ?? 0, text: received }));
        },
      );
      call.setTimeout(30_000, () =>
        call.destroy(new Error(`${method} ${path}: no answer from the API server within 30 s`)),
      );
      call.on("error", failed).end(text);
    });
  const parsed = ({ text }: Answer): KubeObject => JSON.parse(text) as KubeObject;
  const refPath = ({ apiVersion, kind, namespace, name }: ObjectRef): string =>
    pathOf(apiVersion, kind, namespace, name);

  return {
    async apply(object) {
      const { name, namespace } = object.metadata;
      const path = pathOf(object.apiVersion, object.kind, namespace, name);
      const answer = await send("PATCH", `${path}?${fieldManager}&force=true`, object, "application/apply-patch+yaml");
      if (answer.code >= 300) throw reason(answer, `apply ${object.kind} ${name}`);
      return parsed(answer);
    },
    async get(ref) {
      const answer = await send("GET", refPath(ref));
      if (answer.code === 404) return undefined;
      if (answer.code >= 300) throw reason(answer, `get ${ref.kind} ${ref.name}`);
      return parsed(answer);
    },
    async list(apiVersion, kind, namespace) {
      const answer = await send("GET", pathOf(apiVersion, kind, namespace));
      if (answer.code === 404) return [];
      if (answer.code >= 300) throw reason(answer, `list ${kind}`);
      return (JSON.parse(answer.text) as { items: KubeObject[] }).items.map((item) => ({ ...item, apiVersion, kind }));
    },
    async delete(ref, options) {
      const answer = await send("DELETE", refPath(ref), {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: options?.foreground === true ? "Foreground" : "Background",
      });
      if (answer.code === 404) return false;
      if (answer.code >= 300 && answer.code !== 409) throw reason(answer, `delete ${ref.kind} ${ref.name}`);
      return true;
    },
    async patch(ref, patch, subresource) {
      const answer = await send(
        "PATCH",
        `${refPath(ref)}${subresource === undefined ? "" : `/${subresource}`}?${fieldManager}`,
        patch,
        "application/merge-patch+json",
      );
      if (answer.code === 404) return undefined;
      if (answer.code >= 300) throw reason(answer, `patch ${ref.kind} ${ref.name}`);
      return parsed(answer);
    },
  };
}
